"""How a name may be looked for: by its characters, its pinyin, its initials.

Names are stored encrypted, so each is entered in an index of short keys, made
of the beginnings of what staff may type: 王建, wan, wangj, wjy. What is found
by a key is opened and compared with all that was typed.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from ..errors import SearchTooShortError
from . import names

# Of single characters alone: the phrases would take 50 MB of every process.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, pinyin

HAN_LENGTH_MIN = 2
LETTERS_LENGTH_MIN = 3
# How much of a word is a key; what is typed is found by the longest that it fills.
KEY_LENGTHS = (8, 5, 3)
# Readings of one name that are told apart, and letters of a word that count.
READINGS_MAX = 64
WORD_LENGTH_MAX = 40

_HAN = re.compile(f"[{names.HAN}]+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_BETWEEN = (re.compile(r"[\s·.]+"), re.compile(r"[\s·.'\u2019-]+"))
_DOTTED = str.maketrans({"ü": "v", "Ü": "v"})


@dataclass(frozen=True, slots=True)
class Sought:
    """What was typed to look for a name: `key` is what the index has of it."""

    text: str
    key: str


def read_sought(text: str) -> Sought:
    """Return what somebody is looked for by.

    :raises SearchTooShortError: if it is fewer than two Chinese characters, or three letters.
    """
    plain = _fold(text)
    is_han = _HAN.fullmatch(plain) is not None
    least = HAN_LENGTH_MIN if is_han else LETTERS_LENGTH_MIN
    if len(plain) < least:
        raise SearchTooShortError(characters_min=HAN_LENGTH_MIN, letters_min=LETTERS_LENGTH_MIN)
    return Sought(plain, plain[:HAN_LENGTH_MIN] if is_han else _longest_key(plain))


def index_name(name: str) -> frozenset[str]:
    """Return the keys under which a name is entered in the index."""
    keys: set[str] = set()
    for word in _list_words(name):
        if _HAN.fullmatch(word):
            keys.add(word[:HAN_LENGTH_MIN])
        else:
            keys.update(word[:length] for length in KEY_LENGTHS if len(word) >= length)
    return frozenset(key for key in keys if len(key) >= HAN_LENGTH_MIN)


def is_sought(name: str, sought: Sought) -> bool:
    """Tell whether a name, a given name, its pinyin or its initials begin as was typed."""
    return any(word.startswith(sought.text) for word in _list_words(name))


def _list_words(name: str) -> Iterator[str]:
    parts = [_fold(part) for part in names.split_dots(name)]
    plain = "".join(parts)
    starts = {sum(map(len, parts[:count])) for count in range(len(parts))}
    if not _HAN.fullmatch(plain):
        # O'Neil and Jean-Paul are said whole and in parts.
        spoken = {_fold(part) for each in _BETWEEN for part in each.split(name)}
        yield from (word[:WORD_LENGTH_MAX] for word in {plain, *spoken} if word)
        return
    # A given name alone is what friends say; a surname may have two characters.
    starts |= {start for start in (1, 2) if start < len(plain)}
    yield from (plain[start:] for start in sorted(starts))
    for syllables in _read_aloud(plain):
        for start in starts:
            yield "".join(syllables[start:])[:WORD_LENGTH_MAX]
            yield "".join(syllable[0] for syllable in syllables[start:])
        for length in (1, 2):
            surname, given = syllables[:length], syllables[length:]
            yield "".join([*surname, *(syllable[0] for syllable in given)])


def _read_aloud(plain: str) -> Iterable[list[str]]:
    """Return the ways to read a name, those that differ in the surname first."""
    known = map(_read_character, reversed(plain))
    ways = islice(product(*known), READINGS_MAX)
    return [list(reversed(way)) for way in ways]


# Thousands of names are read for one search, of a few hundred characters.
@lru_cache(maxsize=4096)
def _read_character(character: str) -> tuple[str, ...]:
    [several] = pinyin(character, style=Style.NORMAL, heteronym=True)
    return tuple(each for each in several if each.isascii()) or ("?",)


def _longest_key(plain: str) -> str:
    return plain[: next(length for length in KEY_LENGTHS if len(plain) >= length)]


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", names.strip_invisible(text)).casefold()
    letters = _NOT_LETTERS.sub("", plain.translate(_DOTTED))
    return letters.replace("lyu", "lv").replace("nyu", "nv")
