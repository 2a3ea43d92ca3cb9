"""Changes of a level: one person asks, another decides, and only then does it change."""

from datetime import datetime

from rewards.access import operations as audit_trail
from rewards.access.rules import authorize
from rewards.access.types import Actor, Verb
from rewards.core.unit import use_case
from rewards.stock import operations as shelves
from rewards.stock import queries as stock
from rewards.stock.types import RewardId

from .. import operations, queries, rules
from ..errors import (
    DifferenceStandsError,
    DifferenceWaitsError,
    StockSecondPersonError,
    StocktakeOpenError,
)
from ..operations import ChangeDraft
from ..types import Change, ChangeId, ChangeKind, ChangeStatus


@use_case
def request_change(
    *,
    actor: Actor,
    reward_id: RewardId,
    kind: ChangeKind,
    quantity: int,
    note: str,
    now: datetime,
) -> Change:
    """Ask for a change of a level; *quantity* is what it adds, so damage is below zero.

    :raises RewardNotFoundError: if there is no such reward item.
    :raises NotAllowedError: if the actor does not work at the desk there.
    :raises InvalidChangeError: if a value does not fit.
    :raises StocktakeOpenError: if the shelf is being counted.
    :raises DifferenceWaitsError: if a count found the item missing, and nobody decided on it.
    """
    offer = stock.get_offer(reward_id)
    authorize(actor, Verb.FULFIL, offer.node_path)
    rules.check_request(offer.reward, kind=kind, quantity=quantity)
    note = rules.normalize_note(note)
    space_id = offer.reward.space_id
    shelves.lock_space(space_id)
    if queries.find_open(space_id) is not None:
        raise StocktakeOpenError
    if queries.has_difference(reward_id):
        raise DifferenceWaitsError
    draft = ChangeDraft(
        kind=kind,
        reward_id=reward_id,
        space_id=space_id,
        node_id=offer.node_id,
        node_path=offer.node_path,
        quantity=quantity,
        note=note,
        requested_by=actor.principal,
    )
    change = queries.get_change(operations.open_change(draft, now=now))
    audit(actor, "stock.change_requested", change, now=now)
    return change


@use_case
def decide(
    *, actor: Actor, change_id: ChangeId, approve: bool, note: str = "", now: datetime
) -> Change:
    """Approve or refuse, as a second person, a change that waits; a refusal says why.

    Deciding the same again answers with what was decided.

    :raises ChangeNotFoundError: if there is no such change.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises StockSecondPersonError: if the actor asked for it.
    :raises InvalidChangeError: if it is refused without a reason.
    :raises ChangeDecidedError: if it came to another end.
    :raises StockReservedError: if fewer pieces were left than are reserved.
    """
    change = queries.get_change(change_id)
    authorize(actor, Verb.MANAGE_STOCK, change.node_path)
    rules.check_may_decide(actor, change)
    note = rules.normalize_words(note) if approve else rules.normalize_note(note)
    shelves.lock_levels([change.reward_id])
    change = operations.lock_change(change_id)
    wanted = ChangeStatus.APPLIED if approve else ChangeStatus.REFUSED
    if change.status is wanted:
        return change
    rules.check_pending(change)
    if approve:
        _apply(change, actor, now=now)
    decided = operations.close_change(
        change, status=wanted, decided_by=actor.principal, note=note, now=now
    )
    action = "stock.change_approved" if approve else "stock.change_refused"
    audit(actor, action, decided, now=now)
    return decided


@use_case
def withdraw(*, actor: Actor, change_id: ChangeId, now: datetime) -> Change:
    """Take back what oneself asked for and nobody decided yet.

    :raises ChangeNotFoundError: if there is no such change.
    :raises NotAllowedError: if the actor does not work at the desk there any more.
    :raises StockSecondPersonError: if somebody else asked for it.
    :raises DifferenceStandsError: if it is what a stocktake found.
    :raises ChangeDecidedError: if it was decided.
    """
    change = queries.get_change(change_id)
    authorize(actor, Verb.FULFIL, change.node_path)
    if actor.principal != change.requested_by:
        raise StockSecondPersonError
    # What was counted stays counted; otherwise a shortage would vanish by one person's word.
    if change.kind is ChangeKind.STOCKTAKE:
        raise DifferenceStandsError
    change = operations.lock_change(change_id)
    if change.status is ChangeStatus.WITHDRAWN:
        return change
    rules.check_pending(change)
    withdrawn = operations.close_change(
        change, status=ChangeStatus.WITHDRAWN, decided_by="", note="", now=now
    )
    audit(actor, "stock.change_withdrawn", withdrawn, now=now)
    return withdrawn


def audit(actor: Actor, action: str, change: Change, *, now: datetime) -> None:
    """Write down who did what about a change."""
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=change.node_id,
        subject=f"stock-change:{change.id.hex}",
        details={
            "reward": change.reward_id.hex,
            "kind": change.kind.value,
            "quantity": change.quantity,
        },
        now=now,
    )


def _apply(change: Change, actor: Actor, *, now: datetime) -> None:
    kind, quantity = rules.effect_of(change.kind, change.quantity)
    shelves.move(
        reward_id=change.reward_id,
        kind=kind,
        quantity=quantity,
        source_id=change.id,
        note=change.note,
        actor=actor,
        now=now,
    )
