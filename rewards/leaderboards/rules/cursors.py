"""Cursors of boards: the line after which the next page begins, even when it has moved on."""

import hashlib

from rewards.core.errors import InvalidCursorError
from rewards.core.paging import decode_cursor, encode_cursor

from ..types import BoardKey, Place
from .periods import format_board
from .scores import read_member

# Where the doubles of Redis stop being exact.
SCORE_MAX = 2**53

_DIGEST_LENGTH = 8
_MEMBER_LENGTH_MAX = 16


def build_cursor(key: BoardKey, place: Place) -> str:
    """Return the cursor to what stands after *place* on a board."""
    return encode_cursor((_digest(key), place.score, place.member.hex()))


def read_cursor(key: BoardKey, cursor: str) -> Place:
    """Return the place that a cursor of this board stands for.

    :raises InvalidCursorError: if it was not made by `build_cursor`, or for another board.
    """
    digest, score, member = decode_cursor(cursor, length=3)
    if digest != _digest(key) or type(score) is not int or not isinstance(member, str):
        raise InvalidCursorError
    if not 0 < score < SCORE_MAX or len(member) > 2 * _MEMBER_LENGTH_MAX:
        raise InvalidCursorError
    try:
        place = Place(score, bytes.fromhex(member))
        read_member(place.member, key.subject)
    except ValueError as error:
        raise InvalidCursorError from error
    return place


def _digest(key: BoardKey) -> str:
    return hashlib.sha256(format_board(key).encode()).hexdigest()[:_DIGEST_LENGTH]
