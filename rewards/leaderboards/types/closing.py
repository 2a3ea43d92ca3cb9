"""Words of periods that are closed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from .boards import BoardKey, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A period that is to be closed, with the entries posted before some moment."""

    period: Period
    start: date
    end: date
    posted_before: datetime


class ClosedLine(NamedTuple):
    """A line of a closed board."""

    member: bytes
    value: int
    tie: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedBoard:
    """A board of a period that is over, in order."""

    key: BoardKey
    lines: tuple[ClosedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A closed board as it is kept: its name, its lines packed, and a hash of all it says."""

    board: str
    people: int
    total: int
    lines: bytes
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """That a period of a center is closed: with which entries, and what its boards hash to.

    It holds what was posted before `posted_before` and sealed up to `seq`,
    where the chain had `chain` for its hash.
    """

    center: str
    period: Period
    starts_on: date
    ends_on: date
    posted_before: datetime
    seq: int
    chain: str
    boards: int
    hash: str
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSoFar:
    """How far the periods of a center are closed.

    `since` is when the first one was. Up to `closed_through` every day is
    closed, and all that ended before it; `closed` are those that end later.
    """

    since: datetime | None
    closed_through: date | None
    closed: frozenset[tuple[Period, date]]


class FaultKind(StrEnum):
    """What is wrong with a closed board, or with a closed period."""

    # It is not what its own hash was made of.
    CHANGED = "changed"
    # It is there and should not be, or the other way round.
    MISSING = "missing"
    SURPLUS = "surplus"
    # It is not what the books say.
    WRONG = "wrong"
    # The books have another history than when it was closed.
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the closed board, or closed period, of some name."""

    name: str
    kind: FaultKind
