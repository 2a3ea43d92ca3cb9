"""Words of signing up."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId

SignUpId = NewType("SignUpId", UUID)
PauseId = NewType("PauseId", UUID)


class SignUpState(StrEnum):
    """Where a sign-up stands.

    `confirmed` keeps a place, `waiting` is in line for one, `arrived` has checked
    in. `released` did not come in time, so that the place went on; it can still
    arrive where there is room.
    """

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    RELEASED = "released"
    ARRIVED = "arrived"


class Stage(IntEnum):
    """How far somebody has been reminded of an occasion."""

    NONE = 0
    DAY_BEFORE = 1
    HOURS_BEFORE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """A participant's sign-up for an occasion.

    `place_in_line` counts from 1 and is there while it waits. `came_at` says
    since when somebody who waits stands at the door. `missed_at` says when it was
    counted as not coming without a word, and `changed_at` when anything last became of it.
    """

    id: SignUpId
    occasion_id: OccasionId
    participant_id: ParticipantId
    state: SignUpState
    signed_up_at: datetime
    confirmed_at: datetime | None
    came_at: datetime | None
    missed_at: datetime | None
    changed_at: datetime
    place_in_line: int | None
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many have signed up for an occasion, by where they stand."""

    confirmed: int = 0
    waiting: int = 0
    arrived: int = 0
    released: int = 0

    @property
    def signed_up(self) -> int:
        """Return how many have or had a place."""
        return self.confirmed + self.arrived + self.released

    @property
    def absent(self) -> int:
        """Return how many have or had a place and are not here."""
        return self.confirmed + self.released


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A time in which a participant cannot sign up, after not coming too often."""

    id: PauseId
    participant_id: ParticipantId
    begins_at: datetime
    ends_at: datetime
