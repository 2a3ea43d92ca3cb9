"""Periods that are over: when they are closed, what their boards hold, how that is kept.

A closed board is a function of the books alone: of the entries that count for
its period, were posted before it closed, and are sealed up to a number.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rewards.core import clock
from rewards.ledger import rules as ledger
from rewards.ledger.types import Asset, DecidedPolicy, PeriodSum

from ..types import BoardKey, ClosedBoard, ClosedLine, Due, Kind, Period, Snapshot, Subject
from .periods import build_key, format_board, list_kinds, list_paths, period_bounds
from .scores import (
    LONG_AGO,
    build_member,
    build_score,
    build_tie,
    find_last_second,
    find_scale,
    read_member,
)

# A unit that took its time before a period closed is committed by then.
GRACE = timedelta(minutes=10)

# A day is closed with every period that it ends.
CLOSED_PERIODS = (Period.DAY, Period.WEEK, Period.MONTH, Period.YEAR)

_Tallies = dict[tuple[Subject, Asset, Kind], dict[bytes, list[int]]]


def list_due(
    *,
    first: date,
    decided: Sequence[DecidedPolicy],
    since: datetime | None,
    zone: ZoneInfo,
    now: datetime,
) -> Iterator[Due]:
    """Yield the periods since the day *first* that are to be closed by now, the oldest first.

    *since* is when the first period ever was closed: what was over by then was
    closed as it stood, and so are all of them where none was.
    """
    stands = now - GRACE if since is None else since
    today = clock.local_date(now, zone)
    day = first
    while day < today:
        closes = ledger.closes_at(day, decided=decided, zone=zone)
        # No day is closed before the one before it.
        if closes > now - GRACE:
            return
        posted_before = max(closes, stands)
        for period in CLOSED_PERIODS:
            start, end = period_bounds(period, day)
            if start is not None and end == day:
                yield Due(period=period, start=start, end=day, posted_before=posted_before)
        day += timedelta(days=1)


def fold_boards(sums: Iterable[PeriodSum], *, period: Period, day: date) -> Iterator[ClosedBoard]:
    """Yield every board of a period that anybody stands on.

    *sums* must come in the order of their paths: then no more is held than the
    boards of one node and of those above it.
    """
    open_boards: dict[str, _Tallies] = {}
    for each in sums:
        paths = list_paths(each.node_path)
        for path in [path for path in open_boards if path not in paths]:
            yield from _close(path, open_boards.pop(path), period=period, day=day)
        for depth, path in enumerate(paths):
            below = paths[depth + 1 : depth + 2]
            child = below[0].rstrip("/").rpartition("/")[2] if below else None
            _add(open_boards.setdefault(path, {}), each, child=child)
    for path, tallies in open_boards.items():
        yield from _close(path, tallies, period=period, day=day)


def pack_board(board: ClosedBoard, *, through: int, chain: str) -> Snapshot:
    """Return a board as it is kept: its lines, and a hash of all that it says."""
    text = json.dumps(_plain(board), separators=(",", ":"))
    return Snapshot(
        board=format_board(board.key),
        people=len(board.lines),
        total=sum(line.value for line in board.lines),
        lines=zlib.compress(text.encode()),
        hash=_hash(format_board(board.key), through, chain, text),
    )


def unpack_lines(snapshot: Snapshot, subject: Subject) -> tuple[ClosedLine, ...]:
    """Return the lines of a board that `pack_board` packed."""
    return tuple(
        ClosedLine(_member(earner, subject), value, tie)
        for earner, value, tie in json.loads(zlib.decompress(snapshot.lines))
    )


def is_intact(snapshot: Snapshot, *, through: int, chain: str) -> bool:
    """Tell whether what is kept of a board is what its hash was made of."""
    try:
        text = zlib.decompress(snapshot.lines).decode()
    except (zlib.error, UnicodeDecodeError):
        return False
    return snapshot.hash == _hash(snapshot.board, through, chain, text)


def hash_closing(hashes: Mapping[str, str]) -> str:
    """Return one hash for the boards of a period, of the hash of each by its name."""
    return hashlib.sha256(json.dumps(sorted(hashes.items())).encode()).hexdigest()


def _add(tallies: _Tallies, each: PeriodSum, *, child: str | None) -> None:
    kinds = list_kinds(each.asset, each.board)
    members = [(Subject.PARTICIPANT, each.participant_id.bytes)]
    if each.team_id is not None:
        members.append((Subject.TEAM, each.team_id.bytes))
    if child is not None:
        members.append((Subject.NODE, build_member(child)))
    gained = find_last_second(each.last_gain_at)
    for kind in kinds:
        for subject, member in members:
            tally = tallies.setdefault((subject, each.asset, kind), {}).setdefault(
                member, [0, LONG_AGO]
            )
            tally[0] += each.amount
            tally[1] = max(tally[1], gained)


def _close(path: str, tallies: _Tallies, *, period: Period, day: date) -> Iterator[ClosedBoard]:
    for (subject, asset, kind), cells in tallies.items():
        key = build_key(
            subject=subject, node_path=path, asset=asset, kind=kind, period=period, day=day
        )
        lines = _rank(key, cells)
        if lines:
            yield ClosedBoard(key=key, lines=lines)


def _rank(key: BoardKey, cells: Mapping[bytes, list[int]]) -> tuple[ClosedLine, ...]:
    scale = find_scale(key.subject, key.period, key.start)

    def place(line: ClosedLine) -> tuple[int, bytes]:
        return build_score(line.value, line.tie, scale.span), line.member

    lines = [
        ClosedLine(member, value, build_tie(gained, scale))
        for member, (value, gained) in cells.items()
        if value > 0
    ]
    return tuple(sorted(lines, key=place, reverse=True))


def _plain(board: ClosedBoard) -> list[list[Any]]:
    subject = board.key.subject
    return [[str(read_member(line.member, subject)), line.value, line.tie] for line in board.lines]


def _member(earner: str, subject: Subject) -> bytes:
    return earner.encode() if subject is Subject.NODE else bytes.fromhex(earner.replace("-", ""))


def _hash(board: str, through: int, chain: str, lines: str) -> str:
    text = "\n".join((board, str(through), chain, lines))
    return hashlib.sha256(text.encode()).hexdigest()
