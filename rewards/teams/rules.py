"""What a team may be called, and when somebody may join and leave. Pure."""

import re
import unicodedata
from datetime import date

from .errors import InvalidTeamError, MembershipDatesError
from .types import Membership

NAME_LENGTH_MAX = 60
CATEGORY_NAME_LENGTH_MAX = 12
# The standing categories are the first, in the order of the city's rules.
STANDING = 8
# Nobody was written down as a member before.
FIRST_DAY = date(2000, 1, 1)

# Of every width; a line break is none of them and is refused.
_SPACES = re.compile("[ \u00a0\u2000-\u200a\u3000]+")
# Control, format (bidirectional too), surrogate, private use, line and paragraph separator.
_CATEGORIES_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def normalize_name(text: str) -> str:
    """Return the name of a team in its one spelling.

    :raises InvalidTeamError: if it is empty, too long, or holds characters a name may not.
    """
    return _normalize(text, field="name", length_max=NAME_LENGTH_MAX)


def normalize_category(text: str) -> str:
    """Return the name of a category in its one spelling.

    :raises InvalidTeamError: if it is empty, too long, or holds characters a name may not.
    """
    return _normalize(text, field="category", length_max=CATEGORY_NAME_LENGTH_MAX)


def check_joining(joined_on: date, *, today: date) -> None:
    """Check that somebody can have joined on a day: it is past, or today.

    :raises MembershipDatesError: if not.
    """
    _check_day("joined_on", joined_on, FIRST_DAY, today)


def check_leaving(membership: Membership, left_on: date, *, today: date) -> None:
    """Check that a member can have left on a day: after joining, and not in days to come.

    :raises MembershipDatesError: if not.
    """
    _check_day("left_on", left_on, membership.joined_on, today)


def is_within(membership: Membership, day: date) -> bool:
    """Tell whether *membership* holds on *day*; the day of leaving is the first without."""
    return membership.joined_on <= day and (membership.left_on is None or day < membership.left_on)


def is_overlapping(membership: Membership, joined_on: date) -> bool:
    """Tell whether *membership* shares a day with one that begins on *joined_on* and goes on."""
    return membership.left_on is None or joined_on < membership.left_on


def _check_day(field: str, day: date, first: date, last: date) -> None:
    if not first <= day <= last:
        raise MembershipDatesError(field=field, first=first.isoformat(), last=last.isoformat())


def _normalize(text: str, *, field: str, length_max: int) -> str:
    value = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if not 0 < len(value) <= length_max:
        raise InvalidTeamError(field=field)
    if any(unicodedata.category(character) in _CATEGORIES_REFUSED for character in value):
        raise InvalidTeamError(field=field)
    return value
