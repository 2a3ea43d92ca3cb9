"""What became of redemptions, as facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from rewards.access.types import ParticipantId
from rewards.stock.types import RewardId, SpaceId

from .types import Redemption, RedemptionId, ReturnKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionEvent:
    """What happened to a redemption, and when: each kind is a class of its own."""

    redemption_id: RedemptionId
    participant_id: ParticipantId
    space_id: SpaceId
    reward_id: RewardId
    at: datetime

    @classmethod
    def of(cls, redemption: Redemption, *, at: datetime, **details: Any) -> Self:
        """Return that it happened to *redemption*."""
        return cls(
            redemption_id=redemption.id,
            participant_id=redemption.participant_id,
            space_id=redemption.space_id,
            reward_id=redemption.reward_id,
            at=at,
            **details,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionReserved(RedemptionEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionFulfilled(RedemptionEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionCancelled(RedemptionEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionExpired(RedemptionEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionReturned(RedemptionEvent):
    kind: ReturnKind
