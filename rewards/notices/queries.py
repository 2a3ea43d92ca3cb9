"""Reads of notices."""

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


def page_notices(
    *, participant_id: ParticipantId, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Notice]:
    """Return the notices of a participant: those not read first, each kind from the newest.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    query = (
        sa.select(
            _notices.c.id,
            _notices.c.kind,
            _notices.c.details,
            _notices.c.created_at,
            _notices.c.read_at,
        )
        .where(_notices.c.participant_id == participant_id)
        # Ids are ordered by time.
        .order_by(_is_read, _notices.c.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(_is_after(cursor))
    rows = db.session.execute(query).all()
    items = tuple(
        Notice(
            id=NoticeId(row.id),
            kind=NoticeKind(row.kind),
            details=row.details,
            created_at=row.created_at,
            read_at=row.read_at,
        )
        for row in rows[:limit]
    )
    return Page(items=items, next=_cursor_of(items[-1]) if len(rows) > limit else None)


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
