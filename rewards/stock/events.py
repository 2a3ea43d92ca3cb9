"""What became of spaces, as facts."""

from dataclasses import dataclass
from datetime import datetime

from .types import SpaceId


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursChanged:
    """The opening hours of a space, or its special days, are others now."""

    space_id: SpaceId
    at: datetime
