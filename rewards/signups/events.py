"""Facts about signing up."""

from dataclasses import dataclass
from datetime import datetime

from rewards.access.types import ParticipantId
from rewards.activities.types import Occasion, OccasionId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAsked:
    """Somebody is about to get a place, or one in line."""

    occasion_id: OccasionId
    participant_id: ParticipantId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesDue:
    """Places of an occasion are about to be given on that nobody is known to have come for."""

    occasion: Occasion
    due_at: datetime
    at: datetime
