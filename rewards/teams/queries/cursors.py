"""What a cursor of a list of teams holds: what the list is ordered by, and the last id."""

from uuid import UUID

from rewards.core.errors import InvalidCursorError
from rewards.core.paging import decode_cursor


def read_cursor(cursor: str) -> tuple[str, UUID]:
    """Return the text and the id of the last line of the page before.

    :raises InvalidCursorError: if the cursor is not one of these lists.
    """
    value, last_id = decode_cursor(cursor, length=2)
    if not isinstance(value, str) or "\0" in value:
        raise InvalidCursorError
    try:
        return value, UUID(hex=last_id)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error
