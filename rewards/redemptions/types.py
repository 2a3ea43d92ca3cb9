"""Words of redemption."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.ledger.types import EntryId, HoldId
from rewards.network.types import NodeId
from rewards.stock.types import RewardId, SlotId, SpaceId
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
    `closed_by` is the principal who brought it to its end. `split_from` is the
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
