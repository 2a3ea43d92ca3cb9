"""Pure decisions about occasions."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ..errors import (
    CheckOutRequiredError,
    FailureNoteError,
    HeadCountError,
    NamelessOccasionError,
    OccasionRuleError,
    OccasionStartError,
    OccasionTimesError,
)
from ..types import NO_POINTS, Occasion, OccasionKind, OccasionStatus

# Domain defaults 6.3: check-in from 30 minutes before the start to 30 minutes
# after it; whoever stamps in at a space may do so as long as it is open.
OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(minutes=30)
# What is filled in later, and what is planned in good time; any other day is a slip of the pen.
STARTS_BACK_MAX = timedelta(days=2 * 366)
STARTS_AHEAD_MAX = timedelta(days=10 * 366)
OPENS_BEFORE_MAX = timedelta(hours=24)
DURATION_MAX = timedelta(hours=24)
# Check-out is open until then, and so long an occasion can be lengthened.
CHECK_OUT_AFTER = timedelta(minutes=60)
NOTE_LENGTH_MIN = 4
NOTE_LENGTH_MAX = 200

RULES_BY_KIND = {
    OccasionKind.ACTIVITY: ("ACT_JOIN", "FILM_JOIN"),
    OccasionKind.STUDY_SESSION: ("STUDY_GROUP", "SPACE_STAMP", "AUDIO", "TRAIN_PASS"),
    # The hours of the night speak for themselves, whatever the shift is called.
    OccasionKind.SERVICE_SHIFT: ("SVC_TIME", "SVC_MUSTER", "SVC_PRO", "LECTURE_GIVE", "CURTAIN"),
}
# Only the center calls a muster.
CALLED_BY_CENTER = frozenset({"SVC_MUSTER"})
CHECKED_OUT = frozenset({"STUDY_GROUP", "AUDIO", "TRAIN_PASS"})
# Each listens as long as they like, while the others go on.
LEFT_ANY_TIME = frozenset({"AUDIO"})
# What counts is that the round was made; it is worth the same minutes each time.
FIXED_MINUTES = frozenset({"CURTAIN"})
ALL_DAY_RULES = frozenset({"SPACE_STAMP", "AUDIO"})


def choose_rule(kind: OccasionKind, wanted: str | None) -> str:
    """Return the point rule of an occasion: the one wanted, or the usual one of its kind.

    :raises OccasionRuleError: if the rule does not go with the kind.
    """
    allowed = RULES_BY_KIND[kind]
    if wanted is None:
        return allowed[0]
    if wanted not in (*allowed, NO_POINTS):
        raise OccasionRuleError(rule=wanted, allowed=list(allowed))
    return wanted


def choose_check_out(kind: OccasionKind, rule_code: str, wanted: bool | None) -> bool:  # noqa: FBT001
    """Return whether an occasion needs check-out.

    Only what both ends show counts as service: minutes planned are not
    minutes served. A round that is worth fixed minutes needs none.

    :raises CheckOutRequiredError: if a service shift is wanted without.
    """
    if kind is OccasionKind.SERVICE_SHIFT and rule_code not in {*FIXED_MINUTES, NO_POINTS}:
        if wanted is False:
            raise CheckOutRequiredError
        return True
    if wanted is None:
        return rule_code in CHECKED_OUT
    return wanted


def check_nameless(
    rule_code: str | None,
    requires_check_out: bool | None,  # noqa: FBT001 - None is neither
    capacity: int | None,
    terms: Mapping[str, object],
) -> None:
    """Check that nothing is asked of an occasion that only counts heads which takes names.

    :raises NamelessOccasionError: if something is.
    """
    takes_names = requires_check_out or capacity is not None or any(terms.values())
    if rule_code not in (None, NO_POINTS) or takes_names:
        raise NamelessOccasionError


def check_sign_up_closing(closes_at: datetime | None, *, check_in_closes_at: datetime) -> None:
    """Check that sign-up does not close after check-in does.

    :raises OccasionTimesError: if it would.
    """
    if closes_at is not None and closes_at > check_in_closes_at:
        raise OccasionTimesError(field="sign_up_closes_at")


def check_head_count(occasion: Occasion, *, now: datetime) -> None:
    """Check that heads can be counted at *occasion* now, or counted again.

    :raises HeadCountError: if not.
    """
    is_held = occasion.status is OccasionStatus.SCHEDULED and now >= occasion.starts_at
    if not occasion.counts_heads or not is_held:
        raise HeadCountError(field="head_count")


def normalize_failure_note(text: str, occasion: Occasion, *, now: datetime) -> str:
    """Return in one line what failed at *occasion*.

    :raises FailureNoteError: if that says too little or too much, or nothing was held yet.
    """
    note = " ".join(text.split())
    if not NOTE_LENGTH_MIN <= len(note) <= NOTE_LENGTH_MAX or now < occasion.starts_at:
        raise FailureNoteError(
            field="failure_note", length_min=NOTE_LENGTH_MIN, length_max=NOTE_LENGTH_MAX
        )
    return note


def is_lengthening(
    occasion: Occasion, *, starts_at: datetime, ends_at: datetime, now: datetime
) -> bool:
    """Tell whether moving *occasion* now only puts off its end while people are still there."""
    is_later_end = starts_at == occasion.starts_at and ends_at > occasion.ends_at
    return is_later_end and now <= occasion.ends_at + CHECK_OUT_AFTER


def check_times(*, starts_at: datetime, ends_at: datetime) -> None:
    """Check that an occasion ends after it starts and lasts a day at most.

    :raises OccasionTimesError: if not.
    """
    if not timedelta(0) < ends_at - starts_at <= DURATION_MAX:
        raise OccasionTimesError(field="ends_at", hours_max=24)


def check_new_times(*, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Check the times of an occasion that is planned now.

    :raises OccasionStartError: if it would start years ago, or many years from now.
    :raises OccasionTimesError: if it does not end after it starts, within a day.
    """
    check_start(starts_at, now=now)
    check_times(starts_at=starts_at, ends_at=ends_at)


