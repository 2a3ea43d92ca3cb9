"""What comes back after a hand-over. The redemption stays fulfilled: its end is final."""

from datetime import datetime
from uuid import UUID

from rewards.access.types import Actor
from rewards.core import clock
from rewards.core.unit import record, use_case
from rewards.ledger import operations as ledger
from rewards.ledger import queries as ledger_queries
from rewards.ledger.types import EntryId
from rewards.stock import operations as stock
from rewards.visits import operations as visit_operations
from rewards.visits import queries as visits

from .. import operations, queries, rules
from ..errors import ReturnNeedsOwnerError
from ..events import RedemptionReturned
from ..types import Redemption, RedemptionId, ReturnKind
from .locking import lock
from .telling import tell_returned
from .trail import audit


@use_case
def undo(*, actor: Actor, redemption_id: RedemptionId, note: str = "", now: datetime) -> Redemption:
    """Undo a hand-over within 15 minutes: points and pieces are where they were before.

    :raises RedemptionNotFoundError: if there is no such redemption.
    :raises NotAllowedError: if the actor may not hand over rewards there.
    :raises OwnGoodsError: if the actor collected it as a participant.
    :raises RedemptionUndoNotOwnError: if somebody else handed over, and the actor does not
        manage the stock there.
    :raises InvalidReturnError: if the note is too long.
    :raises RedemptionNotFulfilledError: if nothing was handed over.
    :raises GiftNotReturnableError: if the points went to a wish.
    :raises RedemptionAlreadyReturnedError: if something came back before.
    :raises RedemptionUndoTooLateError: if the 15 minutes have passed.
    """
    redemption = queries.get_redemption(redemption_id)
    rules.check_may_undo(actor, redemption)
    note = rules.normalize_note(note, is_required=False)
    redemption = lock(redemption)
    rules.check_undoable(redemption, queries.find_return(redemption_id), now)
    return _come_back(
        redemption,
        kind=ReturnKind.UNDONE,
        quantity=redemption.quantity,
        note=note,
        actor=actor,
        now=now,
    )


@use_case
def take_back(
    *,
    actor: Actor,
    redemption_id: RedemptionId,
    kind: ReturnKind,
    quantity: int,
    note: str,
    visit_id: UUID | None = None,
    now: datetime,
) -> Redemption:
    """Take faulty goods back within seven days, for others or for the points.

    *quantity* says how many pieces are faulty. Replaced: as many good ones leave the
    shelf. Refunded: all points come back with all pieces, and the good ones go onto the shelf.
    *visit_id* names the visit that says that the owner stands there; it ends with it. Without
    one, whoever manages the stock does it, unless they handed over.

    :raises RedemptionNotFoundError: if there is no such redemption.
    :raises NotAllowedError: if the actor may not hand over rewards there.
    :raises OwnGoodsError: if the actor collected it as a participant.
    :raises ReturnNeedsOwnerError: if the owner does not stand there, and the actor handed over
        or does not manage the stock there.
    :raises InvalidReturnError: if kind, quantity or note do not fit.
    :raises RedemptionNotFulfilledError: if nothing was handed over.
    :raises GiftNotReturnableError: if the points went to a wish.
    :raises RedemptionAlreadyReturnedError: if something came back before.
    :raises RedemptionReturnTooLateError: if the last day is over.
    :raises OutOfStockError: if there are not so many good pieces to give instead.
    """
    redemption = queries.get_redemption(redemption_id)
    rules.check_may_take_back(actor, redemption)
    rules.check_return(redemption, kind=kind, quantity=quantity)
    note = rules.normalize_note(note, is_required=True)
    stands = visits.find_present(
        visit_id,
        participant_id=redemption.participant_id,
        principal=actor.principal,
        space_id=redemption.space_id,
        now=now,
    )
    if not rules.may_take_back(actor, redemption, is_present=stands is not None):
        raise ReturnNeedsOwnerError
    redemption = lock(redemption)
    if stands is not None:
        visit_operations.end_visit(stands.id, now=now)
    rules.check_returnable(redemption, queries.find_return(redemption_id), now, clock.zone())
    return _come_back(redemption, kind=kind, quantity=quantity, note=note, actor=actor, now=now)


def _come_back(
    redemption: Redemption,
    *,
    kind: ReturnKind,
    quantity: int,
    note: str,
    actor: Actor,
    now: datetime,
) -> Redemption:
    _move_pieces(redemption, kind=kind, quantity=quantity, actor=actor, now=now)
    entry_id = None
    if kind is not ReturnKind.REPLACED:
        entry_id = _refund(redemption, actor=actor, now=now)
        operations.give_back_to_budgets(redemption)
    operations.add_return(
        redemption, kind=kind, quantity=quantity, note=note, entry_id=entry_id, actor=actor, now=now
    )
    audit(actor, f"redemption.{kind}", redemption, now=now)
    tell_returned(redemption, kind=kind, quantity=quantity, now=now)
    record(RedemptionReturned.of(redemption, at=now, kind=kind))
    return queries.refresh(redemption)


def _move_pieces(
    redemption: Redemption, *, kind: ReturnKind, quantity: int, actor: Actor, now: datetime
) -> None:
    back = rules.count_back(kind, faulty=quantity, of=redemption.quantity)
    if kind is ReturnKind.REPLACED:
        stock.replace(
            reward_id=redemption.reward_id,
            quantity=quantity,
            redemption_id=redemption.id,
            actor=actor,
            now=now,
        )
    elif back:
        stock.put_back(
            reward_id=redemption.reward_id,
            quantity=back,
            redemption_id=redemption.id,
            actor=actor,
            now=now,
        )


def _refund(redemption: Redemption, *, actor: Actor, now: datetime) -> EntryId:
    spent = ledger_queries.find_by_source(redemption.id)
    if spent is None:
        raise RuntimeError("a redemption was handed over without an entry")
    reversal = ledger.reverse_entry(entry_id=spent, source_id=redemption.id, actor=actor, now=now)
    return reversal.entry_id
