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

# Of every width; a line break is none of them and is refused.
_SPACES = re.compile("[ \u00a0\u2000-\u200a\u3000]+")
# Control, format (bidirectional too), surrogate, private use, unassigned, line and
# paragraph separator.
_CATEGORIES_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# MIDDLE DOT, and the signs that keyboards and old lists put in its place.
_DOTS = re.compile("[.\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff65]")


def normalize_name(text: str) -> str:
    """Return a person's name in its one spelling.

    :raises InvalidNameError: if it is empty, longer than 40 characters, or holds
        control or direction characters.
    """
    return normalize(text, length_max=NAME_LENGTH_MAX)


def mask_name(name: str) -> str:
    """Return as much of a name as may be shown to others: 李*, 王*英, 欧**英, 阿*, A***.

    A compound surname needs no rule of its own: its first character is what stays.
    """
    first = name[0]
    if unicodedata.east_asian_width(first) not in "WF":
        return first + STAR * 3
    if _DOTS.search(name):
        return first + STAR
    if len(name) <= 2:
        return first + STAR
    return first + STAR * (len(name) - 2) + name[-1]


def mask_minor(number: str, *, digits: int = MINOR_DIGITS) -> str:
    """Return what a minor is called before others, from the participant's number."""
    return f"{MINOR}{number[-digits:]}"


def normalize(text: str, *, length_max: int) -> str:
    """Return a text of one line in its one spelling.

    :raises InvalidNameError: if it is empty, too long, or holds control or direction
        characters.
    """
    name = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if not name or len(name) > length_max:
        raise InvalidNameError(length_max=length_max)
    if any(unicodedata.category(character) in _CATEGORIES_REFUSED for character in name):
        raise InvalidNameError(length_max=length_max)
    return name
