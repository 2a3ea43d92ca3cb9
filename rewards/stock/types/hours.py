"""When a space and its exchange desk are open, and slots to collect in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .ids import SlotId


class Desk(StrEnum):
    """What has opening hours: the space itself, and the exchange desk in it."""

    SPACE = "space"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A part of a local day in minutes since its midnight; 1440 is the end of the day."""

    opens: int
    closes: int


DayHours = tuple[Span, ...]
# Monday first.
Week = tuple[DayHours, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A day that is not like others of its weekday; without spans nothing is open."""

    desk: Desk
    day: date
    spans: DayHours
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a space and its exchange desk are open; a desk without a week has told none."""

    weeks: Mapping[Desk, Week]
    days: Mapping[tuple[Desk, date], SpecialDay]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A span of time in which something is open."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenState:
    """Whether something is open now.

    While it is, `until` is when it closes; None, if that is more than a week ahead.
    Else `opens_at` is when it opens again, if that is known, and `reason` why it is
    closed today, if it is a special day.
    """

    is_open: bool
    until: datetime | None = None
    opens_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A span of time in which so many come to collect; `id` None: nobody has booked it yet."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    booked: int = 0
    id: SlotId | None = None

    @property
    def left(self) -> int:
        """Return how many more can come."""
        return max(0, self.capacity - self.booked)
