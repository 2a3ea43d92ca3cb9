"""Nicknames: what somebody may be called on a public board by their own choice."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby

from ..errors import (
    InvalidNameError,
    InvalidRemovalReasonError,
    NicknameImitatesError,
    NicknameRemovedError,
    NicknameRequiredError,
    NicknameTellsError,
)
from ..types import BoardDisplay
from . import names

NICKNAME_LENGTH_MAX = 20
REASON_LENGTH_MAX = 100
# As many digits one after the other may be a telephone, a chat or a room number.
DIGITS_MAX = 4
WRITTEN_DIGITS_MAX = 6
# A base letter of Tibetan bears as many at most.
MARKS_MAX = 3
NAME_LENGTH_MIN = 2

# What a line of somebody who is not named reads; a nickname must not look like it.
HIDDEN_NAME = "未公开"

_BETWEEN = re.compile(r"[\W_]+")
_DIGITS = re.compile(rf"\d{{{DIGITS_MAX + 1}}}")
_WRITTEN_DIGITS = re.compile(
    rf"[零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖\d]{{{WRITTEN_DIGITS_MAX + 1}}}"
)
_ADDRESSES = re.compile(r"@|://|\bwww\.|\.(com|cn|net|org|top|xyz|cc)\b")
# Asterisks of every shape, and the crosses and rings that people write for them.
_STARS = re.compile("[*\u2217\u204e\u2731\uff0a\ufe61\u00d7\u25cb]")
_MARKS = frozenset({"Mn", "Me"})


def normalize_nickname(text: str) -> str:
    """Return a nickname in its one spelling.

    :raises InvalidNameError: if it is empty, longer than 20 characters, without a letter or a
        digit, or holds control or direction characters or heaps of marks.
    :raises NicknameTellsError: if it holds what looks like a phone number or an address.
    :raises NicknameImitatesError: if it looks like what the board writes itself.
    """
    nickname = names.normalize(text, length_max=NICKNAME_LENGTH_MAX)
    _check_readable(nickname)
    plain = unicodedata.normalize("NFKC", nickname).casefold()
    joined = _BETWEEN.sub("", plain)
    if _DIGITS.search(joined) or _WRITTEN_DIGITS.search(joined) or _ADDRESSES.search(plain):
        raise NicknameTellsError
    if _STARS.search(nickname) or joined.startswith((names.MINOR, HIDDEN_NAME)):
        raise NicknameImitatesError
    return nickname


def choose_nickname(display: BoardDisplay, nickname: str) -> str:
    """Return the nickname to keep for a way of being shown.

    :raises NicknameRequiredError: if the nickname is to be shown and there is none.
    :raises InvalidNameError: if it is not good.
    """
    if nickname.strip():
        return normalize_nickname(nickname)
    if display is BoardDisplay.NICKNAME:
        raise NicknameRequiredError
    return ""


def check_nickname(nickname: str, *, name: str, removed: Iterable[str]) -> None:
    """Check that somebody of that full name may have a nickname.

    :raises NicknameTellsError: if it holds the full name.
    :raises NicknameRemovedError: if it is one of those that staff took off the boards.
    """
    full, chosen = _fold(name), _fold(nickname)
    if len(full) >= NAME_LENGTH_MIN and full in chosen:
        raise NicknameTellsError
    if chosen and chosen in {_fold(each) for each in removed}:
        raise NicknameRemovedError


def normalize_reason(text: str) -> str:
    """Return why a nickname was taken off, in one line.

    :raises InvalidRemovalReasonError: if it is empty, too long, or holds what no text may hold.
    """
    try:
        return names.normalize(text, length_max=REASON_LENGTH_MAX)
    except InvalidNameError as error:
        raise InvalidRemovalReasonError(length_max=REASON_LENGTH_MAX) from error


def _fold(text: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold())


def _check_readable(nickname: str) -> None:
    kinds = [unicodedata.category(character) for character in nickname]
    heaps = [len(list(run)) for is_mark, run in groupby(kinds, _MARKS.__contains__) if is_mark]
    is_heaped = max(heaps, default=0) > MARKS_MAX
    if is_heaped or not any(kind.startswith(("L", "N")) for kind in kinds):
        raise InvalidNameError(length_max=NICKNAME_LENGTH_MAX)
