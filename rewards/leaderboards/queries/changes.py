"""How many places the lines of a board have moved since yesterday.

A rank of yesterday stays what it is all day, but for what is entered late; so
it is worth keeping for a while.
"""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import date

from .. import rules, store
from ..types import BoardKey, Change, Lines, Period
from . import lineage

KEPT_SECONDS = 60.0
KEPT_MAX = 200_000
COUNTED_AT_ONCE = 500


class Ranks:
    """The ranks of yesterday that this process knows, by day, board and value."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[tuple[date, str, int], tuple[int, float]] = {}

    def find(self, day: date, board: str, values: Iterable[int]) -> dict[int, int]:
        """Return the ranks known of *values*."""
        now = self._clock()
        known = {value: self._known.get((day, board, value)) for value in values}
        return {value: each[0] for value, each in known.items() if each and now < each[1]}

    def keep(self, day: date, board: str, ranks: dict[int, int]) -> None:
        """Keep *ranks*, by value, for a while."""
        until = self._clock() + KEPT_SECONDS
        with self._lock:
            if len(self._known) + len(ranks) > KEPT_MAX:
                self._known.clear()
            self._known |= {(day, board, value): (rank, until) for value, rank in ranks.items()}

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known.clear()


known = Ranks()


def build_today(key: BoardKey, *, today: date) -> BoardKey | None:
    """Return the board that holds what today changed on *key*, None if that has no yesterday."""
    if not rules.may_change(key, today=today):
        return None
    return rules.build_key(
        subject=key.subject,
        node_path=key.node_path,
        asset=key.asset,
        kind=key.kind,
        period=Period.DAY,
        day=today,
    )


def list_changes(key: BoardKey, lines: Lines, *, today: date) -> tuple[Change | None, ...]:
    """Return how far each of *lines* has moved, None for each of which it is not known."""
    if lines.before is None:
        return (None,) * len(lines.lines)
    ranks = _find_ranks(key, {value for value in lines.before if value > 0}, today=today)
    return tuple(
        rules.find_change(line.rank, before=before, ranks=ranks)
        for line, before in zip(lines.lines, lines.before, strict=True)
    )


def _find_ranks(key: BoardKey, values: set[int], *, today: date) -> dict[int, int]:
    board = rules.format_board(key)
    ranks = known.find(today, board, values)
    missing = rules.widen(values - ranks.keys(), most=COUNTED_AT_ONCE)
    day_board = build_today(key, today=today)
    if not missing or day_board is None:
        return ranks
    moved = store.find_moved(key, today=day_board, values=missing)
    if moved is None or not lineage.is_ours(key, moved.head):
        return ranks
    found = rules.rank_before(missing, above=moved.above, moved=moved.values)
    known.keep(today, board, found)
    return ranks | found
