"""The books of one person as one would keep them on paper: no database, no cleverness."""

from dataclasses import dataclass, field
from datetime import date

DAY_CAP, MONTH_CAP = 10, 60


@dataclass
class PaperLot:
    key: object
    until: date
    left: int
    expired: int = 0


@dataclass
class PaperEntry:
    amount: int
    day: date
    is_ruled: bool = False
    is_earned: bool = True
    is_reversed: bool = False
    uses: list = field(default_factory=list)


@dataclass
class Paper:
    balance: int = 0
    held: int = 0
    earned: int = 0
    debt: int = 0
    lots: list[PaperLot] = field(default_factory=list)
    entries: dict = field(default_factory=dict)

    def worth(self, base, day):
        """Return what an attendance gives under the caps of the day and the month."""
        ruled = [e for e in self.entries.values() if e.is_ruled and not e.is_reversed]
        today = sum(e.amount for e in ruled if e.day == day)
        month = sum(e.amount for e in ruled if (e.day.year, e.day.month) == (day.year, day.month))
        return max(0, min(base, DAY_CAP - today, MONTH_CAP - month))

    def earn(self, key, amount, day, *, is_ruled):
        in_lot = max(0, self.balance + amount) - max(0, self.balance)
        self.entries[key] = PaperEntry(amount, day, is_ruled)
        self.balance += amount
        self.earned += amount
        self._repay()
        if in_lot:
            self.lots.append(PaperLot(key, date(day.year + 1, 12, 31), in_lot))

    def take(self, key, amount, day, *, is_earned):
        entry = self.entries[key] = PaperEntry(-amount, day, is_earned=is_earned)
        self.balance -= amount
        self.earned -= amount if is_earned else 0
        entry.uses = self._use(amount)

    def hold(self, amount, today):
        self.expire(today)
        self.held += amount

    def release(self, amount):
        self.held -= amount
        self._repay()

    def capture(self, key, amount, day):
        self.held -= amount
        self.take(key, amount, day, is_earned=False)

    def expire(self, today):
        set_aside = self.held
        for lot in self._ordered():
            if lot.until < today:
                gone = max(0, lot.left - set_aside)
                set_aside -= lot.left - gone
                lot.left -= gone
                lot.expired += gone
                self.balance -= gone

    def reverse(self, key):
        entry = self.entries[key]
        entry.is_reversed = True
        if entry.amount > 0:
            self._take_back(key, entry)
        else:
            self._give_back(entry)

    def _take_back(self, key, entry):
        own = next((lot for lot in self.lots if lot.key == key), None)
        if own is not None and own.expired:
            own.left += max(0, self.balance + own.expired) - max(0, self.balance)
            self.balance += own.expired
            self._repay()
            own.expired = 0
        there = max(0, self.balance)
        self.balance -= entry.amount
        self.earned -= entry.amount
        self._use(there - max(0, self.balance), first=own)
        self.debt = max(0, self.held - self.balance)

    def _give_back(self, entry):
        there = max(0, self.balance)
        self.balance -= entry.amount
        self.earned -= entry.amount if entry.is_earned else 0
        self._repay()
        back = max(0, self.balance) - there
        newest_first = entry.uses[::-1]
        for lot, used in sorted(newest_first, key=lambda use: use[0].until, reverse=True):
            part = min(used, back)
            lot.left += part
            back -= part

    def _use(self, amount, *, first=None):
        uses = []
        for lot in sorted(self._ordered(), key=lambda lot: lot is not first):
            part = min(lot.left, amount)
            if part:
                lot.left -= part
                amount -= part
                uses.append((lot, part))
        assert amount == 0
        return uses

    def _ordered(self):
        return sorted(self.lots, key=lambda lot: lot.until)

    def _repay(self):
        self.debt = min(self.debt, max(0, self.held - self.balance))
