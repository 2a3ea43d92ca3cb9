"""Pieces set aside, handed over and put back. Each joins the unit of work that is open.

The level changes by one conditional UPDATE, which locks the row and decides;
a level that was read before decides nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.core.db import db, table_of
from rewards.core.unit import operation

from .. import queries, rules
from ..errors import InvalidMovementError, OutOfStockError, StockReservedError
from ..models import SpaceRow, StockLevelRow, StockMovementRow
from ..types import MovementKind, RewardId, SpaceId

_levels = table_of(StockLevelRow)
_insert_movement = sa.insert(table_of(StockMovementRow))


@operation
def reserve(
    *, reward_id: RewardId, quantity: int, redemption_id: UUID, actor: Actor, now: datetime
) -> None:
    """Set *quantity* pieces aside for a redemption.

    :raises OutOfStockError: if fewer are available.
    :raises RewardNotFoundError: if there is no such reward item.
    """
    is_changed = _change_level(
        reward_id,
        _levels.c.on_hand - _levels.c.reserved >= quantity,
        reserved=_levels.c.reserved + quantity,
    )
    if not is_changed:
        available = queries.get_reward(reward_id).available
        raise OutOfStockError(available=available, required=quantity)
    _record(MovementKind.RESERVE, reward_id, quantity, redemption_id, actor=actor, now=now)


@operation
def fulfil(
    *, reward_id: RewardId, quantity: int, redemption_id: UUID, actor: Actor, now: datetime
) -> None:
    """Take the pieces that were set aside for a redemption off the shelf."""
    is_changed = _change_level(
        reward_id,
        _levels.c.reserved >= quantity,
        on_hand=_levels.c.on_hand - quantity,
        reserved=_levels.c.reserved - quantity,
    )
    if not is_changed:
        raise RuntimeError("fewer pieces are set aside than the redemption reserved")
    _record(MovementKind.FULFIL, reward_id, quantity, redemption_id, actor=actor, now=now)


@operation
def release(
    *, reward_id: RewardId, quantity: int, redemption_id: UUID, actor: Actor, now: datetime
) -> None:
    """Offer the pieces that were set aside for a redemption again."""
    is_changed = _change_level(
        reward_id,
        _levels.c.reserved >= quantity,
        reserved=_levels.c.reserved - quantity,
    )
    if not is_changed:
        raise RuntimeError("fewer pieces are set aside than the redemption reserved")
    _record(MovementKind.RELEASE, reward_id, quantity, redemption_id, actor=actor, now=now)


@operation
def put_back(
    *, reward_id: RewardId, quantity: int, redemption_id: UUID, actor: Actor, now: datetime
) -> None:
    """Put good pieces of a redemption that were handed over onto the shelf again."""
    _change_level(reward_id, sa.true(), on_hand=_levels.c.on_hand + quantity)
    _record(MovementKind.RETURN, reward_id, quantity, redemption_id, actor=actor, now=now)


@operation
def replace(
    *, reward_id: RewardId, quantity: int, redemption_id: UUID, actor: Actor, now: datetime
) -> None:
    """Take good pieces off the shelf for faulty ones of a redemption.

    :raises OutOfStockError: if fewer are available.
    """
    is_changed = _change_level(
        reward_id,
        _levels.c.on_hand - _levels.c.reserved >= quantity,
        on_hand=_levels.c.on_hand - quantity,
    )
    if not is_changed:
        available = queries.get_reward(reward_id).available
        raise OutOfStockError(available=available, required=quantity)
    _record(MovementKind.REPLACE, reward_id, quantity, redemption_id, actor=actor, now=now)


@operation
def move(
    *,
    reward_id: RewardId,
    kind: MovementKind,
    quantity: int,
    source_id: UUID | None = None,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Change what is on hand by a movement that is for no redemption.

    *source_id* names what it was for: a delivery, a change, a transfer.

    :raises InvalidMovementError: if it is an item of which nothing stands on a shelf.
    :raises StockReservedError: if fewer pieces were left than are reserved.
    """
    if not queries.get_reward(reward_id).has_shelf:
        raise InvalidMovementError(field="reward_id")
    on_hand, _reserved = rules.effect(kind, quantity)
    is_changed = _change_level(
        reward_id,
        _levels.c.on_hand + on_hand >= _levels.c.reserved,
        on_hand=_levels.c.on_hand + on_hand,
    )
    if not is_changed:
        reward = queries.get_reward(reward_id)
        raise StockReservedError(on_hand=reward.on_hand, reserved=reward.reserved)
    _record(kind, reward_id, quantity, None, actor=actor, now=now, note=note, source_id=source_id)


@operation
def lock_levels(reward_ids: Iterable[RewardId]) -> dict[RewardId, int]:
    """Hold levels until the unit ends, and return what is on hand of each.

    In the order of their ids, so that two units over the same levels wait for each other.
    """
    found = db.session.execute(
        sa.select(_levels.c.reward_id, _levels.c.on_hand)
        .where(_levels.c.reward_id.in_(set(reward_ids)))
        .order_by(_levels.c.reward_id)
        .with_for_update()
    )
    return {RewardId(row.reward_id): row.on_hand for row in found}


@operation
def lock_space(space_id: SpaceId) -> None:
    """Hold a space until the unit ends: what may be done there only once is decided under it.

    Who only points to the space, as new rows of other tables do, does not wait.
    """
    db.session.execute(
        sa.select(SpaceRow.id).where(SpaceRow.id == space_id).with_for_update(key_share=True)
    )


@operation
def share_space(space_id: SpaceId) -> None:
    """Keep what a space says of its hours, slots and closing as it is until the unit ends.

    Others may do so at the same time; who changes it, or locks the space, waits for all of them.
    """
    db.session.execute(
        sa.select(SpaceRow.id).where(SpaceRow.id == space_id).with_for_update(read=True)
    )


@operation
def lock_level(reward_id: RewardId) -> None:
    """Keep every other unit from changing the level of a reward item until this one ends."""
    db.session.execute(
        sa.select(_levels.c.reward_id).where(_levels.c.reward_id == reward_id).with_for_update()
    )


@operation
def lock_branch(node_path: str) -> None:
    """Keep every other unit from changing any level of a branch until this one ends.

    Nor is anything reserved at its spaces meanwhile, though an item may be new: its level is
    not among those that are there to be locked.
    """
    db.session.execute(
        sa.select(SpaceRow.id)
        .where(SpaceRow.id.in_(queries.select_space_ids(node_path)))
        .order_by(SpaceRow.id)
        .with_for_update(key_share=True)
    ).all()
    rewards = queries.select_reward_ids(node_path)
    db.session.execute(
        sa.select(_levels.c.reward_id)
        .where(_levels.c.reward_id.in_(rewards))
        .order_by(_levels.c.reward_id)
        .with_for_update()
    ).all()


def _change_level(
    reward_id: RewardId,
    condition: sa.ColumnElement[bool],
    **values: sa.ColumnElement[int],
) -> bool:
    result = db.session.execute(
        sa.update(_levels).where(_levels.c.reward_id == reward_id, condition).values(**values)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _record(
    kind: MovementKind,
    reward_id: RewardId,
    quantity: int,
    redemption_id: UUID | None,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    source_id: UUID | None = None,
) -> None:
    db.session.execute(
        _insert_movement,
        {
            "reward_id": reward_id,
            "kind": kind,
            "quantity": quantity,
            "redemption_id": redemption_id,
            "source_id": source_id,
            "actor": actor.principal,
            "note": note,
            "moved_at": now,
        },
    )
