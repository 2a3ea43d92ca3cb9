"""Words of spaces and their shelves."""

from .hours import DayHours, Desk, Hours, Opening, OpenState, Slot, Span, SpecialDay, Week
from .ids import PictureId, RewardId, SlotId, SpaceId, ZoneId
from .items import (
    LOW_AT,
    Conditions,
    LimitPeriod,
    Offer,
    Photograph,
    Price,
    PriceChange,
    Reward,
    RewardKind,
    RewardValues,
    TermsAct,
    UsualItem,
)
from .movements import ItemFlow, Movement, MovementFact, MovementKind
from .spaces import Space, SpaceWords, Zone, ZoneKind

__all__ = [
    "LOW_AT",
    "Conditions",
    "DayHours",
    "Desk",
    "Hours",
    "ItemFlow",
    "LimitPeriod",
    "Movement",
    "MovementFact",
    "MovementKind",
    "Offer",
    "OpenState",
    "Opening",
    "Photograph",
    "PictureId",
    "Price",
    "PriceChange",
    "Reward",
    "RewardId",
    "RewardKind",
    "RewardValues",
    "Slot",
    "SlotId",
    "Space",
    "SpaceId",
    "SpaceWords",
    "Span",
    "SpecialDay",
    "TermsAct",
    "UsualItem",
    "Week",
    "Zone",
    "ZoneId",
    "ZoneKind",
]
