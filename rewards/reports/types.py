"""Words of reports."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from rewards.access.types import ParticipantId, StaffId
from rewards.ledger.types import EntryId
from rewards.network.types import Node
from rewards.redemptions.types import DeskAct
from rewards.stock.types import ItemFlow, PriceChange, SpaceId


class Pattern(StrEnum):
    """What is worth a second look; each of them can have a good reason."""

    # Entered when the occasion was not on, or at night.
    OUTSIDE = "outside"
    # Many entries within minutes.
    BURST = "burst"
    # The same person entered again and again by the same staff member.
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """An entry by staff. `starts_at` and `ends_at` are of its occasion, None without one."""

    entry_id: EntryId
    staff: str
    participant_id: ParticipantId
    points: int
    entered_at: datetime
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A pattern in what one staff member entered; `participant_id` if it is about one person."""

    pattern: Pattern
    staff: str
    participant_id: ParticipantId | None
    entries: int
    points: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What one staff member entered for one person; `taken` is what they took back, below zero."""

    staff: str
    participant_id: ParticipantId
    entries: int
    points: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLine:
    """What one staff member entered, and how often each pattern was found in it."""

    staff: str
    name: str
    entries: int
    points: int
    taken: int
    beneficiaries: int
    findings: dict[Pattern, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLine:
    """Points that came at one node: entered by staff, and proved by the system."""

    node: Node
    entered: int
    proved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Who entered how much for whom, in a branch and a period.

    `is_cut`: there were more entries than are searched for patterns; the sums
    still hold all of them.
    """

    staff: tuple[StaffLine, ...]
    nodes: tuple[NodeLine, ...]
    pairs: tuple[Pair, ...]
    findings: tuple[Finding, ...]
    is_cut: bool

    @property
    def entered(self) -> int:
        """Return the points entered by staff."""
        return sum(line.entered for line in self.nodes)

    @property
    def proved(self) -> int:
        """Return the points proved by the system."""
        return sum(line.proved for line in self.nodes)


def staff_id_of(principal: str) -> StaffId | None:
    """Return the id that a principal of staff carries."""
    kind, _separator, number = principal.partition(":")
    try:
        return StaffId(UUID(hex=number)) if kind == "staff" else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFlow:
    """What the exchange of one node moved in a period, without names.

    `points` were spent on what was handed over, `returned_points` went back, also for what
    was handed over before; `given` went to wishes. `hidden` are items whose figures are
    not told now and are in no sum.
    """

    node: Node
    lines: tuple[ItemFlow, ...]
    points: int
    returned_points: int
    given: int
    hidden: tuple[ItemFlow, ...] = ()

    def hide(self, spaces: Collection[SpaceId]) -> "NodeFlow":
        """Return it without the figures of some spaces."""
        return replace(
            self,
            lines=tuple(item for item in self.lines if item.space_id not in spaces),
            hidden=tuple(item for item in self.lines if item.space_id in spaces),
        )

    @property
    def opening(self) -> int:
        """Return how many pieces stood on the shelves at first."""
        return sum(item.opening for item in self.lines)

    @property
    def gained(self) -> int:
        """Return how many pieces came."""
        return sum(item.gained for item in self.lines)

    @property
    def handed_over(self) -> int:
        """Return how many pieces were handed over."""
        return sum(item.handed_over for item in self.lines)

    @property
    def returned(self) -> int:
        """Return how many pieces came back to the shelves."""
        return sum(item.returned for item in self.lines)

    @property
    def lost(self) -> int:
        """Return how many pieces left otherwise."""
        return sum(item.lost for item in self.lines)

    @property
    def closing(self) -> int:
        """Return how many pieces stood on the shelves at the end."""
        return sum(item.closing for item in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often, and with how many points."""

    count: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLine:
    """What one principal did at the desks of a branch in a month; `month` is its first day."""

    month: date
    by: str
    name: str
    acts: Mapping[DeskAct, Tally]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """A change of price, who made it, and how many pieces were reserved for it in the period."""

    change: PriceChange
    name: str
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskReport:
    """What staff did at the desks of a branch, and with its prices.

    `is_cut`: more prices changed than are listed.
    """

    lines: tuple[DeskLine, ...]
    prices: tuple[PriceLine, ...]
    is_cut: bool

    def total(self, *acts: DeskAct) -> Tally:
        """Return how often some things were done by all of them."""
        tallies = [line.acts.get(act, Tally()) for line in self.lines for act in acts]
        return Tally(
            count=sum(each.count for each in tallies), points=sum(each.points for each in tallies)
        )
