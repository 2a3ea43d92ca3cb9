"""Words of minutes that somebody decides on."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.network.types import NodeId

from .attendance import CheckInId

ReviewId = NewType("ReviewId", UUID)
BackFillId = NewType("BackFillId", UUID)


class ReviewLevel(StrEnum):
    """Who decides on minutes above what one day gives by itself."""

    INSTITUTE = "institute"
    CENTER = "center"


class ReviewState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class BackFillState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayShare:
    """How minutes divide: what counts by itself, and what each level decides on."""

    automatic: int
    institute: int = 0
    center: int = 0

    @property
    def held(self) -> int:
        """Return the minutes that wait for a decision."""
        return self.institute + self.center


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Minutes of an attendance above what one day gives by itself, and what was decided."""

    id: ReviewId
    check_in_id: CheckInId
    participant_id: ParticipantId
    node_path: str
    level: ReviewLevel
    minutes: int
    business_date: date
    state: ReviewState
    requested_at: datetime
    decided_by: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackFill:
    """Hours filled in afterwards. `points` only where the system had failed."""

    id: BackFillId
    participant_id: ParticipantId
    occasion_id: OccasionId | None
    title: str
    node_id: NodeId
    node_path: str
    attended_from: datetime
    attended_until: datetime
    minutes: int
    evidence: str
    state: BackFillState
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str
    points: int
    is_new: bool = False
