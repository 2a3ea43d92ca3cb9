"""Boards of periods that are closed, as they were kept then."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from rewards.core.db import reading
from rewards.ledger import queries as ledger

from .. import rules
from ..models import ClosingRow, SnapshotRow
from ..types import Asked, BoardKey, ClosedLine, ClosedSoFar, Closing, Lines, Period, Snapshot
from . import ranked
from .ranked import Ranked
from .shared import Shared

# What is closed stays so. That something is not closed yet is asked for again.
OPEN_SECONDS = 30.0
LATER_SECONDS = 60.0
# Forty bytes each: some 12 MB in a process, or one board if that is larger.
LINES_KEPT_MAX = 300_000
CLOSINGS_KEPT_MAX = 5_000

ClosingKey = tuple[str, Period, date]

_closing_columns = tuple(ClosingRow.__table__.columns)


class Shelf:
    """What this process has read of closed boards, the least used taken off first."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._closings: dict[ClosingKey, Closing] = {}
        self._open: dict[ClosingKey, float] = {}
        self._boards = Shared(clock=clock, weigh=ranked.weigh, weight_max=LINES_KEPT_MAX)
        # Unpacking takes some ten times of what is kept: one board at a time.
        self._unpacking = threading.Lock()

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

    def get_board(self, key: BoardKey) -> Ranked:
        """Return a board of a closed period; one that nobody stands on is empty."""
        name = rules.format_board(key)

        def unpack() -> tuple[Ranked, float]:
            with self._unpacking:
                return Ranked(key, _read_lines(key, name)), math.inf

        board: Ranked = self._boards.get(name, unpack)
        return board

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._closings.clear()
            self._open.clear()
        self._boards.forget()


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
    return ranked.read_lines(shelf.get_board(asked.key), asked, as_of=closing.posted_before)


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


def find_closed(center: str, *, first: date) -> ClosedSoFar:
    """Return how far a center is closed since the day *first*, without a gap."""
    row = ClosingRow
    is_day = sa.and_(row.period == Period.DAY, row.starts_on >= first)
    found = sa.select(
        sa.func.min(row.posted_before).label("since"),
        sa.func.count().filter(is_day).label("days"),
        sa.func.max(row.ends_on).filter(is_day).label("last"),
    ).where(row.center == center)
    with reading() as connection:
        since, days, last = connection.execute(found).one()
        is_whole = last is not None and days == (last - first).days + 1
        closed = sa.select(row.period, row.starts_on).where(
            row.center == center, row.ends_on >= (last if is_whole else first)
        )
        periods = frozenset((period, day) for period, day in connection.execute(closed))
    return ClosedSoFar(since=since, closed_through=last if is_whole else None, closed=periods)


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
