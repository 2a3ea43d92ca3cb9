"""Pure decisions about signing up."""

from datetime import datetime, timedelta

from rewards.activities.types import Occasion, OccasionStatus

from .errors import SignUpClosedError, SignUpNotOfferedError
from .types import Stage

# Domain 6.2 and L-09: nothing is taken from whoever does not come, but a place
# is not kept empty, and not for somebody who leaves it empty again and again.
NOTICE_BEFORE = timedelta(hours=2)
RELEASE_AFTER = timedelta(minutes=10)
MISSES_MAX = 3
MISSES_WITHIN = timedelta(days=90)
PAUSED_FOR = timedelta(days=30)

REMIND_BEFORE = {
    Stage.DAY_BEFORE: timedelta(hours=24),
    Stage.HOURS_BEFORE: timedelta(hours=2),
}


def check_open(occasion: Occasion, *, by_staff: bool, now: datetime) -> None:
    """Check that one can sign up for *occasion*; staff also note those at the door.

    :raises SignUpNotOfferedError: if it takes no sign-ups.
    :raises SignUpClosedError: if it is too late, or the occasion was cancelled.
    """
    if not occasion.takes_sign_ups:
        raise SignUpNotOfferedError
    closes_at = occasion.closes_at if by_staff else find_closing(occasion)
    if occasion.status is OccasionStatus.CANCELLED or now > closes_at:
        raise SignUpClosedError(closed_at=closes_at.isoformat())


def is_open(occasion: Occasion, *, now: datetime) -> bool:
    """Tell whether participants can sign up for *occasion* now."""
    return (
        occasion.takes_sign_ups
        and occasion.status is OccasionStatus.SCHEDULED
        and now <= find_closing(occasion)
    )


def find_closing(occasion: Occasion) -> datetime:
    """Return until when participants can sign up for *occasion*."""
    return occasion.sign_up_closes_at or occasion.starts_at


def can_move_up(occasion: Occasion, *, now: datetime) -> bool:
    """Tell whether a place that gets free still goes to those in line: as long as one can come."""
    return occasion.status is OccasionStatus.SCHEDULED and now <= occasion.closes_at


def find_notice_end(occasion: Occasion) -> datetime:
    """Return until when cancelling a sign-up counts as giving notice."""
    return occasion.starts_at - NOTICE_BEFORE


def is_missed(occasion: Occasion, *, confirmed_at: datetime, now: datetime) -> bool:
    """Tell whether giving up a place now counts as not coming without notice.

    Whoever got the place too late to give notice owes none.
    """
    notice_ends_at = find_notice_end(occasion)
    return now > notice_ends_at and confirmed_at <= notice_ends_at


def find_release(occasion: Occasion, *, confirmed_at: datetime) -> datetime:
    """Return until when a place is kept for somebody who has not come."""
    return max(occasion.starts_at, confirmed_at) + RELEASE_AFTER


def is_paused_by(missed: int) -> bool:
    """Tell whether so many misses lately pause signing up."""
    return missed >= MISSES_MAX


def judge_stage(starts_at: datetime, *, now: datetime) -> Stage:
    """Return the reminder that is due for something that starts then; none once it has."""
    left = starts_at - now
    if left <= timedelta(0):
        return Stage.NONE
    due = [stage for stage, before in REMIND_BEFORE.items() if left <= before]
    return max(due, default=Stage.NONE)
