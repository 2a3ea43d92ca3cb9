"""Who may correct what, and how much. Pure."""

import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from rewards.access.types import Actor, ParticipantId
from rewards.earning.types import Award, Rule
from rewards.ledger.errors import NotReversibleError
from rewards.ledger.types import Entry, Reason

from .errors import (
    DailyLimitError,
    InvalidAmountError,
    InvalidDayError,
    NotEnteredError,
    NoteRequiredError,
    NothingAwardedError,
    OwnAccountError,
    SecondPersonRequiredError,
    SpendingNotReversibleError,
)
from .types import Correction, EnteredRule, Limits

NOTE_LENGTH_MIN = 4
NOTE_LENGTH_MAX = 200
POINTS_MAX = 10_000

# Of these staff choose the amount, so they count for the limit of a day as well.
CHOSEN = (EnteredRule.AWARD,)
# Of these staff say how often, and so that each was long enough.
VOUCHED = frozenset({EnteredRule.TRAINING})
DAYS_BACK_MAX = 31

_REVERSIBLE = frozenset({Reason.ATTENDANCE, Reason.AWARD, Reason.ADJUSTMENT, Reason.BACKFILL})


def normalize_note(text: str) -> str:
    """Return the reason of a correction in its one spelling.

    :raises NoteRequiredError: if it says nothing, or too much.
    """
    note = " ".join(unicodedata.normalize("NFC", text).split())
    is_good = NOTE_LENGTH_MIN <= len(note) <= NOTE_LENGTH_MAX
    # One sign over and over is not a reason.
    if not is_good or len(set(note)) < 2 or not all(map(str.isprintable, note)):
        raise NoteRequiredError(length_min=NOTE_LENGTH_MIN, length_max=NOTE_LENGTH_MAX)
    return note


def check_amount(points: int) -> None:
    """Check that so many points can be given or taken by hand.

    :raises InvalidAmountError: if there are none, or too many.
    """
    if points == 0 or abs(points) > POINTS_MAX:
        raise InvalidAmountError(points_max=POINTS_MAX)


def check_entered(code: str) -> None:
    """Check that what a rule values is entered by hand.

    :raises NotEnteredError: if it is not.
    """
    if code not in set(EnteredRule):
        raise NotEnteredError(rule=code)


def first_day(today: date) -> date:
    """Return the earliest day whose acts can be entered today."""
    return today - timedelta(days=DAYS_BACK_MAX)


def check_day(day: date, *, today: date) -> None:
    """Check that an act of *day* can be entered today.

    :raises InvalidDayError: if it lies ahead, or too far back.
    """
    if not first_day(today) <= day <= today:
        raise InvalidDayError(first=first_day(today).isoformat())


def check_given(awards: Iterable[Award]) -> None:
    """Check that a rule gave something.

    :raises NothingAwardedError: if it did not.
    """
    awards = tuple(awards)
    if not any(award.points for award in awards):
        nothing = awards[0]
        raise NothingAwardedError(rule=nothing.rule, cap=nothing.cap, why=nothing.why.value)


def check_reversible(entry: Entry) -> None:
    """Check that an entry can be taken back by hand.

    :raises SpendingNotReversibleError: if it was spent on a reward.
    :raises NotReversibleError: if it is itself a reversal, a refund or an expiry.
    """
    if entry.reason is Reason.REDEMPTION:
        # Its goods would be gone, and its points back.
        raise SpendingNotReversibleError
    if not is_reversible(entry):
        raise NotReversibleError(reason=entry.reason.value)


def is_reversible(entry: Entry) -> bool:
    """Tell whether an entry can be taken back by hand, if it was not yet."""
    return entry.reason in _REVERSIBLE


def check_not_own(own: ParticipantId | None, participant_id: ParticipantId) -> None:
    """Check that staff do not act on the account that is their own as a participant.

    :raises OwnAccountError: if they do.
    """
    if own is not None and own == participant_id:
        raise OwnAccountError


def left_alone(limit: int, *, moved: int) -> int:
    """Return how many of *limit* points one person may still move alone, after *moved* today."""
    return max(0, limit - moved)


def needs_second(points: int, *, alone_max: int) -> bool:
    """Tell whether so many points given or taken at once need a second person."""
    return abs(points) > alone_max


def alone_max(rule: Rule) -> int:
    """Return how many points of a rule one staff member may give alone."""
    return rule.approvers_above if rule.approvers else POINTS_MAX


def any_approvers(rule: Rule) -> frozenset[str]:
    """Return as many names as a rule wants behind a large amount, whoever they will be."""
    return frozenset(map(str, range(rule.approvers)))


def check_daily(points: int, *, given: int, limits: Limits) -> None:
    """Check that staff who have *given* points by hand today may give *points* more.

    :raises DailyLimitError: if that is too much; what is taken does not count.
    """
    if points > 0 and given + points > limits.daily:
        raise DailyLimitError(daily=limits.daily, left=max(0, limits.daily - given))


def check_may_decide(actor: Actor, correction: Correction, own: ParticipantId | None) -> None:
    """Check that *actor* is a second person, and not the one who gains.

    :raises SecondPersonRequiredError: if the actor asked for it.
    :raises OwnAccountError: if the points are those of the actor's own account.
    """
    if actor.principal == correction.requested_by:
        raise SecondPersonRequiredError
    check_not_own(own, correction.participant_id)
