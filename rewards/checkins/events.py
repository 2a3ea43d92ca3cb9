"""Facts about check-ins."""

from dataclasses import dataclass
from datetime import datetime

from rewards.access.types import ParticipantId
from rewards.activities.types import OccasionId
from rewards.network.types import NodeId

from .types import CheckInChannel, CheckInId


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn:
    """Somebody came; `points` is what that gave at once."""

    check_in_id: CheckInId
    occasion_id: OccasionId
    participant_id: ParticipantId
    node_id: NodeId
    node_path: str
    channel: CheckInChannel
    points: int
    checked_in_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedOut:
    check_in_id: CheckInId
    occasion_id: OccasionId
