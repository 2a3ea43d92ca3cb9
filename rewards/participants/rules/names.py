"""Names: their one spelling, and how much of one may be shown to others."""

import re
import unicodedata

from ..errors import InvalidNameError

NAME_LENGTH_MAX = 40

# What stands in the place of a name that was forgotten.
MASKED_NAME_CLOSED = "*"
MINOR = "小志愿者"
MINOR_DIGITS = 2
STAR = "*"
# Some signs are written out in many letters; a mask is as long as a name at most.
STARS_MAX = NAME_LENGTH_MAX - 2

# Of every width; a line break is none of them and is refused.
_SPACES = re.compile("[ \u00a0\u2000-\u200a\u3000]+")
# Control, format (bidirectional too), surrogate, private use, unassigned, line and
# paragraph separator.
_CATEGORIES_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Emoji and other signs: no identity card has them, and no font of ours.
_PICTURES = "So"
# MIDDLE DOT, and the signs that keyboards and old lists put in its place.
_DOTS = re.compile("[.\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff65]")
HAN = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACES_IN_HAN = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
# Which shape of a character is meant, and other marks that show nothing of their own.
_SELECTORS = re.compile("[\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Letters and a pattern that look like nothing at all.
_FILLERS = re.compile("[\u115f\u1160\u3164\uffa0\u2800]")


def normalize_name(text: str) -> str:
    """Return a person's name in its one spelling.

    :raises InvalidNameError: if it is empty, longer than 40 characters, or holds
        control or direction characters, or little pictures.
    """
    name = squeeze(normalize(text, length_max=NAME_LENGTH_MAX))
    if any(unicodedata.category(character) == _PICTURES for character in name):
        raise InvalidNameError(length_max=NAME_LENGTH_MAX)
    return name


def squeeze(text: str) -> str:
    """Return a name without the spaces that lists put between Chinese characters: 王 英."""
    return _SPACES_IN_HAN.sub("", _SPACES.sub(" ", text))


def split_dots(name: str) -> list[str]:
    """Return the parts of a name that dots stand between: 阿依古丽·买买提."""
    return [part for part in _DOTS.split(name) if part.strip()]


def strip_invisible(text: str) -> str:
    """Return a text without the letters and marks that nobody sees."""
    return _FILLERS.sub("", _SELECTORS.sub("", text))


def mask_name(name: str) -> str:
    """Return as much of a name as may be shown to others: 李*, 王*英, 欧**英, 阿*, A***.

    A compound surname needs no rule of its own: its first character is what stays.
    Letters alone are counted: a star in the place of a space would hide nothing.
    """
    plain = strip_invisible(unicodedata.normalize("NFKC", name))
    letters = [each for each in plain if unicodedata.category(each).startswith("L")]
    if not letters:
        return STAR
    first = letters[0]
    if unicodedata.east_asian_width(first) not in "WF":
        return first + STAR * 3
    if len(letters) <= 2 or _DOTS.search(plain):
        return first + STAR
    return first + STAR * min(len(letters) - 2, STARS_MAX) + letters[-1]


def mask_minor(number: str, *, digits: int = MINOR_DIGITS) -> str:
    """Return what a minor is called before others, from the participant's number."""
    return f"{MINOR}{number[-digits:]}"


def normalize(text: str, *, length_max: int) -> str:
    """Return a text of one line in its one spelling.

    :raises InvalidNameError: if it is empty, too long, or holds control or direction
        characters, or letters that nobody sees.
    """
    name = unicodedata.normalize("NFC", _SELECTORS.sub("", text))
    name = _SPACES.sub(" ", name).strip()
    if not name or len(name) > length_max:
        raise InvalidNameError(length_max=length_max)
    if _FILLERS.search(name) or any(
        unicodedata.category(character) in _CATEGORIES_REFUSED for character in name
    ):
        raise InvalidNameError(length_max=length_max)
    return name
