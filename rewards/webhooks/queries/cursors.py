"""Cursors of lists that are in the order of their identifiers."""

from uuid import UUID

from rewards.core.errors import InvalidCursorError
from rewards.core.paging import decode_cursor


def read_cursor(cursor: str) -> UUID:
    """Return the identifier that a cursor carries.

    :raises InvalidCursorError: if it is none.
    """
    try:
        return UUID(decode_cursor(cursor, length=1)[0])
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error
