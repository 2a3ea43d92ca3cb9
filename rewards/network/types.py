"""Names and read models of the network."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

NodeId = NewType("NodeId", UUID)


class Level(StrEnum):
    """The four levels 中心, 所, 站, 点, from the top."""

    CENTER = "center"
    INSTITUTE = "institute"
    STATION = "station"
    POINT = "point"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of the network. `path` names every node from its center down, itself last."""

    id: NodeId
    level: Level
    name: str
    parent_id: NodeId | None
    label: str
    path: str
    address: str
    phone: str
    closed_at: datetime | None
