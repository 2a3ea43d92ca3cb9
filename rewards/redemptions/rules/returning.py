"""What comes back after a hand-over: a mistake at the desk, or faulty goods."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rewards.access import rules as access_rules
from rewards.access.types import Actor, Verb
from rewards.core import clock

from ..errors import (
    GiftNotReturnableError,
    InvalidReturnError,
    OwnGoodsError,
    RedemptionAlreadyReturnedError,
    RedemptionNotFulfilledError,
    RedemptionReturnTooLateError,
    RedemptionUndoNotOwnError,
    RedemptionUndoTooLateError,
)
from ..types import Redemption, RedemptionReturn, RedemptionStatus, ReturnKind

UNDO_SPAN = timedelta(minutes=15)
RETURN_DAYS = 7
RETURN_NOTE_LENGTH_MIN = 2
RETURN_NOTE_LENGTH_MAX = 120


def undo_until(redemption: Redemption, actor: Actor) -> datetime | None:
    """Return until when *actor* may undo a hand-over; None: not at all.

    Whoever handed over may, and whoever manages the stock there.
    """
    is_given = redemption.status is RedemptionStatus.FULFILLED and redemption.wish_id is None
    if not is_given or redemption.closed_at is None or redemption.returned_at is not None:
        return None
    is_near = access_rules.may(actor, Verb.FULFIL, redemption.space_node_path)
    if not is_near or not _has_say(actor, redemption):
        return None
    return redemption.closed_at + UNDO_SPAN


def returnable_until(redemption: Redemption, zone: ZoneInfo) -> datetime | None:
    """Return until when faulty goods are taken back; None: they were never handed over.

    It is the end of the local day RETURN_DAYS after the hand-over.
    """
    if redemption.status is not RedemptionStatus.FULFILLED or redemption.closed_at is None:
        return None
    last_day = clock.local_date(redemption.closed_at, zone) + timedelta(days=RETURN_DAYS)
    return clock.day_bounds(last_day, zone)[1]


def check_may_undo(actor: Actor, redemption: Redemption) -> None:
    """Check that the actor may undo this hand-over, if there was one.

    :raises NotAllowedError: if the actor may not hand over rewards there.
    :raises OwnGoodsError: if the actor collected it as a participant.
    :raises RedemptionUndoNotOwnError: if somebody else handed over, and the actor does not
        manage the stock there.
    """
    check_may_take_back(actor, redemption)
    if redemption.status is RedemptionStatus.FULFILLED and not _has_say(actor, redemption):
        raise RedemptionUndoNotOwnError


def check_may_take_back(actor: Actor, redemption: Redemption) -> None:
    """Check that the actor may take goods back there.

    :raises NotAllowedError: if the actor may not hand over rewards there.
    :raises OwnGoodsError: if the actor collected it as a participant.
    """
    access_rules.authorize(actor, Verb.FULFIL, redemption.space_node_path)
    if access_rules.is_self(actor, redemption.participant_id):
        raise OwnGoodsError


def may_take_back(actor: Actor, redemption: Redemption, *, is_present: bool) -> bool:
    """Tell whether the actor may take goods back: their owner stands there, or two people know.

    One clerk alone could otherwise give out again what others have taken home.
    """
    is_other = redemption.closed_by != actor.principal
    is_manager = access_rules.may(actor, Verb.MANAGE_STOCK, redemption.space_node_path)
    return is_present or (is_other and is_manager)


def check_undoable(redemption: Redemption, earlier: RedemptionReturn | None, now: datetime) -> None:
    """Check that a hand-over can be undone now.

    :raises RedemptionNotFulfilledError: if nothing was handed over.
    :raises GiftNotReturnableError: if the points went to a wish.
    :raises RedemptionAlreadyReturnedError: if something came back before.
    :raises RedemptionUndoTooLateError: if more than UNDO_SPAN have passed.
    """
    until = _check_given(redemption, earlier) + UNDO_SPAN
    if now > until:
        raise RedemptionUndoTooLateError(closed_at=until.isoformat())


def check_returnable(
    redemption: Redemption, earlier: RedemptionReturn | None, now: datetime, zone: ZoneInfo
) -> None:
    """Check that faulty goods are taken back now.

    :raises RedemptionNotFulfilledError: if nothing was handed over.
    :raises GiftNotReturnableError: if the points went to a wish.
    :raises RedemptionAlreadyReturnedError: if something came back before.
    :raises RedemptionReturnTooLateError: if the last day is over.
    """
    _check_given(redemption, earlier)
    until = returnable_until(redemption, zone)
    if until is None or now >= until:
        raise RedemptionReturnTooLateError(until=until.isoformat() if until else None)


def check_return(redemption: Redemption, *, kind: ReturnKind, quantity: int) -> None:
    """Check what staff say came back.

    :raises InvalidReturnError: naming the value that does not fit.
    """
    if kind is ReturnKind.UNDONE:
        raise InvalidReturnError(field="kind")
    if not 1 <= quantity <= redemption.quantity:
        raise InvalidReturnError(field="quantity", quantity_max=redemption.quantity)


def normalize_note(text: str, *, is_required: bool) -> str:
    """Return in one line what staff say is wrong with the goods.

    :raises InvalidReturnError: if it says nothing, or too much.
    """
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    shortest = RETURN_NOTE_LENGTH_MIN if is_required else 0
    if not shortest <= len(line) <= RETURN_NOTE_LENGTH_MAX:
        raise InvalidReturnError(field="note", length_max=RETURN_NOTE_LENGTH_MAX)
    return line


def count_back(kind: ReturnKind, *, faulty: int, of: int) -> int:
    """Return how many pieces of a redemption *of* so many are good and on the shelf again."""
    match kind:
        case ReturnKind.UNDONE:
            return of
        case ReturnKind.REFUNDED:
            return of - faulty
        case ReturnKind.REPLACED:
            return 0


def _check_given(redemption: Redemption, earlier: RedemptionReturn | None) -> datetime:
    if redemption.status is not RedemptionStatus.FULFILLED or redemption.closed_at is None:
        raise RedemptionNotFulfilledError(outcome=redemption.status.value)
    if redemption.wish_id is not None:
        raise GiftNotReturnableError
    if earlier is not None:
        raise RedemptionAlreadyReturnedError(
            kind=earlier.kind.value, returned_at=earlier.returned_at.isoformat()
        )
    return redemption.closed_at


def _has_say(actor: Actor, redemption: Redemption) -> bool:
    is_own = redemption.closed_by == actor.principal
    return is_own or access_rules.may(actor, Verb.MANAGE_STOCK, redemption.space_node_path)
