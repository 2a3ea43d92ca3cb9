"""Words of wishes."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

from rewards.network.types import NodeId

WishId = NewType("WishId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Something that somebody needs, and how many points were given towards it.

    `closed_at` is when staff closed it; one that has all its points is open to
    nobody either.
    """

    id: WishId
    node_id: NodeId
    node_path: str
    title: str
    details: str
    target_points: int
    given_points: int
    closed_at: datetime | None
    opened_by: str
    opened_at: datetime

    @property
    def left(self) -> int:
        """Return how many points it still takes."""
        return self.target_points - self.given_points

    @property
    def is_reached(self) -> bool:
        """Tell whether it has all its points."""
        return self.left == 0

    @property
    def is_open(self) -> bool:
        """Tell whether points can be given to it."""
        return self.closed_at is None and not self.is_reached
