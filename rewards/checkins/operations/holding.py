"""The time that attendance holds somebody, and how it ends."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.types import ParticipantId
from rewards.core.db import constraint_of, db
from rewards.participants import queries as participants

from .. import queries
from ..errors import (
    AccountClosedError,
    AttendanceSettledError,
    OverlappingCheckInError,
    TicketUsedError,
)
from ..models import CheckInRow
from ..types import AttendanceState, CheckInId, Receipt, Span

# What the database calls its guard against attending two occasions at once.
NO_OVERLAP = "no_overlap"


def check_elsewhere(
    participant_id: ParticipantId, span: Span, *, apart_from: CheckInId | None = None
) -> None:
    """Check that nothing else holds the participant in *span*.

    The database refuses it too, but can tell no title.

    :raises OverlappingCheckInError: if an attendance does.
    """
    title = queries.find_elsewhere(participant_id, span, apart_from=apart_from)
    if title is not None:
        raise OverlappingCheckInError(occasion_title=title)


def check_account_open(participant_id: ParticipantId) -> None:
    """Check that there is still somebody to whom hours can be credited.

    :raises AccountClosedError: if the account is closed.
    """
    if participants.get_participant(participant_id).closed_at is not None:
        raise AccountClosedError


def clip_extension(receipt: Receipt, span: Span) -> Span:
    """Return *span* up to where the participant went on to something else.

    An occasion that was put off holds those who are in up to the end of before.
    """
    if receipt.held_until is None or span.end <= receipt.held_until:
        return span
    ends_at = queries.find_next_start(receipt.participant_id, span)
    return span if ends_at is None else Span(span.start, ends_at)


def close(check_in_id: CheckInId, values: dict[str, Any]) -> None:
    """Write how an open attendance ended.

    :raises AttendanceSettledError: if it had ended in another way by then.
    :raises OverlappingCheckInError: if the participant was elsewhere at the same time.
    """
    try:
        closed = db.session.execute(
            sa.update(CheckInRow)
            .where(CheckInRow.id == check_in_id, CheckInRow.state == AttendanceState.OPEN)
            .values(**values)
            .returning(CheckInRow.id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
    except IntegrityError as error:
        broken = constraint_of(error)
        if broken == NO_OVERLAP:
            raise OverlappingCheckInError from error
        if broken == "uq_check_ins__out_ticket":
            raise TicketUsedError from error
        raise
    if closed is None:
        raise AttendanceSettledError(state=queries.get_receipt(check_in_id).state.value)
