"""Words of attendance."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.activities.types import Occasion, OccasionId
from rewards.earning.types import Award

from .codes import CheckInChannel

CheckInId = NewType("CheckInId", UUID)


class AttendanceState(StrEnum):
    """How far an attendance has come.

    OPEN: somebody came and has not left; after the check-out window it waits
    for the leader. COUNTED: nothing more to do. CONFIRMED, DECLINED: what the
    leader said. LAPSED: nobody said anything in time. UNDONE: it was a mistake
    that whoever entered it took back at once.
    """

    OPEN = "open"
    COUNTED = "counted"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Span:
    """The time that an attendance takes up, the end not included."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        """Return the full minutes in it."""
        return int((self.end - self.start).total_seconds()) // 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a check-in or check-out gave. `is_new` False: it had been done before.

    `is_withheld`: it is credited later, because the books are frozen. `held_until`: the end
    of the time that it takes up, until the check-out the scheduled end as it was at the check-in.
    `note`: why it was declined. `renewal`: how often it was undone before. `gate`: the door of
    the check-in, if there are several. `ruled_at`: by the rules of which moment it was judged.
    """

    check_in_id: CheckInId
    occasion_id: OccasionId
    participant_id: ParticipantId
    checked_in_at: datetime
    checked_out_at: datetime | None
    minutes: int | None
    state: AttendanceState
    awards: tuple[Award, ...]
    points: int
    balance: int
    is_new: bool
    is_withheld: bool = False
    closed_by: str | None = None
    closed_at: datetime | None = None
    held_until: datetime | None = None
    note: str = ""
    renewal: int = 0
    recorded_by: str = ""
    recorded_at: datetime | None = None
    gate: str = ""
    ruled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """A line of an occasion's list: who came, how it was shown and where, when they left.

    `verified` is what somebody had made sure of when it was credited.
    """

    check_in_id: CheckInId
    participant_id: ParticipantId
    masked_name: str
    number: str
    checked_in_at: datetime
    checked_out_at: datetime | None
    minutes: int | None
    state: AttendanceState
    points: int
    channel: CheckInChannel
    gate: str
    is_offline: bool
    recorded_by: str
    recorded_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    verified: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAttendance:
    """An attendance with what the rules gave for it, which may be nothing.

    `closed_by` is who said how it ended, empty if it ended by itself.
    """

    check_in_id: CheckInId
    participant_id: ParticipantId
    occasion_id: OccasionId
    judged_at: datetime
    minutes: int | None
    awards: tuple[Award, ...]
    state: AttendanceState
    channel: CheckInChannel
    recorded_by: str
    closed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingOccasion:
    """An occasion at which so many have not left by any record; `until` the leader may tell."""

    occasion: Occasion
    people: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingAttendance:
    """Somebody who came and has not left by any record."""

    check_in_id: CheckInId
    participant_id: ParticipantId
    masked_name: str
    number: str
    checked_in_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHours:
    """An attendance of one's own that waited for the leader, and what came of it."""

    occasion: Occasion
    state: AttendanceState
    minutes: int | None
    note: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StarLevel:
    """How many stars somebody has, and the minutes to the next one; None: there is none."""

    stars: int
    missing: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many came to an occasion, and when the latest of them did."""

    people: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody who came to an occasion; `at` is when they left it, once they have."""

    participant_id: ParticipantId
    occasion_id: OccasionId
    at: datetime
    has_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A check-in with all that is known of how it was made, for those who look for patterns.

    With `is_leaving` it is a check-out. `at` is when the code was scanned, `recorded_at` when
    that reached us, `starts_at` when the occasion began, `recorded_by` whose hand it was.
    `device` and `utc_offset` are forgotten after a while.
    """

    check_in_id: CheckInId
    participant_id: ParticipantId
    occasion_id: OccasionId
    starts_at: datetime
    at: datetime
    recorded_at: datetime
    channel: CheckInChannel
    recorded_by: str
    device: str | None
    utc_offset: int | None
    is_leaving: bool = False
