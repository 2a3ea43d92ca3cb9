"""Reads of notices."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor

from .models import NoticeRow
from .types import Notice, NoticeId, NoticeKind

_notices = table_of(NoticeRow)
_is_read = sa.case((_notices.c.read_at.is_(None), 0), else_=1)


def count_unread(participant_id: ParticipantId) -> int:
    """Return how many notices a participant has not read yet."""
    query = sa.select(sa.func.count()).where(
        _notices.c.participant_id == participant_id, _notices.c.read_at.is_(None)
    )
    return int(db.session.scalar(query) or 0)


def list_unread(
    participant_id: ParticipantId, kind: NoticeKind, *, limit: int
) -> tuple[Notice, ...]:
    """Return the notices of a kind that a participant has not read, from the newest."""
    rows = db.session.execute(
        _select(participant_id)
        .where(_notices.c.read_at.is_(None), _notices.c.kind == kind)
        .order_by(_notices.c.id.desc())
        .limit(limit)
    )
    return tuple(map(_build, rows))


def page_notices(
    *, participant_id: ParticipantId, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Notice]:
    """Return the notices of a participant: those not read first, each kind from the newest.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    query = (
        _select(participant_id)
        # Ids are ordered by time.
        .order_by(_is_read, _notices.c.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(_is_after(cursor))
    rows = db.session.execute(query).all()
    items = tuple(map(_build, rows[:limit]))
    return Page(items=items, next=_cursor_of(items[-1]) if len(rows) > limit else None)


def _select(participant_id: ParticipantId) -> sa.Select[Any]:
    columns = _notices.c
    return sa.select(
        columns.id, columns.kind, columns.details, columns.created_at, columns.read_at
    ).where(columns.participant_id == participant_id)


def _build(row: sa.Row[Any]) -> Notice:
    return Notice(
        id=NoticeId(row.id),
        kind=NoticeKind(row.kind),
        details=row.details,
        created_at=row.created_at,
        read_at=row.read_at,
    )


def _cursor_of(notice: Notice) -> str:
    return encode_cursor([int(notice.read_at is not None), notice.id.hex])


def _is_after(cursor: str) -> sa.ColumnElement[bool]:
    is_read, text = decode_cursor(cursor, length=2)
    try:
        last = UUID(hex=text)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error
    if is_read not in {0, 1}:
        raise InvalidCursorError
    older = sa.and_(_is_read == is_read, _notices.c.id < last)
    return sa.or_(_is_read > is_read, older)
