"""Offline spaces and their zones."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from rewards.network.types import NodeId

from .ids import SpaceId, ZoneId


class ZoneKind(StrEnum):
    """The five zones of an offline space, and the photo boards on its walls."""

    SIGN_IN = "sign_in"
    READING = "reading"
    AUDIOBOOK = "audiobook"
    EXCHANGE = "exchange"
    QUIZ = "quiz"
    PHOTO_BOARD = "photo_board"


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A part of an offline space; `id` None: it is about to be opened."""

    kind: ZoneKind
    name: str
    id: ZoneId | None = None
    is_closed: bool = False


class SpaceWords(TypedDict, total=False):
    """What staff may change of what is told of a space; what is not named stays as it is."""

    address: str
    hours: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """An offline space (线下空间) that belongs to a station.

    Where slots are used, `slot_capacity` people can collect in each `slot_minutes`.
    """

    id: SpaceId
    node_id: NodeId
    node_path: str
    name: str
    address: str
    hours: str
    phone: str
    zones: tuple[Zone, ...]
    closed_at: datetime | None = None
    slot_minutes: int | None = None
    slot_capacity: int | None = None
