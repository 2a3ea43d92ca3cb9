"""What an import of rows from a file came to."""

from collections.abc import Callable
from dataclasses import dataclass

from rewards.core.errors import RewardsError

# Told the number of rows done after each.
OnProgress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """Why a row is bad, and on which line of the file it stands."""

    line: int
    code: str
    title: str

    @classmethod
    def of(cls, line: int, error: RewardsError) -> "RowFault":
        """Return the fault that a refusal makes of the row on *line*."""
        return cls(line=line, code=error.code, title=error.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """How many rows were added, how many were there already, and which were left out."""

    added: int
    unchanged: int
    faults: tuple[RowFault, ...]
