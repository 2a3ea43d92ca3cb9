"""Stocktakes: what is there is written down before anybody is told what should be."""

from datetime import datetime
from typing import Any

from rewards.access import operations as audit_trail
from rewards.access.rules import authorize
from rewards.access.types import Actor, Verb
from rewards.core.unit import use_case
from rewards.stock import operations as shelves
from rewards.stock import queries as stock
from rewards.stock.types import RewardId, SpaceId

from .. import operations, queries, rules
from ..errors import ChangesWaitingError, StocktakeEmptyError, StocktakeOpenError
from ..operations import ChangeDraft
from ..types import ChangeKind, Stocktake, StocktakeId, StocktakeStatus


@use_case
def start(*, actor: Actor, space_id: SpaceId, now: datetime) -> Stocktake:
    """Begin to count the shelf of a space; the desk goes on meanwhile.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor does not work at the desk there.
    :raises StocktakeOpenError: if it is being counted.
    :raises ChangesWaitingError: if changes of its levels wait for a second person.
    :raises StocktakeEmptyError: if nothing stands there.
    """
    space = stock.get_space(space_id)
    authorize(actor, Verb.FULFIL, space.node_path)
    shelves.lock_space(space_id)
    if queries.find_open(space_id) is not None:
        raise StocktakeOpenError
    waiting = queries.count_waiting(space_id=space_id)
    if waiting:
        raise ChangesWaitingError(waiting=waiting)
    stocktake_id = operations.open_stocktake(
        space_id=space_id, node_id=space.node_id, node_path=space.node_path, actor=actor, now=now
    )
    stocktake = queries.get_stocktake(stocktake_id)
    if not stocktake.items:
        raise StocktakeEmptyError
    _audit(actor, "stocktake.started", stocktake, {"items": len(stocktake.items)}, now=now)
    return stocktake


@use_case
def count(
    *, actor: Actor, stocktake_id: StocktakeId, reward_id: RewardId, counted: int, now: datetime
) -> Stocktake:
    """Write down how many pieces of an item are there; the last count stands.

    :raises StocktakeNotFoundError: if there is no such stocktake.
    :raises NotAllowedError: if the actor does not work at the desk there.
    :raises StocktakeClosedError: if it has ended.
    :raises NotCountedHereError: if the item stands elsewhere.
    :raises InvalidCountError: if it is no number of pieces.
    """
    stocktake = queries.get_stocktake(stocktake_id)
    authorize(actor, Verb.FULFIL, stocktake.node_path)
    rules.check_count(stocktake, reward_id=reward_id, counted=counted)
    # Held from here on, so that no hand-over lies between the level and the count.
    on_hand = shelves.lock_levels([reward_id])[reward_id]
    stocktake = operations.lock_stocktake(stocktake_id)
    rules.check_count(stocktake, reward_id=reward_id, counted=counted)
    operations.add_count(
        stocktake_id, reward_id=reward_id, counted=counted, on_hand=on_hand, actor=actor, now=now
    )
    details = {"reward": reward_id.hex, "counted": counted}
    _audit(actor, "stocktake.counted", stocktake, details, now=now)
    return queries.get_stocktake(stocktake_id)


@use_case
def close(
    *, actor: Actor, stocktake_id: StocktakeId, leaves_uncounted: bool = False, now: datetime
) -> Stocktake:
    """Draw the counts up: each difference waits for a second person, and nothing changes before.

    :raises StocktakeNotFoundError: if there is no such stocktake.
    :raises NotAllowedError: if the actor does not work at the desk there.
    :raises StocktakeClosedError: if it has ended.
    :raises UncountedError: if items were not counted, and that was not said to be meant.
    :raises RecountError: if items that differ were counted once only.
    """
    authorize(actor, Verb.FULFIL, queries.get_stocktake(stocktake_id).node_path)
    stocktake = operations.lock_stocktake(stocktake_id)
    rules.check_can_close(stocktake, leaves_uncounted=leaves_uncounted)
    operations.close_stocktake(stocktake, status=StocktakeStatus.CLOSED, actor=actor, now=now)
    different = rules.differences(stocktake)
    for item in different:
        assert item.last is not None
        draft = ChangeDraft(
            kind=ChangeKind.STOCKTAKE,
            reward_id=item.reward_id,
            space_id=stocktake.space_id,
            node_id=stocktake.node_id,
            node_path=stocktake.node_path,
            quantity=item.last.difference,
            note="",
            # Whoever counted stands behind it, so somebody else must approve.
            requested_by=item.last.counted_by,
            stocktake_id=stocktake_id,
        )
        operations.open_change(draft, now=now)
    details = {"differences": len(different), "uncounted": len(stocktake.uncounted)}
    _audit(actor, "stocktake.closed", stocktake, details, now=now)
    return queries.get_stocktake(stocktake_id)


@use_case
def abandon(*, actor: Actor, stocktake_id: StocktakeId, now: datetime) -> Stocktake:
    """End a stocktake without drawing it up: its counts are kept and change nothing.

    :raises StocktakeNotFoundError: if there is no such stocktake.
    :raises NotAllowedError: if the actor neither began it nor may manage stock there.
    :raises StocktakeClosedError: if it has ended.
    """
    stocktake = queries.get_stocktake(stocktake_id)
    is_own = actor.principal == stocktake.started_by
    authorize(actor, Verb.FULFIL if is_own else Verb.MANAGE_STOCK, stocktake.node_path)
    stocktake = operations.lock_stocktake(stocktake_id)
    operations.close_stocktake(stocktake, status=StocktakeStatus.ABANDONED, actor=actor, now=now)
    _audit(actor, "stocktake.abandoned", stocktake, {}, now=now)
    return queries.get_stocktake(stocktake_id)


def _audit(
    actor: Actor, action: str, stocktake: Stocktake, details: dict[str, Any], *, now: datetime
) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=stocktake.node_id,
        subject=f"stocktake:{stocktake.id.hex}",
        details=details,
        now=now,
    )
