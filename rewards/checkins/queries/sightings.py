"""Check-ins with how they were made, for those who look for patterns."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core.db import db, table_of
from rewards.core.ids import first_id

from ..models import CheckInRow
from ..types import AttendanceState, CheckInChannel, CheckInId, Sighting

_table = table_of(CheckInRow)
_check_ins = _table.c


def list_sightings(*, since: datetime, until: datetime, limit: int) -> tuple[Sighting, ...]:
    """Return what was recorded from a moment to before another, the oldest first."""
    return _list(
        sa.select(_table)
        .where(_check_ins.id >= first_id(since), _check_ins.id < first_id(until))
        .order_by(_check_ins.id)
        .limit(limit)
    )


def list_by_word(
    pairs: Collection[tuple[str, ParticipantId]], *, since: datetime
) -> tuple[Sighting, ...]:
    """Return whom each of the staff members checked in by word since a moment.

    *pairs* are a staff member's principal and whom they checked in.
    """
    if not pairs:
        return ()
    wanted = set(pairs)
    found = _list(
        sa.select(_table)
        .where(
            _check_ins.participant_id.in_(sorted({person for _staff, person in pairs})),
            _check_ins.channel == CheckInChannel.STAFF,
            _check_ins.recorded_at >= since,
        )
        .order_by(_check_ins.id)
    )
    return tuple(each for each in found if (each.recorded_by, each.participant_id) in wanted)


def _list(statement: sa.Select[Any]) -> tuple[Sighting, ...]:
    # A slip of the hand that was undone at once is no sign of anything.
    standing = statement.where(_check_ins.state != AttendanceState.UNDONE)
    rows = db.session.execute(standing).all()
    times = activities.map_times(
        db.session.connection(), {OccasionId(row.occasion_id) for row in rows}
    )
    return tuple(
        Sighting(
            check_in_id=CheckInId(row.id),
            participant_id=ParticipantId(row.participant_id),
            occasion_id=OccasionId(row.occasion_id),
            starts_at=times[OccasionId(row.occasion_id)][0],
            at=row.checked_in_at,
            recorded_at=row.recorded_at,
            channel=row.channel,
            recorded_by=row.recorded_by,
            device=row.device,
            utc_offset=row.utc_offset,
        )
        for row in rows
    )
