"""Attendance that nobody closed: what waits for the leader, and what has waited too long."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities import queries as activities
from rewards.activities.rules import CHECK_OUT_AFTER
from rewards.activities.types import Occasion, OccasionId, OccasionStatus
from rewards.core.db import db, table_of
from rewards.participants import queries as participants

from .. import rules
from ..models import CheckInRow
from ..types import AttendanceState, CheckInId, OwnHours, PendingAttendance, PendingOccasion

_check_ins = table_of(CheckInRow)
_is_open = _check_ins.c.state == AttendanceState.OPEN
# The state that a row was given when somebody came holds the scheduled end of
# then. It only ever moves on, so what is sought by it is judged again.
_SINCE_END = CHECK_OUT_AFTER
_TOLD_FOR = timedelta(days=30)


def list_pending_occasions(*, node_path: str, now: datetime) -> tuple[PendingOccasion, ...]:
    """Return the occasions of a branch at which somebody waits for the leader, by their end."""
    rows = db.session.execute(
        sa.select(_check_ins.c.occasion_id, sa.func.count().label("people"))
        .where(_is_open, _check_ins.c.attended_until < now - _SINCE_END)
        .group_by(_check_ins.c.occasion_id)
    ).all()
    people = {OccasionId(row.occasion_id): int(row.people) for row in rows}
    found = [
        PendingOccasion(occasion=each, people=people[each.id], until=rules.confirm_until(each))
        for each in activities.list_by_ids(list(people)).values()
        if each.node_path.startswith(node_path) and is_pending(each, now=now)
    ]
    return tuple(sorted(found, key=lambda each: (each.occasion.ends_at, each.occasion.id)))


def list_pending(
    occasion_id: OccasionId, *, after: CheckInId | None = None, limit: int
) -> tuple[PendingAttendance, ...]:
    """Return who came to an occasion and has not left by any record, in the order they came."""
    query = sa.select(_check_ins).where(_is_open, _check_ins.c.occasion_id == occasion_id)
    if after is not None:
        query = query.where(_check_ins.c.id > after)
    rows = db.session.execute(query.order_by(_check_ins.c.id).limit(limit)).all()
    people = participants.list_participants([ParticipantId(row.participant_id) for row in rows])
    return tuple(
        PendingAttendance(
            check_in_id=CheckInId(row.id),
            participant_id=ParticipantId(row.participant_id),
            masked_name=people[ParticipantId(row.participant_id)].masked_name,
            number=people[ParticipantId(row.participant_id)].number,
            checked_in_at=row.checked_in_at,
        )
        for row in rows
    )


def list_own_hours(participant_id: ParticipantId, *, now: datetime) -> tuple[OwnHours, ...]:
    """Return what of a participant waits for the leader, and what the leader said lately."""
    settled = (AttendanceState.CONFIRMED, AttendanceState.DECLINED, AttendanceState.LAPSED)
    rows = db.session.execute(
        sa.select(_check_ins)
        .where(
            _check_ins.c.participant_id == participant_id,
            sa.or_(
                sa.and_(_is_open, _check_ins.c.attended_until < now - _SINCE_END),
                sa.and_(_check_ins.c.state.in_(settled), _check_ins.c.closed_at > now - _TOLD_FOR),
            ),
        )
        .order_by(_check_ins.c.id.desc())
    ).all()
    occasions = activities.list_by_ids([OccasionId(row.occasion_id) for row in rows])
    return tuple(
        OwnHours(
            occasion=occasions[OccasionId(row.occasion_id)],
            state=row.state,
            minutes=row.minutes,
            note=row.note,
            until=rules.confirm_until(occasions[OccasionId(row.occasion_id)]),
        )
        for row in rows
        if row.state is not AttendanceState.OPEN
        or is_pending(occasions[OccasionId(row.occasion_id)], now=now)
    )


def list_lapsing(*, now: datetime, limit: int) -> tuple[CheckInId, ...]:
    """Return attendances that nobody confirmed in time, the oldest first."""
    rows = db.session.execute(
        sa.select(_check_ins.c.id, _check_ins.c.occasion_id)
        .where(_is_open, _check_ins.c.attended_until < now - _SINCE_END - rules.CONFIRM_SPAN)
        .order_by(_check_ins.c.attended_until, _check_ins.c.id)
        .limit(limit)
    ).all()
    occasions = activities.list_by_ids([OccasionId(row.occasion_id) for row in rows])
    return tuple(
        CheckInId(row.id)
        for row in rows
        if now > rules.confirm_until(occasions[OccasionId(row.occasion_id)])
    )


def is_pending(occasion: Occasion, *, now: datetime) -> bool:
    """Tell whether those who are still checked in to *occasion* wait for the leader now."""
    is_held = occasion.status is OccasionStatus.SCHEDULED and occasion.requires_check_out
    return is_held and rules.pending_since(occasion) < now <= rules.confirm_until(occasion)
