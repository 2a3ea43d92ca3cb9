"""Boards of periods that are closed, as they were kept then."""

import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from rewards.core.db import reading
from rewards.ledger import queries as ledger

from .. import rules
from ..models import ClosingRow, SnapshotRow
from ..types import Asked, BoardKey, ClosedLine, Closing, Line, Lines, Period, Place, Snapshot
from .shared import Shared

# What is closed stays so. That something is not closed yet is asked for again.
OPEN_SECONDS = 30.0
LATER_SECONDS = 60.0
LINES_KEPT_MAX = 300_000
CLOSINGS_KEPT_MAX = 5_000

ClosingKey = tuple[str, Period, date]

_closing_columns = tuple(ClosingRow.__table__.columns)


class Kept:
    """The lines of one closed board, with what it takes to find a place among them."""

    def __init__(self, key: BoardKey, lines: tuple[ClosedLine, ...]) -> None:
        self._span = rules.find_span(key.subject)
        self._lines = lines
        # Ascending, because that is what can be searched.
        self._values = [line.value for line in reversed(lines)]
        self._places = {line.member: place for place, line in enumerate(lines)}

    def __len__(self) -> int:
        return len(self._lines)

    def find_place(self, member: bytes | None) -> int | None:
        """Return how many stand before a member, None for one who is not on it."""
        return None if member is None else self._places.get(member)

    def count_before(self, place: Place) -> int:
        """Return how many stand before the first line after *place*."""
        low, high = 0, len(self._lines)
        while low < high:
            middle = (low + high) // 2
            if self.place_of(middle) >= place:
                low = middle + 1
            else:
                high = middle
        return low

    def place_of(self, number: int) -> Place:
        """Return where the line stands that has *number* lines before it."""
        line = self._lines[number]
        return Place(rules.build_score(line.value, line.tie, self._span), line.member)

    def list_lines(self, first: int, past: int) -> tuple[Line, ...]:
        """Return the lines from *first* up to but not with *past*, both counted from 0."""
        part = self._lines[first:past]
        if not part:
            return ()
        return rules.share_ranks(
            [(line.member, line.value) for line in part],
            first_place=first,
            first_rank=self.rank_of(part[0].value),
        )

    def rank_of(self, value: int) -> int:
        """Return the rank that those with *value* share."""
        return len(self._values) - bisect_right(self._values, value) + 1

    def find_goal(self, value: int) -> int | None:
        """Return the smallest value above *value*."""
        above = bisect_right(self._values, value)
        return self._values[above] if above < len(self._values) else None


