"""What became of redemptions, as facts."""

from dataclasses import dataclass
from datetime import datetime

from rewards.access.types import ParticipantId
from rewards.stock.types import RewardId, SpaceId

from .types import RedemptionId, ReturnKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionReserved:
    redemption_id: RedemptionId
    participant_id: ParticipantId
    space_id: SpaceId
    reward_id: RewardId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionFulfilled:
    redemption_id: RedemptionId
    participant_id: ParticipantId
    space_id: SpaceId
    reward_id: RewardId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionCancelled:
    redemption_id: RedemptionId
    participant_id: ParticipantId
    space_id: SpaceId
    reward_id: RewardId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionExpired:
    redemption_id: RedemptionId
    participant_id: ParticipantId
    space_id: SpaceId
    reward_id: RewardId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionReturned:
    redemption_id: RedemptionId
    participant_id: ParticipantId
    space_id: SpaceId
    reward_id: RewardId
    kind: ReturnKind
    at: datetime
