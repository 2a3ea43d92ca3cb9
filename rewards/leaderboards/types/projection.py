"""Words of the projection: cells and what changes them, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Cause(StrEnum):
    """Why boards are made anew.

    Redis lost them, holds those of another history, holds them laid out as another version of
    the program does, they were found wrong, or somebody asked for it.
    """

    LOST = "lost"
    FOREIGN = "foreign"
    LAYOUT = "layout"
    DRIFT = "drift"
    ASKED = "asked"


# Tuples, because a rebuild makes one of these for each cell of each board.
class TieScale(NamedTuple):
    """How last gains are told apart: in steps of seconds since an origin, in seconds since 1970.

    `span` is how many steps there are.
    """

    origin: int
    step_seconds: int
    span: int


class TouchedBoard(NamedTuple):
    """A board that an entry counts for: its name, and its scale of ties."""

    board: str
    scale: TieScale


class Cell(NamedTuple):
    """One place on one board, as it is stored.

    A member is the id of a participant or a team in 16 bytes, or the label of a node.
    """

    board: str
    member: bytes
    score: int


class CellName(NamedTuple):
    """One place on one board."""

    board: str
    member: bytes


class Gain(NamedTuple):
    """A change of one cell of one board. `tie` is as `rules.build_tie` gives it."""

    board: str
    member: bytes
    delta: int
    tie: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A cell of a board that is not what the books say. Values and ties; None: no such cell.

    Neither is there for a key among the boards that is none: then `member` is empty.
    """

    board: str
    member: str
    stored: tuple[int, int] | None
    expected: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a look at the boards in use saw: how many cells, and which of them were wrong.

    `boards` are those whose sizes or sums were wrong, `differences` single cells.
    """

    cells: int
    boards: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def wrong(self) -> int:
        """How many cells are wrong, at the least."""
        known = {difference.board for difference in self.differences}
        return len(self.differences) + len(set(self.boards) - known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the boards of a center have come, as the database was last told.

    `epoch` 0: there are none yet. `behind` is how many entries they do not hold yet, and
    `behind_since` when the oldest of these was posted, None if there is none. `rebuilds` counts
    the epochs that readers were ever given, by cause.
    """

    center: str
    epoch: int
    seq: int
    followed_at: datetime | None
    behind: int
    behind_since: datetime | None
    verified_at: datetime | None
    verified_cells: int
    wrong_cells: int
    rebuilds: Mapping[Cause, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where the boards of a center were last seen to be, and when."""

    epoch: int
    seq: int
    followed_at: datetime
