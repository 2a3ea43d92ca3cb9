"""A redemption in two: what is handed over, and what goes on waiting."""

from typing import Any

import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.unit import operation
from rewards.ledger.types import HoldId

from ..models import RedemptionRow
from ..types import Redemption, RedemptionId, RedemptionStatus
from .closing import insert_with_code

# What the rest has of the redemption that it was a part of.
_KEPT = (
    "participant_id",
    "space_id",
    "reward_id",
    "reserved_at",
    "reserved_by",
    "expires_at",
    "reminded_at",
    "extended_at",
    "slot_id",
)


@operation
def split_off(
    redemption: Redemption, *, rest_id: RedemptionId, quantity: int, points: int, hold_id: HoldId
) -> None:
    """Let *quantity* pieces of a redemption wait under a code of their own."""
    values: dict[str, Any] = {name: getattr(redemption, name) for name in _KEPT}
    values |= {
        "id": rest_id,
        "quantity": quantity,
        "points": points,
        "status": RedemptionStatus.RESERVED,
        "hold_id": hold_id,
        "closed_at": None,
        "closed_by": "",
        "split_from": redemption.id,
    }
    insert_with_code(values)
    db.session.execute(
        sa.update(RedemptionRow)
        .where(
            RedemptionRow.id == redemption.id,
            RedemptionRow.status == RedemptionStatus.RESERVED,
        )
        .values(
            quantity=RedemptionRow.quantity - quantity,
            points=RedemptionRow.points - points,
            # The place at that time is the rest's now.
            slot_id=None,
        )
        .execution_options(synchronize_session=False)
    )
