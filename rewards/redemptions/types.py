"""Words of redemption."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.stock.types import RewardId, SpaceId

RedemptionId = NewType("RedemptionId", UUID)


class RedemptionStatus(StrEnum):
    """Reserved is the start; the other three are ends, exclusive and final."""

    RESERVED = "reserved"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """Points and goods set aside for a participant, and what became of them.

    `points` is the price of all pieces, as it was when they were reserved.
    """

    id: RedemptionId
    participant_id: ParticipantId
    masked_name: str
    number: str
    masked_phone: str
    space_id: SpaceId
    space_name: str
    space_node_path: str
    reward_id: RewardId
    reward_name: str
    unit: str
    picture: str
    quantity: int
    points: int
    status: RedemptionStatus
    code: str
    reserved_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    closed_by: str
