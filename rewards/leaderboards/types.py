"""Words of the boards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.ledger.types import Asset, ChainHead
from rewards.participants.types import BoardDisplay


class Period(StrEnum):
    """How long a board gathers, by the local calendar; weeks are those of ISO 8601."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ALL = "all"


class Kind(StrEnum):
    """Which points a board counts."""

    ALL = "all"
    STUDY = "study"
    SERVICE = "service"


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


class Subject(StrEnum):
    """Who stands on a board: participants, teams, or the nodes right below one."""

    PARTICIPANT = "participant"
    TEAM = "team"
    NODE = "node"


class Source(StrEnum):
    """Where a board was read: the projection, or the books themselves when that one is away."""

    REDIS = "redis"
    DATABASE = "database"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardKey:
    """One board: who stands on it, what is counted, earned below which node, and when.

    `start` and `end` are the first and last day, None for a board of all time.
    """

    node_path: str
    asset: Asset
    kind: Kind
    period: Period
    start: date | None
    end: date | None
    subject: Subject = Subject.PARTICIPANT


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


class Place(NamedTuple):
    """Where a line stands among the others: by its score and, among equal ones, by its member."""

    score: int
    member: bytes


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


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the store keeps it: who, how much, and the rank that equal values share."""

    member: bytes
    value: int
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of a board around or from the top, and the one that was asked for.

    `goal` is the smallest value above that one's: what the next place takes.
    `people` counts all on the board up to the last of the lines. `scores` are
    those of the lines, and `before` what each had by the end of yesterday,
    None if not known. `head` is the last seal that counts on a board of Redis.
    """

    lines: tuple[Line, ...]
    own: Line | None
    goal: int | None
    as_of: datetime
    people: int
    scores: tuple[int, ...]
    before: tuple[int, ...] | None = None
    head: ChainHead | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """Who is before others: `above` counts those with more than each of some values.

    `values` are all whose value changed today: what they have now, and what they had.
    `head` is the last seal that counts.
    """

    head: ChainHead
    above: tuple[int, ...]
    values: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How many places somebody has moved up since yesterday; new: they had none then."""

    places: int
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One line of a board as it may be shown.

    `member_id` is the id of the participant or the team, or the label of the
    node. `name` is the name of the team or the node; of a person the masked
    name or the nickname, as they chose, None when they are not to be named.
    `entity_id` is the id of the team or the node, None for a person.
    `ending` tells apart those of the same name by the end of each one's
    number. `display` is how they chose to be shown, None for teams and nodes.
    `change` is None where yesterday is not known.
    """

    rank: int
    member_id: str
    value: int
    name: str | None
    entity_id: UUID | None = None
    display: BoardDisplay | None = None
    ending: str = ""
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStanding:
    """Where the asking person stands.

    `rank` None: not on the board yet. `gap` is what is missing to the next
    place, None on the first one and on a board with nobody on it.
    """

    participant_id: ParticipantId
    rank: int | None
    value: int
    gap: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board as it was at `as_of`. `is_small`: there are too few on it to name anybody.

    `next` is the cursor to the lines after these, None after the last ones.
    """

    items: tuple[Standing, ...]
    me: OwnStanding | None
    as_of: datetime
    source: Source
    is_small: bool = False
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedBoard:
    """A board made ready to send once for all who ask: the bytes, and a tag that names them."""

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A cell of a board that is not what the books say. Values and ties; None: no such cell."""

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
