"""Reads of attendance."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core.db import UtcDateTime, db, table_of
from rewards.earning import operations as earning
from rewards.earning import queries as earning_queries
from rewards.earning import rules as earning_rules
from rewards.ledger import queries as ledger
from rewards.participants import queries as participants

from .. import rules
from ..errors import AttendanceNotFoundError
from ..models import BackFillRow, CheckInRow, StarLevelRow
from ..types import (
    Attendance,
    AttendanceState,
    BackFillState,
    CheckInId,
    Receipt,
    Span,
    StarLevel,
    Turnout,
)

TICKET_ID_LENGTH = 26
# Who is or was there, as far as is known.
COUNTS = (AttendanceState.OPEN, AttendanceState.COUNTED, AttendanceState.CONFIRMED)

_back_fills = table_of(BackFillRow)
_check_ins = table_of(CheckInRow)
_with_credit = sa.select(
    _check_ins, earning_queries.is_withheld(_check_ins.c.id).label("is_withheld")
)
_last = (
    _with_credit.where(
        _check_ins.c.occasion_id == sa.bindparam("occasion"),
        _check_ins.c.participant_id == sa.bindparam("participant"),
    )
    .order_by(_check_ins.c.renewal.desc())
    .limit(1)
)


def find_receipt(*, occasion_id: OccasionId, participant_id: ParticipantId) -> Receipt | None:
    """Return what a participant's check-in to an occasion gave, if there is one that stands."""
    last = find_last(occasion_id=occasion_id, participant_id=participant_id)
    return None if last is None or last.state is AttendanceState.UNDONE else last


def find_last(*, occasion_id: OccasionId, participant_id: ParticipantId) -> Receipt | None:
    """Return a participant's latest check-in to an occasion, also one that was undone."""
    wanted = {"occasion": occasion_id, "participant": participant_id}
    row = db.session.connection().execute(_last, wanted).one_or_none()
    return None if row is None else _receipt(row)


def find_renewal(*, occasion_id: OccasionId, participant_id: ParticipantId) -> int:
    """Return how often a participant's attendance of an occasion was undone."""
    last = find_last(occasion_id=occasion_id, participant_id=participant_id)
    return 0 if last is None else last.renewal + (last.state is AttendanceState.UNDONE)


def get_receipt(check_in_id: CheckInId, *, is_new: bool = False) -> Receipt:
    """Return what an attendance gave so far; *is_new* says whether that was decided just now.

    :raises AttendanceNotFoundError: if there is none.
    """
    row = db.session.execute(_with_credit.where(_check_ins.c.id == check_in_id)).one_or_none()
    if row is None:
        raise AttendanceNotFoundError
    return replace(_receipt(row), is_new=is_new)


def list_receipts(
    *, participant_id: ParticipantId, occasion_ids: Sequence[OccasionId]
) -> dict[OccasionId, Receipt]:
    """Return the participant's check-ins to those occasions."""
    rows = db.session.execute(
        _with_credit.where(
            _check_ins.c.participant_id == participant_id,
            _check_ins.c.occasion_id.in_(list(occasion_ids)),
            _check_ins.c.state != AttendanceState.UNDONE,
        )
    ).all()
    return {OccasionId(row.occasion_id): _receipt(row) for row in rows}


def find_elsewhere(
    participant_id: ParticipantId, span: Span, *, apart_from: CheckInId | None = None
) -> str | None:
    """Return the title of what holds the participant in some part of *span*."""
    if not span.start < span.end:
        return None
    filled_in = sa.select(sa.null(), _back_fills.c.title).where(
        _back_fills.c.participant_id == participant_id,
        _back_fills.c.state != BackFillState.REFUSED,
        _back_fills.c.withdrawn_at.is_(None),
        _back_fills.c.attended_from < span.end,
        _back_fills.c.attended_until > span.start,
    )
    query = sa.select(_check_ins.c.occasion_id, sa.literal("").label("title")).where(
        _check_ins.c.participant_id == participant_id,
        _check_ins.c.attended_from < _check_ins.c.attended_until,
        _check_ins.c.attended_from < span.end,
        _check_ins.c.attended_until > span.start,
    )
    if apart_from is not None:
        query = query.where(_check_ins.c.id != apart_from)
    found = db.session.execute(query.union_all(filled_in).limit(1)).one_or_none()
    if found is None:
        return None
    if found.occasion_id is None:
        return str(found.title)
    return activities.get_occasion(OccasionId(found.occasion_id)).title


def find_next_start(participant_id: ParticipantId, span: Span) -> datetime | None:
    """Return when something else begins to hold the participant inside *span*, if it does."""
    starts = (
        sa.select(each.c.attended_from).where(
            each.c.participant_id == participant_id,
            each.c.attended_from > span.start,
            each.c.attended_from < span.end,
            is_held,
        )
        for each, is_held in (
            (_check_ins, _check_ins.c.attended_from < _check_ins.c.attended_until),
            (
                _back_fills,
                sa.and_(
                    _back_fills.c.state != BackFillState.REFUSED,
                    _back_fills.c.withdrawn_at.is_(None),
                ),
            ),
        )
    )
    found = sa.union_all(*starts).subquery()
    first = sa.func.min(found.c.attended_from, type_=UtcDateTime)
    starts_at: datetime | None = db.session.scalar(sa.select(first))
    return starts_at


