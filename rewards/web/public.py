"""What may be told in public: the fields of each public face, and nothing beside them.

Boards, screens and the interface for programs tell of people who agreed to it
by a name that is not theirs in full. Whatever else a board knows of somebody,
such as who it is, stays behind: what is not listed here is left out.
"""

from collections.abc import Mapping
from typing import Any

Fields = frozenset[str]

# A line of a board for programs. `id` is that of a team or a node, never of a person.
STANDING: Fields = frozenset({"rank", "id", "display_name", "value", "change", "is_new"})
BOARD: Fields = frozenset({"items", "me", "as_of", "source", "next", "closed_at", "later_entries"})
# Where the asking person stands; told to that one alone, or to their staff.
OWN_STANDING: Fields = frozenset({"rank", "value", "gap"})
# A line of a board on a screen.
SCREEN_ROW: Fields = frozenset({"rank", "name", "ending", "value", "change", "is_top"})
# What a screen is sent of a slide; its parts are rendered from the lines above.
SLIDE: Fields = frozenset(
    {"key", "layout", "title", "parts", "as_of", "fresh", "stale", "expires", "is_idle"}
)
# A line of a board on a phone. `is_mine` and what follows from it is told to that one alone.
PHONE_ROW: Fields = frozenset(
    {"rank", "name", "ending", "value", "change", "is_mine", "is_top", "address"}
)


def only(fields: Fields, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of *facts* that may be told."""
    return {name: value for name, value in facts.items() if name in fields}
