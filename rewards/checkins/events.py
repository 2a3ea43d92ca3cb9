"""Facts about check-ins."""

from dataclasses import dataclass

from rewards.activities.types import OccasionId

from .types import CheckInId


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn:
    check_in_id: CheckInId
    occasion_id: OccasionId


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedOut:
    check_in_id: CheckInId
    occasion_id: OccasionId
