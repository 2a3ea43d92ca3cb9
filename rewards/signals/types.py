"""Words of fraud signals."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.checkins.types import Sighting

SignalId = NewType("SignalId", UUID)


class SignalKind(StrEnum):
    """What is worth a second look; each of them can have a good reason."""

    # Several accounts checked in on one browser within minutes.
    SHARED_DEVICE = "shared_device"
    # Many scanned an occasion's code within a minute, when people had long come.
    BURST = "burst"
    # A phone that lives by the clock of another place.
    FOREIGN_TIME_ZONE = "foreign_time_zone"
    # A staff member keeps checking the same person in by word.
    FRIENDS = "friends"


class SignalState(StrEnum):
    """OPEN waits for somebody to look; the others say what was found out."""

    OPEN = "open"
    HARMLESS = "harmless"
    FOLLOWED_UP = "followed_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What was found in check-ins. `subject` is the same each time it is found again."""

    kind: SignalKind
    subject: str
    sightings: tuple[Sighting, ...]
    staff: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A pattern as it is kept, and what was decided about it.

    `staff` is the principal whom it is about, `count` how often, as of `last_at`.
    """

    id: SignalId
    kind: SignalKind
    node_id: UUID
    node_path: str
    occasion_id: OccasionId
    participant_ids: tuple[ParticipantId, ...]
    staff: str
    count: int
    first_at: datetime
    last_at: datetime
    state: SignalState
    decided_by: str | None
    decided_at: datetime | None
    note: str
