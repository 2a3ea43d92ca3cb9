"""Reads of what moved on and off a shelf."""

from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db

from ..models import RewardRow, StockMovementRow
from ..types import MovementKind, RewardId, SpaceId


def sum_movements(space_id: SpaceId, *, since: datetime) -> dict[RewardId, tuple[int, int]]:
    """Return how many pieces of each reward item came onto and left the shelf since a moment."""
    moved = StockMovementRow
    gone = sa.case((moved.kind == MovementKind.FULFIL, moved.quantity), else_=-moved.quantity)
    is_gain = sa.and_(moved.kind != MovementKind.FULFIL, moved.quantity > 0)
    rows = db.session.execute(
        sa.select(
            moved.reward_id,
            sa.func.sum(sa.case((is_gain, moved.quantity), else_=0)).label("came"),
            sa.func.sum(sa.case((is_gain, 0), else_=gone)).label("went"),
        )
        .join(RewardRow, RewardRow.id == moved.reward_id)
        .where(
            RewardRow.space_id == space_id,
            moved.moved_at >= since,
            moved.kind.in_((MovementKind.RECEIVE, MovementKind.ADJUST, MovementKind.FULFIL)),
        )
        .group_by(moved.reward_id)
    ).all()
    return {RewardId(row.reward_id): (int(row.came), int(row.went)) for row in rows}
