"""Reads of appeals, and of what they are about."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities import queries as activities
from rewards.checkins import queries as checkins
from rewards.checkins.types import CheckInId
from rewards.core import clock
from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from rewards.ledger import queries as ledger
from rewards.ledger.errors import EntryNotFoundError
from rewards.ledger.types import EntryId
from rewards.network.types import NodeId
from rewards.participants import queries as participants

from ..errors import AppealNotFoundError, AppealSubjectError, AppealSubjectNotFoundError
from ..models import AppealRow
from ..types import Appeal, AppealState, Subject
from .hands import list_hands

_appeals = table_of(AppealRow)


def get_appeal(appeal_id: UUID) -> Appeal:
    """Return an appeal.

    :raises AppealNotFoundError: if there is none.
    """
    query = sa.select(_appeals).where(_appeals.c.id == appeal_id)
    row = db.session.execute(query).mappings().one_or_none()
    if row is None:
        raise AppealNotFoundError
    return _appeal(row)


def get_subject(
    *, entry_id: UUID | None, check_in_id: UUID | None, with_undone: bool = False
) -> Subject:
    """Return what an appeal about that entry, or that attendance, would contest.

    *with_undone*: also an attendance that was taken back since, or put right.

    :raises AppealSubjectError: if not just one of them is named.
    :raises AppealSubjectNotFoundError: if there is none.
    """
    if entry_id is not None and check_in_id is None:
        return _entry_subject(EntryId(entry_id))
    if check_in_id is not None and entry_id is None:
        return _attendance_subject(CheckInId(check_in_id), with_undone=with_undone)
    raise AppealSubjectError


def map_latest(
    *, entry_ids: Iterable[UUID] = (), check_in_ids: Iterable[UUID] = ()
) -> dict[UUID, Appeal]:
    """Return the latest appeal about each of those entries and attendances, by what it is about."""
    entries, attendances = list(entry_ids), list(check_in_ids)
    if not entries and not attendances:
        return {}
    rows = (
        db.session.execute(
            sa.select(_appeals)
            .where(
                sa.or_(_appeals.c.entry_id.in_(entries), _appeals.c.check_in_id.in_(attendances))
            )
            .order_by(_appeals.c.id)
        )
        .mappings()
        .all()
    )
    return {row["entry_id"] or row["check_in_id"]: _appeal(row) for row in rows}


def page_mine(
    *, participant_id: ParticipantId, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Appeal]:
    """Return the appeals of a participant, the newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    return _page_newest(_appeals.c.participant_id == participant_id, cursor=cursor, limit=limit)


def page_closed(
    *, node_path: str, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Appeal]:
    """Return the appeals of a branch that were answered or withdrawn, the newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    wanted = sa.and_(_is_below(node_path), _appeals.c.state != AppealState.OPEN)
    return _page_newest(wanted, cursor=cursor, limit=limit)


def page_open(
    *,
    node_path: str,
    due_before: datetime | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Appeal]:
    """Return the appeals of a branch that wait, the first to be due first.

    *due_before*: only those that were due by then.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    query = (
        sa.select(_appeals)
        .where(*_waits(node_path, due_before))
        .order_by(_appeals.c.due_at, _appeals.c.id)
        .limit(limit + 1)
    )
    if cursor is not None:
        due_at, last = _read_cursor(cursor)
        query = query.where(
            sa.or_(
                _appeals.c.due_at > due_at,
                sa.and_(_appeals.c.due_at == due_at, _appeals.c.id > last),
            )
        )
    rows = db.session.execute(query).mappings().all()
    items = tuple(_appeal(row) for row in rows[:limit])
    return Page(items=items, next=_cursor_of(items[-1]) if len(rows) > limit else None)


def count_open(node_path: str, *, due_before: datetime | None = None) -> int:
    """Return how many appeals of a branch wait, or were due by a moment and still wait."""
    query = sa.select(sa.func.count()).where(*_waits(node_path, due_before))
    return int(db.session.scalar(query) or 0)


def list_wordy(*, closed_before: datetime, limit: int) -> tuple[Appeal, ...]:
    """Return appeals whose words are still kept: closed by a moment, or of a closed account."""
    rows = (
        db.session.execute(
            sa.select(_appeals)
            .where(
                sa.or_(_appeals.c.text != "", _appeals.c.answer != ""),
                sa.or_(
                    _appeals.c.closed_at < closed_before,
                    _appeals.c.participant_id.in_(participants.select_closed_ids()),
                ),
            )
            .order_by(_appeals.c.id)
            .limit(limit)
        )
        .mappings()
        .all()
    )
    return tuple(_appeal(row) for row in rows)


def _entry_subject(entry_id: EntryId) -> Subject:
    try:
        entry = ledger.get_entry(entry_id)
    except EntryNotFoundError as error:
        raise AppealSubjectNotFoundError from error
    return Subject(
        participant_id=entry.participant_id,
        entry_id=entry_id,
        check_in_id=None,
        node_id=NodeId(entry.node_id),
        node_path=entry.node_path,
        day=entry.business_date,
        recorded_at=entry.posted_at,
        entered_by=_hands_of(entry_id),
    )


def _attendance_subject(check_in_id: CheckInId, *, with_undone: bool) -> Subject:
    found = checkins.find_judged(check_in_id, with_undone=with_undone)
    if found is None:
        raise AppealSubjectNotFoundError
    occasion = activities.get_occasion(found.occasion_id)
    return Subject(
        participant_id=found.participant_id,
        entry_id=None,
        check_in_id=check_in_id,
        node_id=occasion.node_id,
        node_path=occasion.node_path,
        day=clock.local_date(occasion.starts_at, clock.zone()),
        recorded_at=found.judged_at,
        entered_by=_hands_of(check_in_id),
    )


def _hands_of(subject_id: UUID) -> frozenset[str]:
    return list_hands(db.session.connection(), [subject_id])[subject_id]


def _page_newest(wanted: sa.ColumnElement[bool], *, cursor: str | None, limit: int) -> Page[Appeal]:
    query = sa.select(_appeals).where(wanted).order_by(_appeals.c.id.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(_appeals.c.id < _read_cursor(cursor)[1])
    rows = db.session.execute(query).mappings().all()
    items = tuple(_appeal(row) for row in rows[:limit])
    return Page(items=items, next=_cursor_of(items[-1]) if len(rows) > limit else None)


def _is_below(node_path: str) -> sa.ColumnElement[bool]:
    return _appeals.c.node_path.startswith(node_path, autoescape=True)


def _waits(node_path: str, due_before: datetime | None) -> list[sa.ColumnElement[bool]]:
    conditions = [_is_below(node_path), _appeals.c.state == AppealState.OPEN]
    if due_before is not None:
        conditions.append(_appeals.c.due_at <= due_before)
    return conditions


def _cursor_of(appeal: Appeal) -> str:
    return encode_cursor([appeal.due_at.isoformat(), appeal.id.hex])


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    moment, last = decode_cursor(cursor, length=2)
    try:
        due_at = datetime.fromisoformat(moment)
        appeal_id = UUID(hex=last)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error
    if due_at.tzinfo is None:
        raise InvalidCursorError
    return due_at, appeal_id


def _appeal(row: Mapping[Any, Any]) -> Appeal:
    return Appeal(**row)
