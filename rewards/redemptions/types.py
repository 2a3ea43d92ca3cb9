"""Words of redemption."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.ledger.types import HoldId
from rewards.network.types import NodeId
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
    `closed_by` is the principal who brought it to its end.
    """

    id: RedemptionId
    participant_id: ParticipantId
    masked_name: str
    number: str
    masked_phone: str
    space_id: SpaceId
    space_name: str
    space_node_id: NodeId
    space_node_path: str
    reward_id: RewardId
    reward_name: str
    unit: str
    picture: str
    quantity: int
    points: int
    status: RedemptionStatus
    code: str
    hold_id: HoldId
    reserved_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    closed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What was handed over when, and to nobody in particular."""

    reward_name: str
    unit: str
    quantity: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionFact:
    """A redemption as a check compares it with the books and the shelf."""

    participant_id: ParticipantId
    reward_id: RewardId
    quantity: int
    points: int
    status: RedemptionStatus
    hold_id: HoldId