class Shelf:
    """What this process has read of closed boards, the least used taken off first."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._closings: dict[ClosingKey, Closing] = {}
        self._open: dict[ClosingKey, float] = {}
        self._boards: OrderedDict[str, Kept] = OrderedDict()
        self._lines = 0

    def find_closing(self, key: ClosingKey) -> Closing | None:
        """Return how a period was closed, None if it is open as far as is known."""
        closing = self._closings.get(key)
        if closing is not None or self._clock() < self._open.get(key, 0.0):
            return closing
        closing = find_closing(key)
        with self._lock:
            if len(self._closings) + len(self._open) >= CLOSINGS_KEPT_MAX:
                self._closings.clear()
                self._open.clear()
            if closing is None:
                self._open[key] = self._clock() + OPEN_SECONDS
            else:
                self._closings[key] = closing
        return closing

    def get_board(self, key: BoardKey) -> Kept:
        """Return a board of a closed period; one that nobody stands on is empty."""
        name = rules.format_board(key)
        with self._lock:
            kept = self._boards.get(name)
            if kept is not None:
                self._boards.move_to_end(name)
                return kept
        kept = Kept(key, _read_lines(key, name))
        with self._lock:
            if name not in self._boards:
                self._boards[name] = kept
                self._lines += len(kept) + 1
            while self._lines > LINES_KEPT_MAX and len(self._boards) > 1:
                _, dropped = self._boards.popitem(last=False)
                self._lines -= len(dropped) + 1
        return kept

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._closings.clear()
            self._open.clear()
            self._boards.clear()
            self._lines = 0


shelf = Shelf()
_later = Shared()


def forget() -> None:
    """Forget the closed boards that this process has read."""
    shelf.forget()
    _later.forget()


def find_closing_of(key: BoardKey, *, today: date) -> Closing | None:
    """Return how the period of a board was closed, None if it is open."""
    if key.start is None or key.end is None or key.end >= today:
        return None
    return shelf.find_closing((rules.find_center(key.node_path), key.period, key.start))


def read_lines(asked: Asked, closing: Closing) -> Lines:
    """Return the lines that are asked for."""
    board = shelf.get_board(asked.key)
    own = board.find_place(asked.around)
    if own is not None:
        first, past = max(own - rules.NEIGHBOURS, 0), own + rules.NEIGHBOURS + 1
    else:
        first = 0 if asked.after is None else board.count_before(asked.after)
        past = first + asked.limit
    lines = board.list_lines(first, past)
    mine = None if own is None else lines[own - first]
    goal = None
    if asked.around is not None:
        goal = board.find_goal(0 if mine is None else mine.value)
    return Lines(
        lines=lines,
        own=mine,
        goal=goal,
        as_of=closing.posted_before,
        people=first + len(lines),
        scores=tuple(board.place_of(first + number).score for number in range(len(lines))),
    )


def count_later(key: BoardKey, closing: Closing) -> int:
    """Return how many entries came too late for a closed board; as of a minute ago."""

    def count() -> tuple[int, float]:
        late = ledger.count_later(
            rules.build_span(key), posted_before=closing.posted_before, through=closing.seq
        )
        return late, LATER_SECONDS

    counted: int = _later.get(key, count)
    return counted


def find_closing(key: ClosingKey) -> Closing | None:
    """Return how a period of a center was closed, None if it is open."""
    center, period, start = key
    query = sa.select(*_closing_columns).where(
        ClosingRow.center == center, ClosingRow.period == period, ClosingRow.starts_on == start
    )
    with reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _closing(row)


def list_closings(
    center: str,
    *,
    period: Period | None = None,
    before: date | None = None,
    limit: int | None = None,
) -> tuple[Closing, ...]:
    """Return the closed periods of a center, the latest first.

    Those of one kind, and those that began before some day, if asked.
    """
    query = (
        sa.select(*_closing_columns)
        .where(ClosingRow.center == center)
        .order_by(ClosingRow.ends_on.desc(), ClosingRow.starts_on.asc())
        .limit(limit)
    )
    if period is not None:
        query = query.where(ClosingRow.period == period)
    if before is not None:
        query = query.where(ClosingRow.starts_on < before)
    with reading() as connection:
        return tuple(_closing(row) for row in connection.execute(query))


def list_snapshots(closing: Closing) -> Iterator[Snapshot]:
    """Yield the boards kept of a closed period, in the order of their names."""
    columns = (SnapshotRow.board, SnapshotRow.people, SnapshotRow.total, SnapshotRow.lines)
    query = (
        sa.select(*columns, SnapshotRow.hash)
        .where(
            SnapshotRow.center == closing.center,
            SnapshotRow.period == closing.period,
            SnapshotRow.starts_on == closing.starts_on,
        )
        .order_by(SnapshotRow.board)
    )
    with reading() as connection:
        for row in connection.execute(query):
            yield _snapshot(row)


def _read_lines(key: BoardKey, name: str) -> tuple[ClosedLine, ...]:
    columns = (SnapshotRow.board, SnapshotRow.people, SnapshotRow.total, SnapshotRow.lines)
    query = sa.select(*columns, SnapshotRow.hash).where(SnapshotRow.board == name)
    with reading() as connection:
        row = connection.execute(query).one_or_none()
    return () if row is None else rules.unpack_lines(_snapshot(row), key.subject)


def _snapshot(row: Any) -> Snapshot:
    return Snapshot(
        board=row.board, people=row.people, total=row.total, lines=row.lines, hash=row.hash
    )


def _closing(row: Any) -> Closing:
    return Closing(
        center=row.center,
        period=row.period,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        posted_before=row.posted_before,
        seq=row.seq,
        chain=row.chain,
        boards=row.boards,
        hash=row.hash,
        closed_at=row.closed_at,
    )
