"""Words of the boards."""

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


class Measure(StrEnum):
    """What a board counts, in one word: points of a kind, or minutes of service."""

    ALL = "all"
    STUDY = "study"
    SERVICE = "service"
    MINUTES = "minutes"

    @property
    def is_time(self) -> bool:
        """Tell whether time is counted, not points."""
        return self is Measure.MINUTES

    @property
    def asset(self) -> Asset:
        """Return the asset that is counted."""
        return Asset.SERVICE_MINUTES if self.is_time else Asset.POINTS

    @property
    def kind(self) -> Kind:
        """Return which points are counted."""
        return Kind.ALL if self.is_time else Kind(self.value)


class Subject(StrEnum):
    """Who stands on a board: participants, teams, or the nodes right below one."""

    PARTICIPANT = "participant"
    TEAM = "team"
    NODE = "node"


class Source(StrEnum):
    """Where a board was read: the projection, or the books themselves when that one is away.

    Of a period that is closed, what was kept of it then.
    """

    REDIS = "redis"
    DATABASE = "database"
    SNAPSHOT = "snapshot"


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


class Place(NamedTuple):
    """Where a line stands among the others: by its score and, among equal ones, by its member."""

    score: int
    member: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the store keeps it: who, how much, and the rank that equal values share."""

    member: bytes
    value: int
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which lines of a board: so many from the top, those after a place, or those around a member.

    One who is not on the board gets the top.
    """

    key: BoardKey
    limit: int
    around: bytes | None = None
    after: Place | None = None


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
    A board of a period that is closed tells when that was, and how many
    entries came too late for it.
    """

    items: tuple[Standing, ...]
    me: OwnStanding | None
    as_of: datetime
    source: Source
    is_small: bool = False
    next: str | None = None
    closed_at: datetime | None = None
    later_entries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedBoard:
    """A board made ready to send once for all who ask: the bytes, and a tag that names them."""

    body: bytes
    etag: str
