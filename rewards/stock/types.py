"""Words of spaces and their shelves."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.network.types import NodeId

SpaceId = NewType("SpaceId", UUID)
RewardId = NewType("RewardId", UUID)
ZoneId = NewType("ZoneId", UUID)


class ZoneKind(StrEnum):
    """The five zones of an offline space, and the photo boards on its walls."""

    SIGN_IN = "sign_in"
    READING = "reading"
    AUDIOBOOK = "audiobook"
    EXCHANGE = "exchange"
    QUIZ = "quiz"
    PHOTO_BOARD = "photo_board"


class RewardKind(StrEnum):
    GOODS = "goods"
    CULTURE = "culture"
    SERVICE = "service"
    HONOUR = "honour"


class MovementKind(StrEnum):
    """What happened to the shelf. Reserve and release move nothing off it."""

    RECEIVE = "receive"
    RESERVE = "reserve"
    RELEASE = "release"
    FULFIL = "fulfil"
    ADJUST = "adjust"


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A part of an offline space; `id` None: it is about to be opened."""

    kind: ZoneKind
    name: str
    id: ZoneId | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """An offline space (线下空间) that belongs to a station."""

    id: SpaceId
    node_id: NodeId
    node_path: str
    name: str
    address: str
    hours: str
    phone: str
    zones: tuple[Zone, ...]
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """A reward item and its stock level at its space."""

    id: RewardId
    space_id: SpaceId
    name: str
    unit: str
    kind: RewardKind
    picture: str
    points: int
    on_hand: int
    reserved: int
    is_listed: bool

    @property
    def available(self) -> int:
        """Return how many can be reserved now."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A reward item and what must be known of the space that offers it."""

    reward: Reward
    node_id: NodeId
    node_path: str
    space_name: str
    space_closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementFact:
    """A movement as a check compares it with the redemption it is for."""

    reward_id: RewardId
    kind: MovementKind
    quantity: int
