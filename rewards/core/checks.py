"""What the checks of the books say, and how far they look.

Each feature checks its own tables and answers in these words; they name rows
by their identifiers and never a person.
"""

from dataclasses import dataclass
from datetime import datetime

# A check names at most so many rows: more would not tell more.
FOUND_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A row that breaks an invariant, by the invariant's number: what must be, and what is."""

    invariant: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How far a check looks.

    `after` and `through` are numbers of seals. A scope that is whole also takes
    in what has no seal yet, and acts of any age; others look back as far as
    something may still change.
    """

    after: int
    through: int
    now: datetime
    is_whole: bool
