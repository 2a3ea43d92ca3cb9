"""Facts about signing up."""

from dataclasses import dataclass
from datetime import datetime

from rewards.activities.types import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesDue:
    """Places of an occasion are about to be given on that nobody is known to have come for."""

    occasion: Occasion
    due_at: datetime
    at: datetime