def check_start(starts_at: datetime, *, now: datetime) -> None:
    """Check that an occasion starts neither years ago nor many years from now.

    :raises OccasionStartError: if it does.
    """
    if not now - STARTS_BACK_MAX <= starts_at <= now + STARTS_AHEAD_MAX:
        raise OccasionStartError(
            field="starts_at",
            earliest=(now - STARTS_BACK_MAX).date().isoformat(),
            latest=(now + STARTS_AHEAD_MAX).date().isoformat(),
        )


def choose_window(
    *,
    rule_code: str,
    starts_at: datetime,
    ends_at: datetime,
    opens_at: datetime | None,
    closes_at: datetime | None,
) -> tuple[datetime, datetime]:
    """Return when check-in opens and closes.

    :raises OccasionTimesError: if it would close before it opens or after the occasion's end,
        or open more than a day before the start.
    """
    is_all_day = rule_code in ALL_DAY_RULES
    opens = opens_at or (starts_at if is_all_day else starts_at - OPENS_BEFORE)
    closes = closes_at or (ends_at if is_all_day else min(starts_at + CLOSES_AFTER, ends_at))
    if not opens < closes <= ends_at:
        raise OccasionTimesError(field="closes_at")
    if starts_at - opens > OPENS_BEFORE_MAX:
        raise OccasionTimesError(field="opens_at", hours_max=24)
    return opens, closes


def move_window(
    occasion: Occasion, *, starts_at: datetime, ends_at: datetime
) -> tuple[datetime, datetime]:
    """Return when check-in opens and closes after *occasion* was moved.

    The usual window stays the usual one; one that was chosen moves along.

    :raises OccasionTimesError: if it would close before it opens or after the occasion's end.
    """
    usual = choose_window(
        rule_code=occasion.rule_code,
        starts_at=occasion.starts_at,
        ends_at=occasion.ends_at,
        opens_at=None,
        closes_at=None,
    )
    is_usual = (occasion.opens_at, occasion.closes_at) == usual
    return choose_window(
        rule_code=occasion.rule_code,
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=None if is_usual else occasion.opens_at + (starts_at - occasion.starts_at),
        closes_at=None if is_usual else occasion.closes_at + (ends_at - occasion.ends_at),
    )
