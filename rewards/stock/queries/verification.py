"""Whether the levels are the sums of their movements: I7."""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from rewards.core.checks import FOUND_MAX, Scope, Violation

from .. import rules
from ..models import PickupSlotRow, RewardRow, StockLevelRow, StockMovementRow
from ..types import MovementFact, MovementKind, RewardKind

FETCH_ROWS = 2_000


def list_wrong_levels(connection: sa.Connection, _scope: Scope) -> tuple[Violation, ...]:
    """Return the stock levels that are not the sums of their movements, or impossible (I7)."""
    level, movement, item = StockLevelRow, StockMovementRow, RewardRow

    def summed(part: int) -> sa.ColumnElement[int]:
        signs = {kind: rules.effect(kind, 1)[part] for kind in MovementKind}
        signed = sa.case(signs, value=movement.kind) * movement.quantity
        return sa.func.coalesce(sa.func.sum(signed), 0)

    on_hand, reserved = summed(0), summed(1)
    rows = connection.execute(
        sa.select(
            level.reward_id,
            level.on_hand,
            level.reserved,
            item.kind,
            on_hand.label("moved"),
            reserved.label("set_aside"),
        )
        .join(item, item.id == level.reward_id)
        .outerjoin(movement, movement.reward_id == level.reward_id)
        .group_by(level.reward_id, level.on_hand, level.reserved, item.kind)
        .having(
            sa.or_(
                level.on_hand != on_hand,
                level.reserved != reserved,
                sa.not_(level.reserved.between(0, level.on_hand)),
                sa.and_(item.kind == RewardKind.GIVING, level.on_hand != 0),
            )
        )
        .limit(FOUND_MAX)
    )
    return tuple(
        Violation(
            invariant="I7",
            subject=f"reward:{row.reward_id}",
            expected=(
                "no shelf"
                if row.kind is RewardKind.GIVING
                else f"{row.moved} on hand, {row.set_aside} of them reserved"
            ),
            found=f"{row.on_hand} on hand, {row.reserved} of them reserved",
        )
        for row in rows
    )


def count_places(connection: sa.Connection) -> dict[UUID, int]:
    """Return how many places are taken in each pick-up slot of which any is."""
    row = PickupSlotRow
    rows = connection.execute(sa.select(row.id, row.booked).where(row.booked > 0))
    return {each.id: each.booked for each in rows}


def stream_movements(
    connection: sa.Connection, *, since: UUID
) -> Iterator[tuple[UUID, MovementFact]]:
    """Yield the movements for redemptions from *since* on, in the order of their identifiers."""
    row = StockMovementRow
    found = connection.execute(
        sa.select(row.redemption_id, row.reward_id, row.kind, row.quantity)
        .where(row.redemption_id >= since)
        .order_by(row.redemption_id),
        execution_options={"yield_per": FETCH_ROWS},
    )
    for each in found:
        yield (
            each.redemption_id,
            MovementFact(reward_id=each.reward_id, kind=each.kind, quantity=each.quantity),
        )
