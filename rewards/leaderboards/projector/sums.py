"""What the values of each board have to add up to, by the books alone.

Sums of whole boards need no person: they come from what was earned at each
node on each day, and what is sealed later is added to them. So they are known
for any seal at next to no cost, whatever the size of the boards.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from rewards.ledger import queries as ledger
from rewards.ledger.types import EarnedBy, EarnedSum

from .. import rules
from ..types import Subject


class BookSums:
    """The sums of the boards of one center, kept from one time to the next."""

    def __init__(self, center: str) -> None:
        self._center = center
        self._day: date | None = None
        self._seq = 0
        self._hash: str | None = None
        self._sums: Counter[str] = Counter()

    def read(self, *, through: int, day: date) -> Counter[str]:
        """Return the sums of the boards kept on *day*, from the seals up to *through*."""
        if day != self._day or through < self._seq:
            self.forget()
        if through > self._seq:
            self._sums.update(self._add_up(through, day))
            self._seq, self._day = through, day
        return self._sums

    def confirm(self) -> None:
        """Forget everything if the chain is no more the one that was summed."""
        digest = ledger.find_seal_hash(self._seq)
        if digest is None or (self._hash is not None and digest != self._hash):
            self.forget()
        self._hash = ledger.find_seal_hash(self._seq)

    def forget(self) -> None:
        """Begin again at the first seal the next time."""
        self._seq, self._hash = 0, None
        self._sums = Counter()

    def _add_up(self, through: int, day: date) -> Counter[str]:
        more: Counter[str] = Counter()
        for by in (EarnedBy.NODE, EarnedBy.TEAM):
            with ledger.open_fold(
                through=through, after=self._seq, node_path=f"{self._center}/", by=by
            ) as sums:
                for each in sums:
                    for board in _list_boards(each, day):
                        more[board] += each.amount
        return more


def _list_boards(each: EarnedSum, today: date) -> Iterator[str]:
    where = rules.Where(
        asset=each.asset,
        board=each.board,
        node_path=each.node_path,
        day=each.counted_on,
        today=today,
    )
    if each.earner is not None:
        for touched in rules.list_boards(subject=Subject.TEAM, **where):
            yield touched.board
        return
    for touched in rules.list_boards(subject=Subject.PARTICIPANT, **where):
        yield touched.board
    for touched, _child in rules.list_node_boards(**where):
        yield touched.board
