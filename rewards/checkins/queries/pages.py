"""What waits for somebody's word, in pages, the oldest first. Identifiers are ordered by time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor

from ..models import CheckInRow
from ..types import AttendanceState, BackFill, BackFillId, CheckInId, Receipt, ReviewId
from .lookups import get_receipt
from .pending import list_pending_occasions
from .reviews import list_requested, list_waiting_reviews

T = TypeVar("T")

_check_ins = table_of(CheckInRow)


def page_pending(
    *, node_path: str, now: datetime, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Receipt]:
    """Return attendance of a branch that nobody closed, for the leader.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    waiting = list_pending_occasions(node_path=node_path, now=now)
    query = sa.select(_check_ins.c.id).where(
        _check_ins.c.state == AttendanceState.OPEN,
        _check_ins.c.occasion_id.in_([each.occasion.id for each in waiting]),
    )
    after = _read(cursor)
    if after is not None:
        query = query.where(_check_ins.c.id > after)
    ids = db.session.scalars(query.order_by(_check_ins.c.id).limit(limit + 1)).all()
    return _page([get_receipt(CheckInId(each)) for each in ids], limit, lambda it: it.check_in_id)


def page_reviewed(
    *, node_path: str, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Receipt]:
    """Return attendance of a branch with minutes that wait for a review; one line for each part.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    after = _read(cursor)
    reviews = list_waiting_reviews(
        node_path=node_path, after=None if after is None else ReviewId(after), limit=limit + 1
    )
    page = _page(list(reviews), limit, lambda it: it.id)
    ids = dict.fromkeys(each.check_in_id for each in page.items)
    return Page(items=tuple(get_receipt(each) for each in ids), next=page.next)


def page_requested(
    *, node_path: str, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[BackFill]:
    """Return requests of a branch to fill hours in that nobody has decided.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    after = _read(cursor)
    asked = list_requested(
        node_path=node_path, after=None if after is None else BackFillId(after), limit=limit + 1
    )
    return _page(list(asked), limit, lambda it: it.id)


def _read(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    try:
        return UUID(decode_cursor(cursor, length=1)[0])
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def _page(found: Sequence[T], limit: int, key: Callable[[T], UUID]) -> Page[T]:
    items = tuple(found[:limit])
    following = encode_cursor([str(key(items[-1]))]) if len(found) > limit else None
    return Page(items=items, next=following)
