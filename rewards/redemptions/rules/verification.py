"""What a redemption leaves behind in the books and on the shelf."""

from collections.abc import Sequence

from rewards.ledger.types import HoldFact, HoldStatus, SpendingFact
from rewards.stock.types import MovementFact, MovementKind

from ..types import RedemptionFact, RedemptionStatus

Trace = HoldFact | SpendingFact | MovementFact
# What a redemption leaves behind: the state of its hold, and what moved besides the reserving.
TRACES = {
    RedemptionStatus.RESERVED: (HoldStatus.OPEN, ()),
    RedemptionStatus.FULFILLED: (HoldStatus.CAPTURED, (MovementKind.FULFIL,)),
    RedemptionStatus.CANCELLED: (HoldStatus.RELEASED, (MovementKind.RELEASE,)),
    RedemptionStatus.EXPIRED: (HoldStatus.RELEASED, (MovementKind.RELEASE,)),
}


def list_discrepancies(
    redemption: RedemptionFact,
    *,
    holds: Sequence[HoldFact],
    spending: Sequence[SpendingFact],
    movements: Sequence[MovementFact],
) -> tuple[tuple[str, str], ...]:
    """Return in which parts the books and the shelf differ from *redemption*: due and found."""
    status, moved = TRACES[redemption.status]
    hold = HoldFact(
        id=redemption.hold_id,
        participant_id=redemption.participant_id,
        amount=redemption.points,
        status=status,
    )
    spent = SpendingFact(participant_id=redemption.participant_id, amount=-redemption.points)
    moves = [
        MovementFact(reward_id=redemption.reward_id, kind=kind, quantity=redemption.quantity)
        for kind in (MovementKind.RESERVE, *moved)
    ]
    in_order = sorted(movements, key=lambda each: each.kind is not MovementKind.RESERVE)
    due: tuple[tuple[str, list[Trace], list[Trace]], ...] = (
        ("hold", [hold], [*holds]),
        ("entry", [spent] if status is HoldStatus.CAPTURED else [], [*spending]),
        ("movement", [*moves], [*in_order]),
    )
    return tuple(
        (f"{redemption.status}: {_tell(name, expected)}", _tell(name, found))
        for name, expected, found in due
        if expected != found
    )


def _tell(name: str, facts: Sequence[Trace]) -> str:
    return ", ".join(_tell_one(fact) for fact in facts) or f"no {name}"


def _tell_one(fact: Trace) -> str:
    match fact:
        case HoldFact():
            return f"hold {fact.id} of {fact.amount}, {fact.status}, of {fact.participant_id}"
        case SpendingFact():
            return f"entry of {fact.amount}, of {fact.participant_id}"
        case MovementFact():
            return f"{fact.kind} {fact.quantity} of reward {fact.reward_id}"
