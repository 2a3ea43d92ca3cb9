"""Words of teams."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.network.types import NodeId

TeamId = NewType("TeamId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What a team does: one of the eight standing ones, or a special one.

    `node_path` is of the center that added it, and empty for those of all
    centers. A hidden one is not offered; teams that have it keep it.
    """

    code: str
    name: str
    is_standing: bool
    is_hidden: bool
    position: int
    node_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team, which is at home at a node. Its name is public."""

    id: TeamId
    name: str
    category_code: str
    category_name: str
    home_node_id: NodeId
    home_node_path: str
    leader_id: ParticipantId | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """From when to when somebody belongs to a team.

    `left_on` is the first day on which they no longer do.
    """

    team_id: TeamId
    participant_id: ParticipantId
    joined_on: date
    left_on: date | None
