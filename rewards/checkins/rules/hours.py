"""What counts of attendance that the system alone cannot prove."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from rewards.activities.errors import OccasionCancelledError
from rewards.activities.rules import CHECK_OUT_AFTER, DURATION_MAX
from rewards.activities.types import Occasion, OccasionStatus

from ..errors import (
    BackFillTimesError,
    BackFillTooLateError,
    ConfirmClosedError,
    EvidenceError,
    HoursReasonError,
    LeavingTimeError,
    NoCheckOutError,
    NotPendingError,
    OnlyHeadsCountedError,
)
from ..types import DayShare, ReviewLevel, Span, StarLevel

# Domain defaults 6.3: the leader has seven days, then nothing counts.
CONFIRM_SPAN = timedelta(days=7)
REASON_LENGTH_MIN = 2
REASON_LENGTH_MAX = 200
DAY_AUTOMATIC_MAX = 480
DAY_INSTITUTE_MAX = 720
BACK_FILL_SPAN = timedelta(days=7)
# The rule that reviewed minutes stand in the books by: one entry for each of them, so that
# a second approval meets the same constraint as a second check-out.
REVIEW_RULES = {ReviewLevel.INSTITUTE: "OVER_8H", ReviewLevel.CENTER: "OVER_12H"}
EVIDENCE_LENGTH_MIN = 10
EVIDENCE_LENGTH_MAX = 500
EVIDENCE_SIGNS_MIN = 4


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


def check_correctable(occasion: Occasion, *, now: datetime) -> None:
    """Check that the leader may still put right when people came and left.

    :raises NoCheckOutError: if the occasion needs no check-out.
    :raises ConfirmClosedError: if the time for it has passed.
    """
    if not occasion.requires_check_out:
        raise NoCheckOutError
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


def check_stay(occasion: Occasion, *, came_at: datetime, left_at: datetime, now: datetime) -> None:
    """Check that somebody can have been there from *came_at* to *left_at*.

    :raises LeavingTimeError: if not.
    """
    latest = min(occasion.ends_at, now)
    if not occasion.opens_at <= came_at <= left_at <= latest:
        raise LeavingTimeError(
            field="left_at" if occasion.opens_at <= came_at <= latest else "came_at",
            earliest=occasion.opens_at.isoformat(),
            latest=latest.isoformat(),
        )


def split_minutes(minutes: int, *, recorded: int) -> DayShare:
    """Return how minutes of service divide on a day that has *recorded* ones already.

    Domain defaults 6.3: eight hours count by themselves, the institute
    decides on what is above, the center on what is above twelve hours.
    """
    automatic = min(minutes, max(0, DAY_AUTOMATIC_MAX - recorded))
    rest = minutes - automatic
    institute = min(rest, max(0, DAY_INSTITUTE_MAX - max(recorded, DAY_AUTOMATIC_MAX)))
    return DayShare(automatic=automatic, institute=institute, center=rest - institute)


def find_level(minutes: int, *, recorded: int) -> ReviewLevel | None:
    """Return who must decide on minutes filled in on a day; None: whoever may at the node."""
    share = split_minutes(minutes, recorded=recorded)
    if share.center:
        return ReviewLevel.CENTER
    return ReviewLevel.INSTITUTE if share.institute else None


def check_back_fill(span: Span, occasion: Occasion | None, *, now: datetime) -> None:
    """Check that hours of *span* can be filled in now, for *occasion* if it was planned.

    :raises BackFillTimesError: if the times do not fit, or lie outside the occasion.
    :raises BackFillTooLateError: if more than seven days have passed.
    :raises OccasionCancelledError: if the occasion was cancelled.
    :raises OnlyHeadsCountedError: if the occasion takes no names.
    """
    is_forward = timedelta(minutes=1) <= span.end - span.start <= DURATION_MAX
    if not is_forward or span.end > now:
        raise BackFillTimesError(field="ended_at")
    if now - span.end > BACK_FILL_SPAN:
        raise BackFillTooLateError(closed_at=(span.end + BACK_FILL_SPAN).isoformat())
    if occasion is None:
        return
    if occasion.counts_heads:
        raise OnlyHeadsCountedError
    if occasion.status is OccasionStatus.CANCELLED:
        raise OccasionCancelledError
    if span.start < occasion.starts_at or span.end > occasion.ends_at:
        raise BackFillTimesError(
            field="started_at",
            earliest=occasion.starts_at.isoformat(),
            latest=occasion.ends_at.isoformat(),
        )


def normalize_evidence(text: str) -> str:
    """Return in one line what shows that somebody served.

    :raises EvidenceError: if it says too little, or too much.
    """
    evidence = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    is_good = EVIDENCE_LENGTH_MIN <= len(evidence) <= EVIDENCE_LENGTH_MAX
    # One sign over and over shows nothing.
    if not is_good or len(set(evidence)) < EVIDENCE_SIGNS_MIN:
        raise EvidenceError(
            field="evidence", length_min=EVIDENCE_LENGTH_MIN, length_max=EVIDENCE_LENGTH_MAX
        )
    return evidence
