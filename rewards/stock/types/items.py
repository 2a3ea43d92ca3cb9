"""Reward items, what they cost and who may have them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypedDict

from rewards.network.types import NodeId

from .ids import PictureId, RewardId, SpaceId

# Nearly gone, where an item has no number of its own.
LOW_AT = 2


class RewardKind(StrEnum):
    """What is exchanged. Giving has no shelf: the points go to a wish."""

    GOODS = "goods"
    CULTURE = "culture"
    SERVICE = "service"
    HONOUR = "honour"
    GIVING = "giving"


class LimitPeriod(StrEnum):
    """The span of time in which a participant may take so many pieces of a reward item."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    EVER = "ever"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """A reward item, its conditions and its stock level at its space.

    `picture` names a drawing, shown where there is no photograph. Only residents
    of the branch `visible_path` see the item; empty, everybody does.
    """

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
    description: str = ""
    picture_id: PictureId | None = None
    limit_count: int | None = None
    limit_period: LimitPeriod | None = None
    counts_in_month: bool = True
    min_balance: int = 0
    age_min: int | None = None
    age_max: int | None = None
    visible_node_id: NodeId | None = None
    visible_path: str = ""
    low_at: int | None = None

    # Names the content of the photograph, empty where there is none.
    picture_digest: str = ""

    @property
    def available(self) -> int:
        """Return how many can be reserved now."""
        return self.on_hand - self.reserved

    @property
    def has_shelf(self) -> bool:
        """Tell whether pieces of it are counted."""
        return self.kind is not RewardKind.GIVING

    @property
    def is_low(self) -> bool:
        """Tell whether it is nearly gone."""
        low_at = LOW_AT if self.low_at is None else self.low_at
        return self.has_shelf and self.available <= low_at


class Conditions(TypedDict, total=False):
    """What may be told of a reward item beside its name and price."""

    description: str
    limit_count: int | None
    limit_period: LimitPeriod | None
    counts_in_month: bool
    min_balance: int
    age_min: int | None
    age_max: int | None
    visible_node_id: NodeId | None
    low_at: int | None


class RewardValues(Conditions, total=False):
    """What staff may change of a reward item; what is not named stays as it is."""

    name: str
    unit: str
    kind: RewardKind
    picture: str
    points: int
    is_listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """A reward item took other points from a moment on: which, whose word it was."""

    reward_id: RewardId
    reward_name: str
    unit: str
    space_name: str
    before: int
    points: int
    changed_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a reward item costs from a moment on, and the principal who said so."""

    points: int
    valid_from: datetime
    changed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsAct:
    """What somebody said of a reward item, and what was said of the same before.

    `is_new`: they put it up; `is_usual`: as many stations offer it.
    """

    principal: str
    at: datetime
    values: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)
    is_new: bool = False
    is_usual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """A photograph of a reward item, as it is served."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualItem:
    """An item that many stations offer, with the pieces that last a station for a quarter."""

    name: str
    unit: str
    kind: RewardKind
    picture: str
    points: int
    pieces: int
    conditions: Conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A reward item and what must be known of the space that offers it."""

    reward: Reward
    node_id: NodeId
    node_path: str
    space_name: str
    space_closed_at: datetime | None
