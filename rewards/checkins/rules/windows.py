"""When one may check in and out, and the minutes between."""

from datetime import datetime, timedelta

from rewards.activities.errors import OccasionCancelledError
from rewards.activities.rules import CHECK_OUT_AFTER, LEFT_ANY_TIME
from rewards.activities.types import Occasion, OccasionStatus

from ..errors import (
    CheckInClosedError,
    CheckInNotOpenError,
    CheckOutClosedError,
    CheckOutNotOpenError,
    ClaimOfAnotherBrowserError,
    NoCheckOutError,
    OnlyHeadsCountedError,
    TicketExpiredError,
)
from ..types import ScanTicket, Span

# A first sign-in takes an elder minutes; the scan is what counts.
TICKET_LIFE = timedelta(minutes=10)
# Domain defaults 6.3: check-out from 10 minutes before the end on.
CHECK_OUT_BEFORE = timedelta(minutes=10)


def check_in_open(occasion: Occasion, *, at: datetime, by_staff: bool = False) -> None:
    """Check that one could check in to *occasion* at the moment *at*.

    Where minutes count, staff let people in who come late, or come by: until it ends.

    :raises OnlyHeadsCountedError: if nobody checks in there by name.
    :raises OccasionCancelledError: if it was cancelled.
    :raises CheckInNotOpenError: if check-in opens later.
    :raises CheckInClosedError: if it has closed.
    """
    if occasion.counts_heads:
        raise OnlyHeadsCountedError
    if occasion.status is OccasionStatus.CANCELLED:
        raise OccasionCancelledError
    if at < occasion.opens_at:
        raise CheckInNotOpenError(opens_at=occasion.opens_at.isoformat())
    counts_minutes = by_staff and occasion.requires_check_out
    closes_at = occasion.ends_at if counts_minutes else occasion.closes_at
    if at >= closes_at:
        raise CheckInClosedError(closed_at=closes_at.isoformat())


def check_out_open(occasion: Occasion, *, at: datetime, by_staff: bool) -> None:
    """Check that one could check out of *occasion* at the moment *at*.

    Staff see who leaves early, so for them it opens with the occasion; where each comes
    and goes by themselves, for everybody.

    :raises OccasionCancelledError: if it was cancelled.
    :raises NoCheckOutError: if the occasion needs none.
    :raises CheckOutNotOpenError: if check-out opens later.
    :raises CheckOutClosedError: if it has closed.
    """
    if occasion.status is OccasionStatus.CANCELLED:
        raise OccasionCancelledError
    if not occasion.requires_check_out:
        raise NoCheckOutError
    is_any_time = by_staff or occasion.rule_code in LEFT_ANY_TIME
    opens_at = occasion.opens_at if is_any_time else occasion.ends_at - CHECK_OUT_BEFORE
    closed_at = occasion.ends_at + CHECK_OUT_AFTER
    if at < opens_at:
        raise CheckOutNotOpenError(opens_at=opens_at.isoformat())
    if at > closed_at:
        raise CheckOutClosedError(closed_at=closed_at.isoformat())


def check_ticket_age(*, scanned_at: datetime, now: datetime) -> None:
    """Check that a scan is at most ten minutes old.

    :raises TicketExpiredError: if it is older, or from the future.
    """
    if not timedelta(0) <= now - scanned_at <= TICKET_LIFE:
        raise TicketExpiredError


def check_claimant(ticket: ScanTicket, *, device: str | None) -> None:
    """Check that the browser that uses *ticket* is the one that scanned.

    :raises ClaimOfAnotherBrowserError: if it is another, or one without our cookie.
    """
    if device is None or device != ticket.device:
        raise ClaimOfAnotherBrowserError


def attended_span(
    occasion: Occasion, *, checked_in_at: datetime, checked_out_at: datetime | None = None
) -> Span:
    """Return the part of the scheduled time that somebody takes up; all the rest until they leave.

    An occasion may be lengthened while it runs, never shortened: the span of
    one who has not left was right when they came.
    """
    start = min(max(checked_in_at, occasion.starts_at), occasion.ends_at)
    end = occasion.ends_at if checked_out_at is None else min(checked_out_at, occasion.ends_at)
    return Span(start, max(start, end))


def count_minutes(occasion: Occasion, *, checked_in_at: datetime, checked_out_at: datetime) -> int:
    """Return the full minutes between both moments that lie inside the scheduled time."""
    span = attended_span(occasion, checked_in_at=checked_in_at, checked_out_at=checked_out_at)
    return span.minutes


def count_scheduled_minutes(occasion: Occasion) -> int:
    """Return the minutes that the occasion is planned to last."""
    return int((occasion.ends_at - occasion.starts_at).total_seconds()) // 60
