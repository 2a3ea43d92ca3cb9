"""What sealed entries change on which boards."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import repeat
from typing import TypedDict

from rewards.ledger.types import Asset, BoardKind, EarnedSum, SealedPosting

from ..types import Cell, Gain, Period, Subject, TieScale, TouchedBoard
from .periods import build_key, format_board, is_kept, list_children, list_kinds, list_paths
from .scores import (
    TIE_MAX,
    build_member,
    build_score,
    build_tie,
    find_last_second,
    find_scale,
    find_second,
)


class Where(TypedDict):
    """What was earned, where, for which day, and the day boards are kept for."""

    asset: Asset
    board: BoardKind
    node_path: str
    day: date
    today: date


@lru_cache(maxsize=65_536)
def list_boards(
    *,
    subject: Subject = Subject.PARTICIPANT,
    asset: Asset,
    board: BoardKind,
    node_path: str,
    day: date,
    today: date,
) -> tuple[TouchedBoard, ...]:
    """Return the kept boards of a subject that something earned at a node on *day* counts for.

    They are those of the node and of each node above it, of every period, for
    all points and for the kind of its own.
    """
    paths = list_paths(node_path)
    return tuple(
        touched
        for path in paths
        for touched in _list_at(path, subject, asset=asset, board=board, day=day, today=today)
    )


@lru_cache(maxsize=65_536)
def list_node_boards(
    *, asset: Asset, board: BoardKind, node_path: str, day: date, today: date
) -> tuple[tuple[TouchedBoard, bytes], ...]:
    """Return the kept boards of nodes that it counts for, each with the node that stands on it."""
    return tuple(
        (touched, build_member(child))
        for path, child in list_children(node_path)
        for touched in _list_at(path, Subject.NODE, asset=asset, board=board, day=day, today=today)
    )


def _list_at(
    path: str, subject: Subject, *, asset: Asset, board: BoardKind, day: date, today: date
) -> Iterator[TouchedBoard]:
    for kind in list_kinds(asset, board):
        for period in Period:
            key = build_key(
                subject=subject, node_path=path, asset=asset, kind=kind, period=period, day=day
            )
            if is_kept(key, today):
                yield TouchedBoard(format_board(key), find_scale(subject, period, key.start))


def list_gains(posting: SealedPosting, *, today: date) -> tuple[Gain, ...]:
    """Return what a sealed posting changes; nothing if it is not something earned."""
    if not posting.is_earned:
        return ()
    gained = find_second(posting.posted_at) if posting.amount > 0 else None
    return tuple(
        Gain(touched.board, member, posting.amount, build_tie(gained, touched.scale))
        for touched, member in _list_cells(posting, today=today)
    )


def _list_cells(posting: SealedPosting, *, today: date) -> Iterator[tuple[TouchedBoard, bytes]]:
    where = Where(
        asset=posting.asset,
        board=posting.board,
        node_path=posting.node_path,
        day=posting.counted_on,
        today=today,
    )
    earners = [(Subject.PARTICIPANT, posting.participant_id.bytes)]
    if posting.team_id is not None:
        earners.append((Subject.TEAM, posting.team_id.bytes))
    for subject, member in earners:
        for touched in list_boards(subject=subject, **where):
            yield touched, member
    yield from list_node_boards(**where)


def sum_gains(gains: Iterable[Gain]) -> tuple[Gain, ...]:
    """Return one gain for each cell: the sum of what changes, the latest of the ties."""
    cells: dict[tuple[str, bytes], tuple[int, int]] = {}
    for gain in gains:
        delta, tie = cells.get((gain.board, gain.member), (0, TIE_MAX))
        cells[gain.board, gain.member] = (delta + gain.delta, min(tie, gain.tie))
    return tuple(Gain(board, member, delta, tie) for (board, member), (delta, tie) in cells.items())


def split_batches(
    postings: Sequence[SealedPosting],
    *,
    gains_of: Callable[[SealedPosting], Iterable[Gain]],
    most: int,
) -> Iterable[tuple[SealedPosting, tuple[Gain, ...]]]:
    """Yield runs of *postings* that change at most *most* cells, each with its last posting."""
    cells: set[tuple[str, bytes]] = set()
    gains: list[Gain] = []
    last: SealedPosting | None = None
    for posting in postings:
        more = tuple(gains_of(posting))
        wanted = {(gain.board, gain.member) for gain in more}
        if last is not None and len(cells | wanted) > most:
            yield last, sum_gains(gains)
            cells, gains = set(), []
        cells |= wanted
        gains.extend(more)
        last = posting
    if last is not None:
        yield last, sum_gains(gains)


class _Tally:
    """What is added up for one cell; mutable, because a fold adds millions of times."""

    __slots__ = ("latest", "scale", "value")

    def __init__(self, value: int, latest: int, scale: TieScale) -> None:
        self.value = value
        self.latest = latest
        self.scale = scale


def fold_cells(
    sums: Iterable[EarnedSum], *, today: date, subject: Subject = Subject.PARTICIPANT
) -> list[Cell]:
    """Return every cell that the sums of one participant or team make; of NODE those of all sums.

    A cell whose sum is zero is kept: who was there first is told by the last
    gain there ever was.
    """
    tallies: dict[tuple[str, bytes], _Tally] = {}
    for each in sums:
        gained = find_last_second(each.last_gain_at)
        for (board, scale), member in _list_folded(each, today=today, subject=subject):
            tally = tallies.get((board, member))
            if tally is None:
                tallies[board, member] = _Tally(each.amount, gained, scale)
            else:
                tally.value += each.amount
                tally.latest = max(tally.latest, gained)
    return [
        Cell(board, member, build_score(tally.value, build_tie(tally.latest, scale), scale.span))
        for (board, member), tally in tallies.items()
        for scale in (tally.scale,)
    ]


def _list_folded(
    each: EarnedSum, *, today: date, subject: Subject
) -> Iterable[tuple[TouchedBoard, bytes]]:
    where = Where(
        asset=each.asset,
        board=each.board,
        node_path=each.node_path,
        day=each.counted_on,
        today=today,
    )
    if each.earner is None:
        return list_node_boards(**where)
    return zip(list_boards(subject=subject, **where), repeat(each.earner.bytes))
