"""What the lists have in common: names of staff, branches and cursors."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.errors import InvalidCursorError
from rewards.core.paging import decode_cursor, encode_cursor
from rewards.identity import queries as identity

_STAFF = "staff:"


def name_principals(principals: Iterable[str]) -> Mapping[str, str]:
    """Return the names of those principals that are staff."""
    ids = {UUID(each.removeprefix(_STAFF)) for each in principals if each.startswith(_STAFF)}
    if not ids:
        return {}
    return {
        f"{_STAFF}{staff_id.hex}": name for staff_id, name in identity.list_staff_names(ids).items()
    }


def is_in(column: Any, node_paths: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return whether *column* is in one of the branches."""
    return sa.or_(sa.false(), *(column.startswith(path, autoescape=True) for path in node_paths))


def after(cursor: str) -> UUID:
    """Return the id behind which a page of such a list begins.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    (text,) = decode_cursor(cursor, length=1)
    try:
        return UUID(hex=text)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def cursor_of(last: UUID | None, *, has_more: bool) -> str | None:
    """Return the cursor to what comes after *last*, if there is more."""
    return encode_cursor([last.hex]) if has_more and last is not None else None
