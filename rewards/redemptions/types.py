"""Words of redemption."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.core.errors import RewardsError
from rewards.ledger.types import Balance, EntryId, HoldId
from rewards.network.types import NodeId
from rewards.participants.types import Standing
from rewards.stock.types import LimitPeriod, RewardId, SlotId, SpaceId
from rewards.wishes.types import WishId

RedemptionId = NewType("RedemptionId", UUID)


class RedemptionStatus(StrEnum):
    """Reserved is the start; the other three are ends, exclusive and final."""

    RESERVED = "reserved"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class CollectedBy(StrEnum):
    """Who took the goods: the owner, somebody they named, or somebody with a signed slip."""

    NOBODY = ""
    OWNER = "owner"
    PROXY = "proxy"
    SLIP = "slip"


class ShownBy(StrEnum):
    """What showed at a hand-over that the owner, or who came for them, stood there."""

    # Not handed over, or before it was written down.
    UNKNOWN = ""
    NOTHING = "nothing"
    PICKUP_CODE = "pickup_code"
    MEMBER_CODE = "member_code"
    CARD = "card"


class ReturnKind(StrEnum):
    """What came back after a hand-over.

    Undone: it was a mistake, goods and points are back. Refunded: the goods were
    faulty, the points are back. Replaced: they were faulty and others were given.
    """

    UNDONE = "undone"
    REFUNDED = "refunded"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """Points and goods set aside for a participant, and what became of them.

    `points` is the price of all pieces, as it was when they were reserved.
    `closed_by` is the principal who brought it to its end, `reserved_by` the one
    who reserved it for its owner; empty: they did themselves. `split_from` is the
    redemption of which only a part was handed over. `returned_at` is when the
    points came back after the hand-over.
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
    wish_id: WishId | None = None
    collected_by: CollectedBy = CollectedBy.NOBODY
    reminded_at: datetime | None = None
    extended_at: datetime | None = None
    slot_id: SlotId | None = None
    split_from: RedemptionId | None = None
    returned_at: datetime | None = None
    reserved_by: str = ""
    # Names the photograph of the item, empty where there is none.
    picture_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionReturn:
    """What came back after a hand-over: `quantity` faulty pieces, or all if it was undone."""

    kind: ReturnKind
    quantity: int
    note: str
    returned_by: str
    returned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """Who collects for the owner: the desk asks them for name and phone tail."""

    name: str
    masked_name: str
    phone_tail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Something reserved that is to be handed over; `quantity` pieces of it, None: all."""

    redemption_id: RedemptionId
    quantity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to be had at the desk at once; `seen_points` is the price that was shown."""

    reward_id: RewardId
    quantity: int
    seen_points: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What was handed over when, and to nobody in particular."""

    reward_name: str
    unit: str
    quantity: int
    at: datetime


class DeskAct(StrEnum):
    """What staff did at a desk, as it is counted: those by card or unseen are handed over too."""

    HANDED_OVER = "handed_over"
    BY_CARD = "by_card"
    UNSEEN = "unseen"
    UNDONE = "undone"
    REFUNDED = "refunded"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """How often a principal did something at the desks of a branch, and with how many points."""

    by: str
    act: DeskAct
    count: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandledOne:
    """One of them: when, by whom, with how many pieces and points of the redemption."""

    redemption: Redemption
    by: str
    at: datetime
    quantity: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionFact:
    """A redemption as a check compares it with the books and the shelf."""

    participant_id: ParticipantId
    reward_id: RewardId
    quantity: int
    points: int
    status: RedemptionStatus
    hold_id: HoldId
    # Pieces that went on waiting as a redemption of their own.
    split_off: int = 0
    # The points went to a wish: no piece moved.
    is_gift: bool = False
    # The points came back after the hand-over.
    is_returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFact:
    """What came back, as a check compares it with the books and the shelf."""

    kind: ReturnKind
    quantity: int
    entry_id: EntryId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How many points may be redeemed below a node in a quarter; `quarter` is its first day.

    `used` is what is reserved or was handed over, and not brought back.
    """

    node_id: NodeId
    node_path: str
    quarter: date
    points: int
    used: int
    set_by: str
    set_at: datetime

    @property
    def left(self) -> int:
        """Return how many points may still be redeemed."""
        return self.points - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for everybody: limits of a month, and what the first time takes."""

    month_pieces: int
    month_points: int
    first_balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How much of a reward item somebody has reserved or has, by when they reserved it."""

    reward_id: RewardId
    pieces: Mapping[LimitPeriod, int]
    month_points: int
    counts_in_month: bool
    is_gift: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What of a participant decides whether they may have an item.

    `standing` None: it is for every age. `has_eased`: as staff they made it easier to have lately.
    """

    home_path: str
    standing: Standing | None
    balance: Balance
    taken: tuple[Taken, ...]
    has_eased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many pieces of a reward item somebody may still reserve; `left` None: as many as like.

    `refusal` is what a reservation of one piece would be refused for, whatever
    the reason; points and stock are not looked at. `period` is that of the
    narrowest limit, `limit` what exceeding it is refused for, and `resets_on`
    the first day on which it is otherwise; None: it never is.
    """

    left: int | None = None
    refusal: RewardsError | None = None
    period: LimitPeriod | None = None
    limit: RewardsError | None = None
    resets_on: date | None = None

    @property
    def reason(self) -> str:
        """Return the code of the refusal; empty: there is none."""
        return "" if self.refusal is None else self.refusal.code

    def admits(self, quantity: int) -> bool:
        """Tell whether so many pieces are within the limits."""
        return self.left is None or quantity <= self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Points that went for goods, those that came back for goods, and points given to wishes."""

    points: int = 0
    returned: int = 0
    given: int = 0
