"""The chain, and what is folded from it: what was earned."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from rewards.access.types import ParticipantId

from .books import Asset, BoardKind


class EarnedBy(StrEnum):
    """Whose earnings are summed: each participant's, each team's, or each node's below another."""

    PARTICIPANT = "participant"
    TEAM = "team"
    NODE = "node"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPosting:
    """An earned posting in the order of the chain: what a board is folded from.

    `counted_on` is the day whose boards count it.
    """

    seq: int
    hash: str
    participant_id: ParticipantId
    asset: Asset
    amount: int
    is_earned: bool
    board: BoardKind
    node_path: str
    counted_on: date
    posted_at: datetime
    team_id: UUID | None


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of the chain: the number of the last seal and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """Committed entries after a seal: how many, and when the oldest was posted."""

    entries: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnedSum:
    """What was earned at one node and counts for one day: the grain that boards are folded from.

    `earner` is the participant or the team, None for what everybody earned
    there. `last_gain_at` is when the last positive entry was posted, None
    without one.
    """

    earner: UUID | None
    asset: Asset
    board: BoardKind
    node_path: str
    counted_on: date
    amount: int
    last_gain_at: datetime | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodSum:
    """What a participant earned at one node in a period, for a team or for none."""

    participant_id: ParticipantId
    team_id: UUID | None
    asset: Asset
    board: BoardKind
    node_path: str
    amount: int
    last_gain_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnedStanding:
    """Someone's sum and where it stands: equal sums share a rank, a place is one's own.

    `earner` is a participant, a team, or the label of a node. `steps` tells
    when they got there.
    """

    earner: UUID | str
    amount: int
    steps: int
    rank: int
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnedSpan:
    """Which earnings count, and how those who earned the same are ordered.

    `board` None: of every kind. `start` and `end` None: of all time; both are
    included. Inside a tie the last gain decides, in steps of `step_seconds`
    since `origin` (seconds since 1970), at most `steps_max` of them.
    """

    asset: Asset
    by: EarnedBy
    board: BoardKind | None
    node_path: str
    start: date | None
    end: date | None
    origin: int
    step_seconds: int
    steps_max: int