def is_counted_without_leaving(participant_id: ParticipantId, occasion_id: OccasionId) -> bool:
    """Tell whether a participant counts at an occasion that needs no check-out."""
    found = sa.select(_check_ins.c.id).where(
        _check_ins.c.participant_id == participant_id,
        _check_ins.c.occasion_id == occasion_id,
        _check_ins.c.state == AttendanceState.COUNTED,
        _check_ins.c.minutes.is_(None),
        _check_ins.c.withdrawn_at.is_(None),
    )
    return db.session.scalar(found) is not None


def list_attendance(occasion_id: OccasionId, *, limit: int | None = None) -> tuple[Attendance, ...]:
    """Return who came to an occasion, the latest first."""
    rows = db.session.execute(
        sa.select(CheckInRow.__table__)
        .where(CheckInRow.occasion_id == occasion_id, CheckInRow.state != AttendanceState.UNDONE)
        .order_by(CheckInRow.id.desc())
        .limit(limit)
    ).all()
    people = participants.list_participants([ParticipantId(row.participant_id) for row in rows])
    return tuple(
        Attendance(
            check_in_id=CheckInId(row.id),
            participant_id=ParticipantId(row.participant_id),
            masked_name=people[ParticipantId(row.participant_id)].masked_name,
            number=people[ParticipantId(row.participant_id)].number,
            checked_in_at=row.checked_in_at,
            checked_out_at=row.checked_out_at,
            minutes=row.minutes,
            state=row.state,
            points=sum(earning.recall(values).points for values in row.awards),
            channel=row.channel,
            gate=row.gate,
            is_offline=row.is_offline,
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
            closed_by=row.closed_by,
            closed_at=row.closed_at,
            verified=earning_rules.list_verified(map(earning.recall, row.awards)),
        )
        for row in rows
    )


def count_attendance(occasion_ids: Sequence[OccasionId]) -> dict[OccasionId, int]:
    """Return how many checked in to each of the occasions."""
    rows = db.session.execute(
        sa.select(CheckInRow.occasion_id, sa.func.count().label("people"))
        .where(
            CheckInRow.occasion_id.in_(list(occasion_ids)),
            CheckInRow.state != AttendanceState.UNDONE,
        )
        .group_by(CheckInRow.occasion_id)
    ).all()
    counts = {OccasionId(row.occasion_id): int(row.people) for row in rows}
    return {occasion_id: counts.get(occasion_id, 0) for occasion_id in occasion_ids}


def list_turnouts(occasion_ids: Sequence[OccasionId]) -> dict[OccasionId, Turnout]:
    """Return how many came and when the latest did, for those occasions to which anybody came.

    Whoever did not count in the end did not come.
    """
    last_at = sa.func.max(CheckInRow.checked_in_at, type_=UtcDateTime)
    rows = db.session.execute(
        sa.select(CheckInRow.occasion_id, sa.func.count().label("people"), last_at.label("last_at"))
        .where(CheckInRow.occasion_id.in_(list(occasion_ids)), CheckInRow.state.in_(COUNTS))
        .group_by(CheckInRow.occasion_id)
    ).all()
    return {
        OccasionId(row.occasion_id): Turnout(people=int(row.people), last_at=row.last_at)
        for row in rows
    }


def count_not_checked_out(occasion_ids: Sequence[OccasionId]) -> dict[OccasionId, int]:
    """Return how many are still checked in to each of the occasions."""
    rows = db.session.execute(
        sa.select(CheckInRow.occasion_id, sa.func.count().label("people"))
        .where(
            CheckInRow.occasion_id.in_(list(occasion_ids)),
            CheckInRow.state == AttendanceState.OPEN,
        )
        .group_by(CheckInRow.occasion_id)
    ).all()
    return {OccasionId(row.occasion_id): int(row.people) for row in rows}


def get_star_level(minutes: int) -> StarLevel:
    """Return the level that so many minutes of service make."""
    rows = db.session.execute(sa.select(StarLevelRow.stars, StarLevelRow.minutes)).all()
    return rules.judge_stars(minutes, {row.stars: row.minutes for row in rows})


def _receipt(row: sa.Row[tuple[object, ...]]) -> Receipt:
    awards = tuple(earning.recall(values) for values in row.awards)
    participant_id = ParticipantId(row.participant_id)
    return Receipt(
        check_in_id=CheckInId(row.id),
        occasion_id=OccasionId(row.occasion_id),
        participant_id=participant_id,
        checked_in_at=row.checked_in_at,
        checked_out_at=row.checked_out_at,
        minutes=row.minutes,
        state=row.state,
        awards=awards,
        points=sum(award.points for award in awards),
        balance=ledger.get_balance(participant_id).balance,
        is_withheld=row.is_withheld,
        is_new=False,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
        held_until=row.attended_until,
        note=row.note,
        gate=row.gate,
        renewal=row.renewal,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        ruled_at=row.ruled_at or row.closed_at,
    )
