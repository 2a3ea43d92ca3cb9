"""What somebody is told who has just come, or left."""

from dataclasses import replace
from datetime import datetime

from rewards.access.types import ParticipantId
from rewards.activities.types import Occasion
from rewards.earning.types import Credit

from ..types import AttendanceState, CheckInId, Receipt, Span


def came(
    check_in_id: CheckInId,
    occasion: Occasion,
    participant_id: ParticipantId,
    *,
    at: datetime,
    state: AttendanceState,
    credited: Credit,
) -> Receipt:
    """Return the receipt of a check-in."""
    return Receipt(
        check_in_id=check_in_id,
        occasion_id=occasion.id,
        participant_id=participant_id,
        checked_in_at=at,
        checked_out_at=None,
        minutes=None,
        state=state,
        awards=credited.awards,
        points=credited.points,
        balance=credited.balance,
        is_new=True,
        is_withheld=credited.is_withheld,
    )


def left(earlier: Receipt, *, at: datetime, span: Span, credited: Credit) -> Receipt:
    """Return the receipt of whoever had *earlier* and now checked out."""
    return replace(
        earlier,
        checked_out_at=at,
        minutes=span.minutes,
        state=AttendanceState.COUNTED,
        awards=credited.awards,
        points=credited.points,
        balance=credited.balance,
        is_new=True,
        is_withheld=credited.is_withheld,
        held_until=span.end,
    )
