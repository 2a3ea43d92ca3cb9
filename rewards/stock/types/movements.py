"""What happens to a shelf."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from rewards.network.types import NodeId

from .ids import RewardId, SpaceId


class MovementKind(StrEnum):
    """What happened to the shelf. Reserve and release move nothing off it."""

    RECEIVE = "receive"
    RESERVE = "reserve"
    RELEASE = "release"
    FULFIL = "fulfil"
    RETURN = "return"
    REPLACE = "replace"
    DAMAGE = "damage"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    STOCKTAKE = "stocktake"
    ADJUST = "adjust"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementFact:
    """A movement as a check compares it with the redemption it is for."""

    reward_id: RewardId
    kind: MovementKind
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A line of the history of a shelf, and by how much it changed what is there and set aside."""

    id: int
    reward_id: RewardId
    reward_name: str
    unit: str
    space_id: SpaceId
    space_name: str
    node_id: NodeId
    kind: MovementKind
    quantity: int
    on_hand: int
    reserved: int
    redemption_id: UUID | None
    source_id: UUID | None
    actor: str
    actor_name: str
    note: str
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFlow:
    """What stood on the shelf of an item at first, and what came and went, by kinds."""

    reward_id: RewardId
    reward_name: str
    unit: str
    space_id: SpaceId
    space_name: str
    node_id: NodeId
    opening: int
    came: Mapping[MovementKind, int]
    went: Mapping[MovementKind, int]

    @property
    def gained(self) -> int:
        """Return how many pieces came, but for those that were handed over and came back."""
        return sum(self.came.values()) - self.returned

    @property
    def handed_over(self) -> int:
        """Return how many pieces were handed over."""
        return self.went.get(MovementKind.FULFIL, 0)

    @property
    def returned(self) -> int:
        """Return how many pieces that were handed over, then or before, came back to the shelf."""
        return self.came.get(MovementKind.RETURN, 0)

    @property
    def lost(self) -> int:
        """Return how many pieces left otherwise: damaged, moved on, replaced, not found."""
        return sum(self.went.values()) - self.went.get(MovementKind.FULFIL, 0)

    @property
    def closing(self) -> int:
        """Return how many pieces stood on the shelf at the end."""
        return self.opening + sum(self.came.values()) - sum(self.went.values())
