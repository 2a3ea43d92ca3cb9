"""Check-ins with how they were made, for those who look for patterns."""

from collections.abc import Collection
from dataclasses import replace
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
_IS_SHOWN = sa.or_(_check_ins.out_device.is_not(None), _check_ins.out_by_word)


def list_sightings(*, since: datetime, until: datetime, limit: int) -> tuple[Sighting, ...]:
    """Return what was recorded from a moment to before another, the oldest first."""
    return _list(
        sa.select(_table)
        .where(_check_ins.id >= first_id(since), _check_ins.id < first_id(until))
        .order_by(_check_ins.id)
        .limit(limit)
    )


def list_leavings(*, since: datetime, until: datetime, limit: int) -> tuple[Sighting, ...]:
    """Return who left from a moment to before another by themselves or by word, the oldest first.

    Of those whom staff scanned, and of hours that a leader settled, there is nothing to tell.
    """
    return _list(
        sa.select(_table)
        .where(_IS_SHOWN, _check_ins.closed_at >= since, _check_ins.closed_at < until)
        .order_by(_check_ins.closed_at, _check_ins.id)
        .limit(limit),
        is_leaving=True,
    )


def list_by_word(
    pairs: Collection[tuple[str, ParticipantId]], *, since: datetime
) -> tuple[Sighting, ...]:
    """Return whom each of the staff members checked in or out by word since a moment.

    *pairs* are a staff member's principal and whom they checked in or out.
    """
    if not pairs:
        return ()
    wanted = set(pairs)
    people = _check_ins.participant_id.in_(sorted({person for _staff, person in pairs}))
    theirs = sa.select(_table).where(people).order_by(_check_ins.id)
    came = theirs.where(_check_ins.channel == CheckInChannel.STAFF, _check_ins.recorded_at >= since)
    left = theirs.where(_check_ins.out_by_word, _check_ins.closed_at >= since)
    found = (*_list(came), *_list(left, is_leaving=True))
    return tuple(each for each in found if (each.recorded_by, each.participant_id) in wanted)


def _list(statement: sa.Select[Any], *, is_leaving: bool = False) -> tuple[Sighting, ...]:
    # A slip of the hand that was undone at once is no sign of anything.
    standing = statement.where(_check_ins.state != AttendanceState.UNDONE)
    rows = db.session.execute(standing).all()
    times = activities.map_times(
        db.session.connection(), {OccasionId(row.occasion_id) for row in rows}
    )
    see = _see_leaving if is_leaving else _see_coming
    return tuple(see(row, starts_at=times[OccasionId(row.occasion_id)][0]) for row in rows)


def _see_coming(row: sa.Row[Any], *, starts_at: datetime) -> Sighting:
    return Sighting(
        check_in_id=CheckInId(row.id),
        participant_id=ParticipantId(row.participant_id),
        occasion_id=OccasionId(row.occasion_id),
        starts_at=starts_at,
        at=row.checked_in_at,
        recorded_at=row.recorded_at,
        channel=row.channel,
        recorded_by=row.recorded_by,
        device=row.device,
        utc_offset=row.utc_offset,
    )


def _see_leaving(row: sa.Row[Any], *, starts_at: datetime) -> Sighting:
    return replace(
        _see_coming(row, starts_at=starts_at),
        at=row.checked_out_at,
        recorded_at=row.closed_at,
        recorded_by=row.closed_by,
        # By link or by digits: on their own phone.
        channel=CheckInChannel.STAFF if row.out_by_word else CheckInChannel.DISPLAY_CODE,
        device=row.out_device,
        utc_offset=None,
        is_leaving=True,
    )
