"""Whether attendance fits its occasions, their seats and the audit: I9, I11, I19 and I20."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from rewards.access import queries as audit_trail
from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core import ids
from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import list_repeated, table_of
from rewards.signups import queries as signups

from ..models import CheckInRow
from ..types import AttendanceState, CheckInChannel

# An occasion lasts a day at most; a check-in that is older changes no more.
CHANGES_WITHIN = timedelta(days=3)

_check_ins = table_of(CheckInRow).c
# Nothing of what the rules gave is stored as anything else by either engine.
_gave_something = sa.cast(_check_ins.awards, sa.Text) != "[]"
UNPROVED = (AttendanceState.DECLINED, AttendanceState.LAPSED, AttendanceState.OPEN)
GIVES_NOTHING = (*UNPROVED, AttendanceState.UNDONE)
BY_STAFF = "staff:"
# Staff scanned it, or said so.
SEEN_BY_STAFF = (CheckInChannel.STAFF, CheckInChannel.CARD, CheckInChannel.MEMBER_CODE)
# By how staff closed an attendance, the action that the audit knows it by.
ACTIONS = {
    AttendanceState.COUNTED: "check_out.entered",
    AttendanceState.CONFIRMED: "attendance.confirmed",
    AttendanceState.DECLINED: "attendance.declined",
    AttendanceState.UNDONE: "attendance.undone",
}


def list_wrong_seats(connection: sa.Connection, _scope: Scope) -> tuple[Violation, ...]:
    """Return occasions whose count of places taken is not what it should be (I9).

    Those are taken by people who came, and kept for those who signed up.
    """
    came = {
        row.occasion_id: row.people
        for row in connection.execute(
            sa.select(_check_ins.occasion_id, sa.func.count().label("people"))
            .where(_check_ins.state != AttendanceState.UNDONE)
            .group_by(_check_ins.occasion_id)
        )
    }
    kept = signups.count_confirmed(connection)
    counted = (
        (seats, came.get(seats.occasion_id, 0) + kept.get(seats.occasion_id, 0))
        for seats in activities.list_seats(connection)
    )
    return tuple(
        Violation(
            invariant="I9",
            subject=f"occasion:{seats.occasion_id}",
            expected=f"{people} taken, at most {seats.capacity}",
            found=f"{seats.taken} taken",
        )
        for seats, people in counted
        if not seats.taken == people <= seats.capacity
    )[:FOUND_MAX]


def list_wrong_minutes(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return check-outs before the check-in, and minutes past the occasion or unproved (I11)."""
    is_new = _check_ins.id >= since(scope)
    longest: dict[OccasionId, int] = {}
    # Not grouped by the database: SQLite would walk an index of all check-ins for it.
    for row in connection.execute(
        sa.select(_check_ins.occasion_id, _check_ins.minutes).where(is_new, _check_ins.minutes > 0)
    ):
        longest[row.occasion_id] = max(row.minutes, longest.get(row.occasion_id, 0))
    times = activities.map_times(connection, longest)
    too_long = []
    for occasion_id, minutes in longest.items():
        start, end = times[occasion_id]
        scheduled = int((end - start).total_seconds()) // 60
        if minutes > scheduled:
            is_here = _check_ins.occasion_id == occasion_id
            too_long.append(sa.and_(is_here, _check_ins.minutes > scheduled))
    rows = connection.execute(
        sa.select(
            _check_ins.id,
            _check_ins.occasion_id,
            _check_ins.minutes,
            (_check_ins.checked_out_at < _check_ins.checked_in_at).label("is_backwards"),
        )
        .where(
            is_new,
            sa.or_(
                _check_ins.checked_out_at < _check_ins.checked_in_at,
                sa.and_(
                    _check_ins.state.not_in(GIVES_NOTHING),
                    _check_ins.checked_out_at.is_(None) != _check_ins.minutes.is_(None),
                ),
                sa.and_(_check_ins.state.in_(GIVES_NOTHING), _gave_something),
                *too_long[:FOUND_MAX],
            ),
        )
        .limit(FOUND_MAX)
    )
    return tuple(
        Violation(
            invariant="I11",
            subject=f"check_in:{row.id}",
            expected="a check-out after it, and minutes within the occasion",
            found="a check-out before it" if row.is_backwards else f"{row.minutes} minutes",
        )
        for row in rows
    )


def list_overlaps(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return attendances that hold somebody where another one holds them too (I11)."""
    one, other = (sa.alias(table_of(CheckInRow)) for _ in range(2))
    earliest = since(scope)
    rows = connection.execute(
        sa.select(one.c.id, other.c.id.label("other_id"))
        .join(
            other,
            sa.and_(
                other.c.participant_id == one.c.participant_id,
                other.c.id != one.c.id,
                other.c.attended_from < one.c.attended_until,
                one.c.attended_from < other.c.attended_until,
            ),
        )
        .where(
            one.c.id >= earliest,
            # Of two new ones, the newer is told.
            other.c.id < one.c.id,
            one.c.attended_from < one.c.attended_until,
            other.c.attended_from < other.c.attended_until,
        )
        .limit(FOUND_MAX)
    )
    return tuple(
        Violation(
            invariant="I11",
            subject=f"check_in:{row.id}",
            expected="nobody at two occasions at the same time",
            found=f"the same person at check_in:{row.other_id}",
        )
        for row in rows
    )


def list_unaudited(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return check-ins, check-outs and decisions of staff without an audit of them (I19)."""
    rows = connection.execute(
        sa.select(_check_ins.id, _check_ins.channel, _check_ins.state, _check_ins.closed_by).where(
            _check_ins.id >= since(scope),
            sa.or_(
                _check_ins.channel.in_(SEEN_BY_STAFF),
                _check_ins.closed_by.startswith(BY_STAFF),
            ),
        )
    )
    done: dict[str, list[str]] = {}
    for row in rows:
        if row.channel in SEEN_BY_STAFF:
            done.setdefault("check_in.entered", []).append(f"check_in:{row.id.hex}")
        if (row.closed_by or "").startswith(BY_STAFF) and row.state in ACTIONS:
            done.setdefault(ACTIONS[row.state], []).append(f"check_in:{row.id.hex}")
    missing = [
        each
        for action, subjects in done.items()
        for each in audit_trail.list_unrecorded(connection, action=action, subjects=subjects)
    ]
    return tuple(
        Violation(
            invariant="I19", subject=each, expected="an audit that staff entered it", found="none"
        )
        for each in missing[:FOUND_MAX]
    )


def list_reused_tickets(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return check-ins by a scan that was accepted before (I20)."""
    is_new = () if scope.is_whole else (_check_ins.id >= since(scope),)
    return tuple(
        Violation(
            invariant="I20",
            subject=f"check_in:{each}",
            expected="a scan that is accepted once",
            found="one that others were accepted with",
        )
        for each in list_repeated(connection, _check_ins.ticket, *is_new)
    )


def since(scope: Scope) -> UUID:
    """Return the first identifier of what the scope takes in."""
    return UUID(int=0) if scope.is_whole else ids.first_id(scope.now - CHANGES_WITHIN)
