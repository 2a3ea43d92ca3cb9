"""Who may redeem what, and when. Pure."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rewards.access import rules as access_rules
from rewards.access.types import Actor, ParticipantActor, ParticipantId, Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.ledger.types import HoldFact, HoldStatus, SpendingFact
from rewards.stock.types import MovementFact, MovementKind, Offer, SpaceId

from .errors import (
    PriceChangedError,
    QuantityOutOfRangeError,
    RedemptionAlreadyFulfilledError,
    RedemptionCancelledError,
    RedemptionExpiredError,
    RedemptionForOtherError,
    RedemptionNotFoundError,
    RedemptionOtherSpaceError,
    RewardElsewhereError,
    RewardNotListedError,
    SpaceClosedError,
    WrongRedemptionCodeError,
)
from .types import Redemption, RedemptionFact, RedemptionStatus

Trace = HoldFact | SpendingFact | MovementFact

QUANTITY_MAX = 10
KEPT_DAYS = 7
CODE_LENGTH = 8

# What a redemption leaves behind: the state of its hold, and what moved besides the reserving.
TRACES = {
    RedemptionStatus.RESERVED: (HoldStatus.OPEN, ()),
    RedemptionStatus.FULFILLED: (HoldStatus.CAPTURED, (MovementKind.FULFIL,)),
    RedemptionStatus.CANCELLED: (HoldStatus.RELEASED, (MovementKind.RELEASE,)),
    RedemptionStatus.EXPIRED: (HoldStatus.RELEASED, (MovementKind.RELEASE,)),
}
# What people put between the digits when they read or type a code.
_CODE_GAPS = frozenset(" \t-‐‑‒–—－\u3000\u00a0")  # noqa: RUF001
_CODE_TEXT_LENGTH_MAX = 32


def read_code(text: str) -> str | None:
    """Return the eight digits of a pick-up code, or None if *text* is not one.

    Full-width digits, spaces and dashes, as an input method or a printed slip
    has them, are accepted.
    """
    if len(text) > _CODE_TEXT_LENGTH_MAX:
        return None
    digits = "".join(character for character in text.strip() if character not in _CODE_GAPS)
    digits = unicodedata.normalize("NFKC", digits)
    # isdigit alone would let through digits of other scripts.
    if len(digits) != CODE_LENGTH or not (digits.isascii() and digits.isdigit()):
        return None
    return digits


def expires_at(now: datetime, zone: ZoneInfo) -> datetime:
    """Return until when a redemption reserved now is kept.

    It is the end of the local day KEPT_DAYS later: opening hours are words on
    a door, and nobody who comes on the last day should find it was too late.
    """
    last_day = clock.local_date(now, zone) + timedelta(days=KEPT_DAYS)
    return clock.day_bounds(last_day, zone)[1]


def check_may_reserve(actor: Actor, participant_id: ParticipantId, node_path: str) -> None:
    """Check that the actor may reserve for the participant at the space of a node.

    :raises RedemptionForOtherError: if a participant asks for somebody else.
    :raises NotAllowedError: if staff may not hand over rewards there.
    """
    if not isinstance(actor, ParticipantActor):
        access_rules.authorize(actor, Verb.FULFIL, node_path)
    elif actor.participant_id != participant_id:
        raise RedemptionForOtherError


def check_may_cancel(actor: Actor, redemption: Redemption) -> None:
    """Check that the actor is the owner or may hand over rewards at the space.

    :raises RedemptionNotFoundError: if it belongs to another participant.
    :raises NotAllowedError: if staff may not hand over rewards there.
    """
    if not isinstance(actor, ParticipantActor):
        access_rules.authorize(actor, Verb.FULFIL, redemption.space_node_path)
    elif actor.participant_id != redemption.participant_id:
        # What others redeem is not theirs to know of.
        raise RedemptionNotFoundError


def check_may_fulfil(
    actor: Actor, redemption: Redemption, code: str, space_id: SpaceId | None
) -> None:
    """Check that the actor may hand over at the space, and has the code.

    *space_id* is the space the desk stands in, if it stands in one. The name of
    another space is told only to staff who hold the right code.

    :raises NotAllowedError: if the actor may not hand over rewards anywhere.
    :raises WrongRedemptionCodeError: if the code is another one.
    :raises RedemptionOtherSpaceError: if it is to be collected elsewhere.
    """
    if not access_rules.visible_paths(actor, Verb.FULFIL):
        access_rules.authorize(actor, Verb.FULFIL, redemption.space_node_path)
    if read_code(code) != redemption.code:
        raise WrongRedemptionCodeError
    is_here = space_id in {None, redemption.space_id}
    if not is_here or not access_rules.may(actor, Verb.FULFIL, redemption.space_node_path):
        raise RedemptionOtherSpaceError(space_name=redemption.space_name)


def check_offer(offer: Offer, *, space_id: SpaceId, quantity: int) -> None:
    """Check that so many pieces of an item can be reserved at a space at all.

    :raises QuantityOutOfRangeError: if fewer than one or more than QUANTITY_MAX are asked for.
    :raises RewardElsewhereError: if another space offers the item.
    :raises SpaceClosedError: if the space is closed.
    :raises RewardNotListedError: if the item is not offered any more.
    """
    if not 1 <= quantity <= QUANTITY_MAX:
        raise QuantityOutOfRangeError(quantity_max=QUANTITY_MAX)
    if offer.reward.space_id != space_id:
        raise RewardElsewhereError(space_name=offer.space_name)
    if offer.space_closed_at is not None:
        raise SpaceClosedError
    if not offer.reward.is_listed:
        raise RewardNotListedError


def check_price(points: int, *, seen: int | None) -> None:
    """Check that nobody pays another price than the one they saw, if they tell which.

    :raises PriceChangedError: if it is another one now.
    """
    if seen is not None and seen != points:
        raise PriceChangedError(seen=seen, now=points)


def check_is_open(redemption: Redemption) -> None:
    """Check that a redemption has not come to an end; ends are final.

    :raises RedemptionAlreadyFulfilledError: if the reward was handed over.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time ran out and the points came back.
    """
    if redemption.status is not RedemptionStatus.RESERVED:
        raise build_refusal(redemption)


def check_is_collectable(redemption: Redemption, now: datetime) -> None:
    """Check that a reward can be handed over now.

    :raises RedemptionAlreadyFulfilledError: if it was handed over before.
    :raises RedemptionCancelledError: if it was cancelled.
    :raises RedemptionExpiredError: if its time ran out, even if the points are not back yet.
    """
    check_is_open(redemption)
    if is_overdue(redemption, now):
        raise build_refusal(redemption)


def can_expire(redemption: Redemption, now: datetime) -> bool:
    """Tell whether the points of a redemption are due back because its time is over."""
    return redemption.status is RedemptionStatus.RESERVED and is_overdue(redemption, now)


def is_overdue(redemption: Redemption, now: datetime) -> bool:
    """Tell whether the time to collect is over."""
    return redemption.expires_at <= now


def build_refusal(redemption: Redemption) -> RewardsError:
    """Return the error that says why nothing more can become of a redemption."""
    closed_at = redemption.closed_at.isoformat() if redemption.closed_at else None
    if redemption.status is RedemptionStatus.FULFILLED:
        return RedemptionAlreadyFulfilledError(
            fulfilled_at=closed_at,
            fulfilled_by=redemption.closed_by,
            space_name=redemption.space_name,
        )
    if redemption.status is RedemptionStatus.CANCELLED:
        return RedemptionCancelledError(cancelled_at=closed_at, points=redemption.points)
    # Also while it is reserved: its time may be over before the points are back.
    return RedemptionExpiredError(
        expired_at=redemption.expires_at.isoformat(), points=redemption.points
    )


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
