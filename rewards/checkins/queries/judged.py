"""Attendance that the rules have judged, also where they gave nothing."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.core.db import db, table_of
from rewards.earning import operations as earning
from rewards.ledger import queries as ledger

from ..models import CheckInRow
from ..types import AttendanceState, CheckInId, JudgedAttendance

_check_ins = table_of(CheckInRow)
# Stored as text by both engines, and never written in another way.
_NO_AWARDS = "[]"
# Where nobody confirmed the time, there was nothing for the rules to judge.
_is_judged = sa.or_(
    sa.cast(_check_ins.c.awards, sa.Text) != _NO_AWARDS,
    _check_ins.c.state.in_([AttendanceState.DECLINED, AttendanceState.LAPSED]),
)


def find_judged(check_in_id: UUID, *, with_undone: bool = False) -> JudgedAttendance | None:
    """Return an attendance that the rules have judged, if there is one of that id.

    *with_undone*: also one that was taken back since, or put right.
    """
    is_wanted = _is_judged
    if with_undone:
        is_wanted = sa.or_(_is_judged, _check_ins.c.state == AttendanceState.UNDONE)
    row = db.session.execute(
        sa.select(_check_ins).where(_check_ins.c.id == check_in_id, is_wanted)
    ).one_or_none()
    return None if row is None else _judged(row)


def list_unrewarded(
    *, participant_id: ParticipantId, before: UUID | None = None, limit: int
) -> tuple[JudgedAttendance, ...]:
    """Return what a participant came to and got no points for, the newest first.

    *before*: only those with an id less than that one; ids are ordered by time.
    """
    query = (
        sa.select(_check_ins)
        .where(
            _check_ins.c.participant_id == participant_id,
            _is_judged,
            _check_ins.c.id.not_in(ledger.select_credited(participant_id)),
        )
        .order_by(_check_ins.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(_check_ins.c.id < before)
    return tuple(_judged(row) for row in db.session.execute(query))


def _judged(row: Any) -> JudgedAttendance:
    return JudgedAttendance(
        check_in_id=CheckInId(row.id),
        participant_id=ParticipantId(row.participant_id),
        occasion_id=OccasionId(row.occasion_id),
        judged_at=row.closed_at or row.checked_out_at or row.recorded_at,
        minutes=row.minutes,
        awards=tuple(earning.recall(values) for values in row.awards),
        state=row.state,
        channel=row.channel,
        recorded_by=row.recorded_by,
        closed_by=row.closed_by or "",
    )
