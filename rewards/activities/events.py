"""Facts about occasions."""

from dataclasses import dataclass

from .types import OccasionId


@dataclass(frozen=True, slots=True, kw_only=True)
class OccasionCancelled:
    """An occasion is being cancelled."""

    occasion_id: OccasionId
