"""What counts of attendance that the system alone cannot prove."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from rewards.activities.rules import CHECK_OUT_AFTER
from rewards.activities.types import Occasion, OccasionStatus

from ..errors import (
    ConfirmClosedError,
    HoursReasonError,
    LeavingTimeError,
    NoCheckOutError,
    NotPendingError,
    OccasionCancelledError,
)
from ..types import StarLevel

# Domain defaults 6.3: the leader has seven days, then nothing counts.
CONFIRM_SPAN = timedelta(days=7)
REASON_LENGTH_MIN = 2
REASON_LENGTH_MAX = 200


def pending_since(occasion: Occasion) -> datetime:
    """Return from when those who have not checked out wait for the leader."""
    return occasion.ends_at + CHECK_OUT_AFTER


def confirm_until(occasion: Occasion) -> datetime:
    """Return until when the leader may say what counts."""
    return pending_since(occasion) + CONFIRM_SPAN


def check_confirmable(occasion: Occasion, *, now: datetime) -> None:
    """Check that the leader may say now what counts of an attendance that nobody closed.

    :raises OccasionCancelledError: if the occasion was cancelled.
    :raises NoCheckOutError: if it needs no check-out.
    :raises NotPendingError: if people can still check out.
    :raises ConfirmClosedError: if the time for it has passed.
    """
    if occasion.status is OccasionStatus.CANCELLED:
        raise OccasionCancelledError
    if not occasion.requires_check_out:
        raise NoCheckOutError
    if now <= pending_since(occasion):
        raise NotPendingError(opens_at=pending_since(occasion).isoformat())
    if now > confirm_until(occasion):
        raise ConfirmClosedError(closed_at=confirm_until(occasion).isoformat())


def judge_stars(minutes: int, ladder: Mapping[int, int]) -> StarLevel:
    """Return the level that so many minutes of service make, to the minute.

    *ladder* gives for each number of stars the minutes it takes.
    """
    reached = [stars for stars, needed in ladder.items() if minutes >= needed]
    ahead = [needed for needed in ladder.values() if minutes < needed]
    return StarLevel(stars=max(reached, default=0), missing=min(ahead) - minutes if ahead else None)


def normalize_reason(text: str) -> str:
    """Return a reason in one line.

    :raises HoursReasonError: if it is too short to say anything, or too long.
    """
    reason = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not REASON_LENGTH_MIN <= len(reason) <= REASON_LENGTH_MAX:
        raise HoursReasonError(
            field="reason", length_min=REASON_LENGTH_MIN, length_max=REASON_LENGTH_MAX
        )
    return reason


def check_leaving_time(occasion: Occasion, *, checked_in_at: datetime, left_at: datetime) -> None:
    """Check that somebody can have left at *left_at*: after they came, by the scheduled end.

    :raises LeavingTimeError: if not.
    """
    if not checked_in_at <= left_at <= occasion.ends_at:
        raise LeavingTimeError(
            field="left_at", earliest=checked_in_at.isoformat(), latest=occasion.ends_at.isoformat()
        )
