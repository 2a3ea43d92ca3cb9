"""Reads of signals."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor

from .errors import SignalNotFoundError
from .models import SignalMarkRow, SignalRow
from .types import Signal, SignalId, SignalState

_signals = table_of(SignalRow)


def get_signal(signal_id: SignalId) -> Signal:
    """Return a signal.

    :raises SignalNotFoundError: if there is none.
    """
    row = db.session.execute(sa.select(_signals).where(_signals.c.id == signal_id)).one_or_none()
    if row is None:
        raise SignalNotFoundError
    return _signal(row)


def page_signals(
    *, node_path: str, is_open: bool, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Signal]:
    """Return the signals of a branch that wait for somebody, or the others, the newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = (
        _select(node_path, is_open=is_open)
        .order_by(_signals.c.last_at.desc(), _signals.c.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        last_at, last_id = _read_cursor(cursor)
        statement = statement.where(
            sa.or_(
                _signals.c.last_at < last_at,
                sa.and_(_signals.c.last_at == last_at, _signals.c.id < last_id),
            )
        )
    found = tuple(_signal(row) for row in db.session.execute(statement))
    following = None
    if len(found) > limit:
        last = found[limit - 1]
        following = encode_cursor([last.last_at.isoformat(), last.id.hex])
    return Page(items=found[:limit], next=following)


def count_open(node_path: str) -> int:
    """Return how many signals of a branch wait for somebody."""
    counted = _select(node_path, is_open=True).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def find_mark() -> datetime | None:
    """Return up to when check-ins have been looked through, None if never."""
    looked_until: datetime | None = db.session.scalar(sa.select(SignalMarkRow.looked_until))
    return looked_until


def _select(node_path: str, *, is_open: bool) -> sa.Select[Any]:
    is_state = _signals.c.state == SignalState.OPEN
    return sa.select(_signals).where(
        _signals.c.node_path.startswith(node_path, autoescape=True),
        is_state if is_open else sa.not_(is_state),
    )


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    last_at, last_id = decode_cursor(cursor, length=2)
    try:
        return datetime.fromisoformat(last_at), UUID(last_id)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def _signal(row: Any) -> Signal:
    return Signal(
        id=SignalId(row.id),
        kind=row.kind,
        node_id=row.node_id,
        node_path=row.node_path,
        occasion_id=OccasionId(row.occasion_id),
        participant_ids=tuple(ParticipantId(UUID(person)) for person in row.participants),
        staff=row.staff,
        count=row.count,
        first_at=row.first_at,
        last_at=row.last_at,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        note=row.note,
    )
