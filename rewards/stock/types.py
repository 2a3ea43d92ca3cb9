"""Words of spaces and their shelves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType, TypedDict
from uuid import UUID

from rewards.network.types import NodeId

SpaceId = NewType("SpaceId", UUID)
RewardId = NewType("RewardId", UUID)
ZoneId = NewType("ZoneId", UUID)
PictureId = NewType("PictureId", UUID)
SlotId = NewType("SlotId", UUID)

# Nearly gone, where an item has no number of its own.
LOW_AT = 2


class ZoneKind(StrEnum):
    """The five zones of an offline space, and the photo boards on its walls."""

    SIGN_IN = "sign_in"
    READING = "reading"
    AUDIOBOOK = "audiobook"
    EXCHANGE = "exchange"
    QUIZ = "quiz"
    PHOTO_BOARD = "photo_board"


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


class MovementKind(StrEnum):
    """What happened to the shelf. Reserve and release move nothing off it."""

    RECEIVE = "receive"
    RESERVE = "reserve"
    RELEASE = "release"
    FULFIL = "fulfil"
    RETURN = "return"
    REPLACE = "replace"
    DAMAGE = "damage"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    STOCKTAKE = "stocktake"
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
class Price:
    """What a reward item costs from a moment on, and the principal who said so."""

    points: int
    valid_from: datetime
    changed_by: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementFact:
    """A movement as a check compares it with the redemption it is for."""

    reward_id: RewardId
    kind: MovementKind
    quantity: int


class Desk(StrEnum):
    """What has opening hours: the space itself, and the exchange desk in it."""

    SPACE = "space"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A part of a local day in minutes since its midnight; 1440 is the end of the day."""

    opens: int
    closes: int


DayHours = tuple[Span, ...]
# Monday first.
Week = tuple[DayHours, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A day that is not like others of its weekday; without spans nothing is open."""

    desk: Desk
    day: date
    spans: DayHours
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a space and its exchange desk are open; a desk without a week has told none."""

    weeks: Mapping[Desk, Week]
    days: Mapping[tuple[Desk, date], SpecialDay]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A span of time in which something is open."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenState:
    """Whether something is open now.

    While it is, `until` is when it closes; None, if that is more than a week ahead.
    Else `opens_at` is when it opens again, if that is known, and `reason` why it is
    closed today, if it is a special day.
    """

    is_open: bool
    until: datetime | None = None
    opens_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A span of time in which so many come to collect; `id` None: nobody has booked it yet."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    booked: int = 0
    id: SlotId | None = None

    @property
    def left(self) -> int:
        """Return how many more can come."""
        return max(0, self.capacity - self.booked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A line of the history of a shelf, and by how much it changed what is there and set aside."""

    id: int
    reward_id: RewardId
    reward_name: str
    unit: str
    space_id: SpaceId
    space_name: str
    node_id: NodeId
    kind: MovementKind
    quantity: int
    on_hand: int
    reserved: int
    redemption_id: UUID | None
    source_id: UUID | None
    actor: str
    actor_name: str
    note: str
    moved_at: datetime
