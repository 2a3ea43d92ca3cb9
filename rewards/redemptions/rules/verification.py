"""What a redemption leaves behind in the books and on the shelf."""

from collections.abc import Sequence

from rewards.ledger.types import HoldFact, HoldStatus, RefundFact, SpendingFact
from rewards.stock.types import MovementFact, MovementKind

from ..types import RedemptionFact, RedemptionStatus, ReturnFact, ReturnKind
from .returning import count_back

Trace = HoldFact | SpendingFact | MovementFact | RefundFact
HOLDS = {
    RedemptionStatus.RESERVED: HoldStatus.OPEN,
    RedemptionStatus.FULFILLED: HoldStatus.CAPTURED,
    RedemptionStatus.CANCELLED: HoldStatus.RELEASED,
    RedemptionStatus.EXPIRED: HoldStatus.RELEASED,
}
_GIVEN_UP = frozenset({RedemptionStatus.CANCELLED, RedemptionStatus.EXPIRED})
_ORDER = tuple(MovementKind)


def list_discrepancies(
    redemption: RedemptionFact,
    *,
    holds: Sequence[HoldFact],
    spending: Sequence[SpendingFact],
    movements: Sequence[MovementFact],
    refunds: Sequence[RefundFact] = (),
    returned: ReturnFact | None = None,
) -> tuple[tuple[str, str], ...]:
    """Return in which parts the books and the shelf differ from *redemption*: due and found."""
    found_moves = sorted(movements, key=lambda each: _ORDER.index(each.kind))
    due: tuple[tuple[str, list[Trace], list[Trace]], ...] = (
        ("hold", [_due_hold(redemption)], [*holds]),
        ("entry", [*_due_spending(redemption)], [*spending]),
        ("movement", [*_due_movements(redemption, returned)], [*found_moves]),
        ("refund", [*_due_refunds(redemption, returned)], [*refunds]),
    )
    return (
        *(
            (f"{redemption.status}: {_tell(name, expected)}", _tell(name, found))
            for name, expected, found in due
            if expected != found
        ),
        *_list_wrong_ends(redemption, returned),
    )


def _due_hold(redemption: RedemptionFact) -> HoldFact:
    return HoldFact(
        id=redemption.hold_id,
        participant_id=redemption.participant_id,
        amount=redemption.points,
        status=HOLDS[redemption.status],
    )


def _due_spending(redemption: RedemptionFact) -> tuple[SpendingFact, ...]:
    if redemption.status is not RedemptionStatus.FULFILLED:
        return ()
    return (SpendingFact(participant_id=redemption.participant_id, amount=-redemption.points),)


def _due_movements(
    redemption: RedemptionFact, returned: ReturnFact | None
) -> tuple[MovementFact, ...]:
    if redemption.is_gift:
        return ()
    pieces = dict.fromkeys(_ORDER, 0)
    pieces[MovementKind.RESERVE] = redemption.quantity + redemption.split_off
    pieces[MovementKind.RELEASE] = redemption.split_off
    if redemption.status in _GIVEN_UP:
        pieces[MovementKind.RELEASE] += redemption.quantity
    if redemption.status is RedemptionStatus.FULFILLED:
        pieces[MovementKind.FULFIL] = redemption.quantity
    if returned is not None:
        back = count_back(returned.kind, faulty=returned.quantity, of=redemption.quantity)
        pieces[MovementKind.RETURN] = back
        if returned.kind is ReturnKind.REPLACED:
            pieces[MovementKind.REPLACE] = returned.quantity
    return tuple(
        MovementFact(reward_id=redemption.reward_id, kind=kind, quantity=quantity)
        for kind, quantity in pieces.items()
        if quantity
    )


def _due_refunds(redemption: RedemptionFact, returned: ReturnFact | None) -> tuple[RefundFact, ...]:
    if returned is None or returned.entry_id is None:
        return ()
    refund = RefundFact(
        entry_id=returned.entry_id,
        participant_id=redemption.participant_id,
        amount=redemption.points,
    )
    return (refund,)


def _list_wrong_ends(
    redemption: RedemptionFact, returned: ReturnFact | None
) -> tuple[tuple[str, str], ...]:
    is_due = returned is not None and returned.entry_id is not None
    is_given = redemption.status is RedemptionStatus.FULFILLED
    wrong = {
        (f"returned: {is_due}", f"returned: {redemption.is_returned}"): (
            is_due != redemption.is_returned
        ),
        ("handed over, for something came back", redemption.status.value): (
            returned is not None and not is_given
        ),
        ("handed over, for the rest of it waits", redemption.status.value): (
            redemption.split_off > 0 and not is_given
        ),
    }
    return tuple(told for told, is_wrong in wrong.items() if is_wrong)


def _tell(name: str, facts: Sequence[Trace]) -> str:
    return ", ".join(_tell_one(fact) for fact in facts) or f"no {name}"


def _tell_one(fact: Trace) -> str:
    match fact:
        case HoldFact():
            return f"hold {fact.id} of {fact.amount}, {fact.status}, of {fact.participant_id}"
        case SpendingFact():
            return f"entry of {fact.amount}, of {fact.participant_id}"
        case RefundFact():
            return f"refund {fact.entry_id} of {fact.amount}, of {fact.participant_id}"
        case MovementFact():
            return f"{fact.kind} {fact.quantity} of reward {fact.reward_id}"
