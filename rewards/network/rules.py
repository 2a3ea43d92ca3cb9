"""The levels of the network and what a node may be called."""

import re
import unicodedata
from collections.abc import Mapping

from .errors import InvalidNodeError, MisplacedNodeError
from .types import Level

NAME_LENGTH_MAX = 80
ADDRESS_LENGTH_MAX = 120
PHONE_LENGTH_MAX = 32
# Between the names of a path in an import, so it cannot be in a name.
NAME_SEPARATOR = "/"

# Of every width; a line break is none of them and is refused.
_SPACES = re.compile("[ \u00a0\u2000-\u200a\u3000]+")
# Control, format (bidirectional too), surrogate, private use, line and paragraph separator.
_CATEGORIES_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

_PARENTS: Mapping[Level, frozenset[Level | None]] = {
    Level.CENTER: frozenset({None}),
    Level.INSTITUTE: frozenset({Level.CENTER}),
    Level.STATION: frozenset({Level.INSTITUTE}),
    Level.POINT: frozenset({Level.CENTER, Level.INSTITUTE, Level.STATION}),
}


def check_place(level: Level, parent_level: Level | None) -> None:
    """Check that a node of *level* may stand under a parent of *parent_level*.

    :raises MisplacedNodeError: if it may not.
    """
    if parent_level not in _PARENTS[level]:
        raise MisplacedNodeError(
            level=level.value, parent_level=parent_level.value if parent_level else None
        )


def normalize_name(text: str) -> str:
    """Return the name of a node in its one spelling.

    :raises InvalidNodeError: if it is empty, too long, or holds characters a name may not.
    """
    name = _normalize(text, field="name", length_max=NAME_LENGTH_MAX)
    if not name or NAME_SEPARATOR in name:
        raise InvalidNodeError(field="name")
    return name


def normalize_address(text: str) -> str:
    """Return an address in its one spelling.

    :raises InvalidNodeError: if it is too long or holds characters it may not.
    """
    return _normalize(text, field="address", length_max=ADDRESS_LENGTH_MAX)


def normalize_phone(text: str) -> str:
    """Return the public phone of a node, as people write it.

    :raises InvalidNodeError: if it is too long or holds characters it may not.
    """
    return _normalize(text, field="phone", length_max=PHONE_LENGTH_MAX)


def build_path(parent_path: str, label: str) -> str:
    """Return the path of the node called *label* under a parent; a center's parent path is ""."""
    return f"{parent_path}{label}/"


def center_path(path: str) -> str:
    """Return the path of the center to which the node at *path* belongs."""
    label, _, _ = path.partition("/")
    return f"{label}/"


def split_path(path: str) -> tuple[str, ...]:
    """Return the path of every node from the center down to the one at *path*, itself last."""
    labels = path.split("/")[:-1]
    return tuple("/".join(labels[: depth + 1]) + "/" for depth in range(len(labels)))


def _normalize(text: str, *, field: str, length_max: int) -> str:
    value = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if len(value) > length_max:
        raise InvalidNodeError(field=field)
    if any(unicodedata.category(character) in _CATEGORIES_REFUSED for character in value):
        raise InvalidNodeError(field=field)
    return value
