"""What follows in attendance from what is done elsewhere, in the same unit of work."""

import sqlalchemy as sa

from rewards.activities.errors import OccasionInUseError
from rewards.activities.events import OccasionCancelled
from rewards.core.db import db
from rewards.core.unit import operation
from rewards.ledger.events import EntryReversed
from rewards.ledger.types import Asset, Reason
from rewards.signups.errors import AlreadyInsideError
from rewards.signups.events import PlaceAsked

from .. import queries, rules
from ..models import BackFillRow, CheckInRow
from ..types import CheckInId
from .reviewing import refuse_waiting


@operation
def withdraw(event: EntryReversed) -> None:
    """Free the time of hours whose minutes are taken back, and refuse what of them waits."""
    entry = event.entry
    if entry.asset is not Asset.SERVICE_MINUTES:
        return
    if entry.reason is Reason.BACKFILL:
        db.session.execute(
            sa.update(BackFillRow)
            .where(BackFillRow.id == entry.source_id)
            .values(withdrawn_at=event.at)
            .execution_options(synchronize_session=False)
        )
    # Minutes that were reviewed are a part: the attendance stands without them.
    elif entry.reason is Reason.ATTENDANCE and entry.rule_code not in rules.REVIEW_RULES.values():
        _free(event)
        refuse_waiting(
            CheckInId(entry.source_id),
            actor=event.actor,
            node_id=entry.node_id,
            details={"reversed": entry.id.hex},
            now=event.at,
        )


@operation
def refuse_cancelling(event: OccasionCancelled) -> None:
    """Keep an occasion to which somebody came: they check out, or the leader says what counts.

    :raises OccasionInUseError: if somebody came.
    """
    if queries.count_attendance([event.occasion_id])[event.occasion_id]:
        raise OccasionInUseError(field="status")


@operation
def refuse_second_place(event: PlaceAsked) -> None:
    """Keep whoever is inside from signing up: a place they never take would be given on.

    :raises AlreadyInsideError: if the participant has checked in.
    """
    if queries.find_receipt(occasion_id=event.occasion_id, participant_id=event.participant_id):
        raise AlreadyInsideError


def _free(event: EntryReversed) -> None:
    db.session.execute(
        sa.update(CheckInRow)
        .where(CheckInRow.id == event.entry.source_id)
        .values(
            attended_from=None,
            attended_until=None,
            counted_minutes=0,
            withdrawn_at=event.at,
        )
        .execution_options(synchronize_session=False)
    )
