"""What came onto the shelves and left them in a span of time, piece by piece counted."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.network.types import NodeId

from .. import rules
from ..models import RewardRow, SpaceRow, StockMovementRow
from ..types import ItemFlow, MovementKind, RewardId, SpaceId

_moved = table_of(StockMovementRow)
_rewards = table_of(RewardRow)
_spaces = table_of(SpaceRow)


def list_flows(*, node_path: str, since: datetime, before: datetime) -> tuple[ItemFlow, ...]:
    """Return for each reward item of a branch what stood on its shelf, came and went.

    Items that were never on a shelf by then are left out. Takes two statements.
    """
    inside = _spaces.c.node_path.startswith(node_path, autoescape=True)
    is_before = _moved.c.moved_at < since
    sums = db.session.execute(
        sa.select(
            _moved.c.reward_id,
            _moved.c.kind,
            _sum(is_before).label("earlier"),
            _sum(sa.not_(is_before), _moved.c.quantity > 0).label("more"),
            _sum(sa.not_(is_before), _moved.c.quantity < 0).label("less"),
        )
        .join(_rewards, _rewards.c.id == _moved.c.reward_id)
        .join(_spaces, _spaces.c.id == _rewards.c.space_id)
        .where(inside, _moved.c.moved_at < before)
        .group_by(_moved.c.reward_id, _moved.c.kind)
    ).all()
    opening: dict[UUID, int] = defaultdict(int)
    came: dict[UUID, dict[MovementKind, int]] = defaultdict(dict)
    went: dict[UUID, dict[MovementKind, int]] = defaultdict(dict)
    for row in sums:
        opening[row.reward_id] += rules.effect(row.kind, int(row.earlier))[0]
        for quantity in (int(row.more), int(row.less)):
            change = rules.effect(row.kind, quantity)[0]
            if change > 0:
                came[row.reward_id][row.kind] = change
            elif change < 0:
                went[row.reward_id][row.kind] = -change
    items = db.session.execute(
        sa.select(
            _rewards.c.id,
            _rewards.c.name,
            _rewards.c.unit,
            _rewards.c.space_id,
            _spaces.c.name.label("space_name"),
            _spaces.c.node_id,
        )
        .join(_spaces, _spaces.c.id == _rewards.c.space_id)
        .where(inside)
        .order_by(_spaces.c.node_path, _spaces.c.name, _rewards.c.points, _rewards.c.name)
    )
    return tuple(
        ItemFlow(
            reward_id=RewardId(row.id),
            reward_name=row.name,
            unit=row.unit,
            space_id=SpaceId(row.space_id),
            space_name=row.space_name,
            node_id=NodeId(row.node_id),
            opening=opening[row.id],
            came=came[row.id],
            went=went[row.id],
        )
        for row in items
        if row.id in opening
    )


def _sum(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((sa.and_(*conditions), _moved.c.quantity), else_=0))
