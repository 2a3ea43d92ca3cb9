"""Lists in pages: a page of items and the cursor to the next one."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rewards.core.errors import InvalidCursorError

T = TypeVar("T")

PAGE_SIZE = 20
PAGE_SIZE_MAX = 100
CURSOR_LENGTH_MAX = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some items, and the cursor to those after them if there are any."""

    items: tuple[T, ...]
    next: str | None


def encode_cursor(values: Sequence[Any]) -> str:
    """Return an opaque cursor that carries *values*, which must be JSON-plain."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, length: int) -> list[Any]:
    """Return the *length* values of a cursor.

    :raises InvalidCursorError: if it was not made by `encode_cursor`.
    """
    if len(cursor) > CURSOR_LENGTH_MAX:
        raise InvalidCursorError
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise InvalidCursorError from error
    if not isinstance(values, list) or len(values) != length:
        raise InvalidCursorError
    return values
