"""The exchange as one would keep it on a slip of paper for each redemption.

No database and no cleverness: what a person has is a list of lots, what a shelf
holds a number, and a slip says what became of its pieces.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNDO_SPAN = timedelta(minutes=15)
RETURN_DAYS = 7
SLOT_CAPACITY = 2
MONTH_PIECES, MONTH_POINTS, FIRST_BALANCE = 4, 150, 30

RESERVED, FULFILLED, CANCELLED, EXPIRED = "reserved", "fulfilled", "cancelled", "expired"
UNDONE, REFUNDED, REPLACED = "undone", "refunded", "replaced"


def local_date(moment):
    return moment.astimezone(SHANGHAI).date()


def quarter_of(day):
    return day.year, (day.month - 1) // 3


@dataclass(kw_only=True)
class PaperItem:
    price: int
    on_hand: int
    limit: int | None = None
    counts: bool = True


@dataclass(kw_only=True)
class Slip:
    """One redemption. `uses` says how much of which lot was spent on it."""

    person: int
    item: PaperItem
    quantity: int
    price: int
    reserved_on: date
    expires_at: datetime
    state: str = RESERVED
    closed_at: datetime | None = None
    came_back: str | None = None
    is_extended: bool = False
    slot: datetime | None = None
    has_proxy: bool = False
    uses: dict[int, int] = field(default_factory=dict)

    @property
    def points(self):
        return self.quantity * self.price

    @property
    def counts(self):
        """Whether it counts towards what its owner may have."""
        is_kept = self.state == FULFILLED and self.came_back not in (UNDONE, REFUNDED)
        return is_kept or self.state == RESERVED

    def is_overdue(self, now):
        return self.state == RESERVED and self.expires_at <= now


@dataclass
class PaperExchange:
    items: list[PaperItem]
    lots: list[list[int]]
    slips: list[Slip] = field(default_factory=list)
    # By the quarter: so many points may be redeemed in it.
    budgets: dict[tuple[int, int], int] = field(default_factory=dict)

    def sum_held(self, person):
        return sum(slip.points for slip in self._open() if slip.person == person)

    def sum_available(self, person):
        return sum(self.lots[person]) - self.sum_held(person)

    def count_reserved(self, item):
        return sum(slip.quantity for slip in self._open() if slip.item is item)

    def count_available(self, item):
        return item.on_hand - self.count_reserved(item)

    def sum_redeemed(self, quarter):
        """Return what the budget of a quarter is charged with."""
        counted = (slip for slip in self.slips if slip.counts)
        return sum(slip.points for slip in counted if quarter_of(slip.reserved_on) == quarter)

    def count_booked(self, starts_at):
        return sum(slip.slot == starts_at for slip in self._open())

    def may_book(self, starts_at, expires_at):
        is_free = self.count_booked(starts_at) < SLOT_CAPACITY
        return starts_at is None or (is_free and starts_at < expires_at)

    def may_reserve(self, person, item, quantity, today):
        points = quantity * item.price
        quarter = quarter_of(today)
        budget = self.budgets.get(quarter)
        if budget is not None and self.sum_redeemed(quarter) + points > budget:
            return False
        has_enough = self.sum_available(person) >= max(points, self._ask_first(person))
        is_there = self.count_available(item) >= quantity
        return has_enough and is_there and self._is_within_limits(person, item, quantity, today)

    def fulfil(self, slip, quantity, now):
        """Hand *quantity* pieces over; return the slip of the rest, if there is one."""
        rest = None
        if quantity < slip.quantity:
            rest = Slip(
                person=slip.person,
                item=slip.item,
                quantity=slip.quantity - quantity,
                price=slip.price,
                reserved_on=slip.reserved_on,
                expires_at=slip.expires_at,
                is_extended=slip.is_extended,
                slot=slip.slot,
                has_proxy=slip.has_proxy,
            )
            slip.quantity = quantity
        slip.state, slip.closed_at = FULFILLED, now
        slip.item.on_hand -= quantity
        slip.uses = self.spend(slip.person, slip.points)
        return rest

    def may_undo(self, slip, now):
        return self._is_given(slip) and now <= slip.closed_at + UNDO_SPAN

    def may_take_back(self, slip, kind, faulty, now):
        if not self._is_given(slip) or faulty > slip.quantity:
            return False
        if kind == REPLACED and self.count_available(slip.item) < faulty:
            return False
        return local_date(now) <= local_date(slip.closed_at) + timedelta(days=RETURN_DAYS)

    def come_back(self, slip, kind, faulty):
        slip.came_back = kind
        if kind == REPLACED:
            slip.item.on_hand -= faulty
            return
        slip.item.on_hand += slip.quantity - faulty
        for lot, points in slip.uses.items():
            self.lots[slip.person][lot] += points

    def _open(self):
        return (slip for slip in self.slips if slip.state == RESERVED)

    def _is_given(self, slip):
        return slip.state == FULFILLED and slip.came_back is None

    def _ask_first(self, person):
        had = any(slip.counts for slip in self.slips if slip.person == person)
        return 0 if had else FIRST_BALANCE

    def _is_within_limits(self, person, item, quantity, today):
        counted = [slip for slip in self.slips if slip.person == person and slip.counts]
        if item.limit is not None:
            had = sum(
                slip.quantity
                for slip in counted
                if slip.item is item and quarter_of(slip.reserved_on) == quarter_of(today)
            )
            if had + quantity > item.limit:
                return False
        if not item.counts:
            return True
        month = [
            slip
            for slip in counted
            if slip.item.counts
            and (slip.reserved_on.year, slip.reserved_on.month) == (today.year, today.month)
        ]
        pieces = sum(slip.quantity for slip in month) + quantity
        points = sum(slip.points for slip in month) + quantity * item.price
        return pieces <= MONTH_PIECES and points <= MONTH_POINTS

    def spend(self, person, amount):
        """Take points from the oldest lots; return how much of which."""
        uses = {}
        for number, left in enumerate(self.lots[person]):
            used = min(left, amount)
            if used:
                uses[number] = used
                self.lots[person][number] -= used
                amount -= used
        assert amount == 0
        return uses
