"""Facts about occasions."""

from dataclasses import dataclass
from datetime import datetime

from .types import Occasion, OccasionId


@dataclass(frozen=True, slots=True, kw_only=True)
class OccasionCancelled:
    """An occasion is being cancelled."""

    occasion_id: OccasionId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OccasionChanged:
    """An occasion is being changed; `before` is what it was."""

    before: Occasion
    at: datetime
