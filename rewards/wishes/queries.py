"""Reads of wishes."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from rewards.network.types import NodeId

from .errors import WishNotFoundError
from .models import WishRow
from .types import Wish, WishId

LISTED_MAX = 100

_wishes = table_of(WishRow)
_is_open = sa.and_(_wishes.c.closed_at.is_(None), _wishes.c.given_points < _wishes.c.target_points)


def find_wish(wish_id: WishId) -> Wish | None:
    """Return a wish."""
    row = db.session.execute(sa.select(_wishes).where(_wishes.c.id == wish_id)).one_or_none()
    return None if row is None else _build(row)


def get_wish(wish_id: WishId) -> Wish:
    """Return a wish.

    :raises WishNotFoundError: if there is none.
    """
    wish = find_wish(wish_id)
    if wish is None:
        raise WishNotFoundError
    return wish


def list_open(node_path: str) -> tuple[Wish, ...]:
    """Return the wishes of a branch that points can be given to, the oldest first."""
    rows = db.session.execute(
        sa.select(_wishes)
        .where(_is_open, _wishes.c.node_path.startswith(node_path, autoescape=True))
        .order_by(_wishes.c.id)
        .limit(LISTED_MAX)
    )
    return tuple(map(_build, rows))


def page_wishes(
    node_path: str,
    *,
    is_open: bool | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Wish]:
    """Return the wishes of a branch, the newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = sa.select(_wishes).where(_wishes.c.node_path.startswith(node_path, autoescape=True))
    if is_open is not None:
        statement = statement.where(_is_open if is_open else sa.not_(_is_open))
    if cursor is not None:
        statement = statement.where(_wishes.c.id < _decode(cursor))
    # Ids are ordered by time.
    found = db.session.execute(statement.order_by(_wishes.c.id.desc()).limit(limit + 1)).all()
    items = tuple(map(_build, found[:limit]))
    has_more = len(found) > limit
    return Page(items=items, next=encode_cursor([items[-1].id.hex]) if has_more else None)


def map_given(connection: sa.Connection) -> dict[WishId, int]:
    """Return what was given to each wish, as the wishes tell it."""
    rows = connection.execute(sa.select(_wishes.c.id, _wishes.c.given_points))
    return {WishId(row.id): row.given_points for row in rows}


def _decode(cursor: str) -> UUID:
    (text,) = decode_cursor(cursor, length=1)
    try:
        return UUID(text)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def _build(row: sa.Row[*tuple[Any, ...]]) -> Wish:
    return Wish(
        id=WishId(row.id),
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        title=row.title,
        details=row.details,
        target_points=row.target_points,
        given_points=row.given_points,
        closed_at=row.closed_at,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
    )
