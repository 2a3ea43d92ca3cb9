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
_OWN_WORDS = re.compile(f"{names.MINOR}|{HIDDEN_NAME}|未公開|notshown|.*尾[号號]", re.DOTALL)

_BETWEEN = re.compile(r"[\W_]+")
_DIGITS = re.compile(rf"\d{{{DIGITS_MAX + 1}}}")
_WRITTEN_DIGITS = re.compile(
    rf"[零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖\d]{{{WRITTEN_DIGITS_MAX + 1}}}"
)
_ADDRESSES = re.compile(
    r"@|://|\bwww\.|\bt\.me\b|[.。点](com|cn|net|org|top|xyz|cc)\b|(?<![a-z])[vw]x(?![a-z])"
)
_MESSENGERS = re.compile("微信|薇信|v信|weixin|wechat|whatsapp|telegram")
# Asterisks of every shape, and the crosses, rings and discs that people write for them.
_STARS = re.compile(
    "[*\u2217\u204e\u2731-\u2734\u2736\u273b\u273d\u274b\uff0a\ufe61\u00d7\u203b"
    "\u25cb\u25cf\u25ef\u26aa\u26ab\u2b24]"
)
# 王x英: a letter where a mask has its star.
_CROSSED = re.compile(r"[\u3400-\u9fff]x+[\u3400-\u9fff]?")
_NUMBERS = frozenset({"Nd", "Nl", "No"})
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
    plain = "".join(map(_read_digit, unicodedata.normalize("NFKC", nickname).casefold()))
    joined = _BETWEEN.sub("", plain)
    if any(each.search(joined) for each in (_DIGITS, _WRITTEN_DIGITS, _MESSENGERS)):
        raise NicknameTellsError
    if _ADDRESSES.search(plain):
        raise NicknameTellsError
    if _STARS.search(nickname) or _CROSSED.fullmatch(joined) or _OWN_WORDS.match(joined):
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
    return _BETWEEN.sub("", names.strip_invisible(unicodedata.normalize("NFKC", text)).casefold())


def _read_digit(character: str) -> str:
    """Return a number in a ring or on a disc as its digits, and anything else as it is."""
    if unicodedata.category(character) not in _NUMBERS:
        return character
    number = unicodedata.numeric(character, 0.5)
    return f"{number:.0f}" if number.is_integer() else character


def _check_readable(nickname: str) -> None:
    kinds = [unicodedata.category(character) for character in nickname]
    heaps = [len(list(run)) for is_mark, run in groupby(kinds, _MARKS.__contains__) if is_mark]
    is_heaped = max(heaps, default=0) > MARKS_MAX
    if is_heaped or not any(kind.startswith(("L", "N")) for kind in kinds):
        raise InvalidNameError(length_max=NICKNAME_LENGTH_MAX)
