"""Words of what is done to the shelf besides handing over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.network.types import NodeId
from rewards.stock.types import RewardId, SpaceId

ChangeId = NewType("ChangeId", UUID)
TransferId = NewType("TransferId", UUID)
StocktakeId = NewType("StocktakeId", UUID)
DeliveryId = NewType("DeliveryId", UUID)


class ChangeKind(StrEnum):
    """Why a level is not what it should be."""

    ADJUST = "adjust"
    DAMAGE = "damage"
    STOCKTAKE = "stocktake"


class ChangeStatus(StrEnum):
    PENDING = "pending"
    APPLIED = "applied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class TransferStatus(StrEnum):
    SENT = "sent"
    RECEIVED = "received"
    RETURNED = "returned"


class StocktakeStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a level that was asked for; `quantity` is what it adds, less than zero too."""

    id: ChangeId
    kind: ChangeKind
    status: ChangeStatus
    reward_id: RewardId
    reward_name: str
    unit: str
    on_hand: int
    reserved: int
    space_id: SpaceId
    space_name: str
    node_id: NodeId
    node_path: str
    quantity: int
    note: str
    stocktake_id: StocktakeId | None
    requested_by: str
    requested_by_name: str
    requested_at: datetime
    decided_by: str
    decided_by_name: str
    decided_at: datetime | None
    decision_note: str

    @property
    def is_pending(self) -> bool:
        """Tell whether it waits for a second person."""
        return self.status is ChangeStatus.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLine:
    """An item on its way; `received` is None until the other side has counted."""

    reward_id: RewardId
    to_reward_id: RewardId
    name: str
    unit: str
    quantity: int
    received: int | None

    @property
    def missing(self) -> int:
        """Return how many pieces were sent and did not arrive."""
        return 0 if self.received is None else self.quantity - self.received


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Pieces of an item that have left one shelf and are not yet counted in at the other."""

    reward_id: RewardId
    to_reward_id: RewardId
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Pieces that go from one space to another."""

    id: TransferId
    status: TransferStatus
    from_space_id: SpaceId
    from_name: str
    from_node_id: NodeId
    from_path: str
    to_space_id: SpaceId
    to_name: str
    to_node_id: NodeId
    to_path: str
    note: str
    sent_by: str
    sent_by_name: str
    sent_at: datetime
    closed_by: str
    closed_by_name: str
    closed_at: datetime | None
    closing_note: str
    lines: tuple[TransferLine, ...]

    @property
    def missing(self) -> int:
        """Return how many pieces were sent and did not arrive."""
        return sum(line.missing for line in self.lines) if self.is_received else 0

    @property
    def is_received(self) -> bool:
        """Tell whether the other side has taken it in."""
        return self.status is TransferStatus.RECEIVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What somebody counted of an item, and the level of that moment."""

    counted: int
    on_hand: int
    counted_by: str
    counted_by_name: str
    counted_at: datetime

    @property
    def difference(self) -> int:
        """Return how many pieces more than expected were there."""
        return self.counted - self.on_hand


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedItem:
    """An item of a stocktake with its counts, the earliest first."""

    reward_id: RewardId
    name: str
    unit: str
    counts: tuple[Count, ...]

    @property
    def last(self) -> Count | None:
        """Return the count that stands."""
        return self.counts[-1] if self.counts else None

    @property
    def needs_recount(self) -> bool:
        """Tell whether its last count is the only one that differs."""
        differing = [count for count in self.counts if count.difference]
        return len(differing) == 1 and differing[0] is self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocktake:
    """A count of all that stands on a shelf."""

    id: StocktakeId
    status: StocktakeStatus
    space_id: SpaceId
    space_name: str
    node_id: NodeId
    node_path: str
    started_by: str
    started_by_name: str
    started_at: datetime
    closed_by: str
    closed_by_name: str
    closed_at: datetime | None
    # How many items nobody counted, once it is closed.
    left_out: int | None
    items: tuple[CountedItem, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether it still goes on."""
        return self.status is StocktakeStatus.OPEN

    @property
    def uncounted(self) -> tuple[CountedItem, ...]:
        """Return the items that nobody counted yet."""
        return tuple(item for item in self.items if not item.counts)

    @property
    def to_recount(self) -> tuple[CountedItem, ...]:
        """Return the items to count again, once everything was counted."""
        return tuple(item for item in self.items if item.needs_recount)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row of a delivery sheet as it is written there; `is_formula`: a cell holds one."""

    line: int
    name: str
    quantity: str
    is_formula: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodRow:
    """A row that can be taken in."""

    line: int
    reward_id: RewardId
    name: str
    unit: str
    quantity: int
    on_hand: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot, and why; `first_line` is where the same item stood before."""

    line: int
    name: str
    quantity: str
    code: str
    first_line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a delivery sheet comes to."""

    good: tuple[GoodRow, ...]
    bad: tuple[BadRow, ...]
    # Rows of items that did not come: their quantity is left empty, as in the template.
    empty: int
    digest: str
    # When the same was taken in before, if it was.
    taken_in_at: datetime | None = None

    @property
    def pieces(self) -> int:
        """Return how many pieces the good rows bring."""
        return sum(row.quantity for row in self.good)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Goods that came with a sheet."""

    id: DeliveryId
    space_id: SpaceId
    lines: int
    pieces: int
    note: str
    received_by: str
    received_at: datetime
