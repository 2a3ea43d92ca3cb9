"""What sealed entries change on which boards."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache

from rewards.ledger.types import Asset, BoardKind, EarnedSum, SealedPosting

from ..types import Cell, Gain, Kind, Period, TieScale, TouchedBoard
from .periods import build_key, format_board, is_kept, list_paths
from .scores import TIE_MAX, build_score, build_tie, find_scale, find_second

# Before the beginning of every board, where no gain is told from another.
_NEVER = -(2**62)


@lru_cache(maxsize=65_536)
def list_boards(
    *, asset: Asset, board: BoardKind, node_path: str, day: date, today: date
) -> tuple[TouchedBoard, ...]:
    """Return the kept boards that something earned at a node on *day* counts for.

    They are those of the node and of each node above it, of every period, for
    all points and for the kind of its own.
    """
    kinds = [Kind.ALL]
    if asset is Asset.POINTS and board is not BoardKind.NONE:
        kinds.append(Kind(board.value))
    keys = [
        build_key(node_path=path, asset=asset, kind=kind, period=period, day=day)
        for path in list_paths(node_path)
        for kind in kinds
        for period in Period
    ]
    return tuple(
        TouchedBoard(format_board(key), find_scale(key.start))
        for key in keys
        if is_kept(key, today)
    )


def list_gains(posting: SealedPosting, *, today: date) -> tuple[Gain, ...]:
    """Return what a sealed posting changes; nothing if it is not something earned."""
    if not posting.is_earned:
        return ()
    boards = list_boards(
        asset=posting.asset,
        board=posting.board,
        node_path=posting.node_path,
        day=posting.business_date,
        today=today,
    )
    gained = find_second(posting.posted_at) if posting.amount > 0 else None
    member = posting.participant_id.bytes
    return tuple(
        Gain(touched.board, member, posting.amount, build_tie(gained, touched.scale))
        for touched in boards
    )


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


def fold_cells(sums: Iterable[EarnedSum], *, today: date) -> list[Cell]:
    """Return every cell that the sums of one participant make."""
    tallies: dict[str, _Tally] = {}
    member = b""
    for each in sums:
        member = each.participant_id.bytes
        amount = each.amount
        second = find_second(each.last_gain_at)
        gained = _NEVER if second is None else second
        for board, scale in list_boards(
            asset=each.asset,
            board=each.board,
            node_path=each.node_path,
            day=each.business_date,
            today=today,
        ):
            tally = tallies.get(board)
            if tally is None:
                tallies[board] = _Tally(amount, gained, scale)
            else:
                tally.value += amount
                tally.latest = max(tally.latest, gained)
    return [
        Cell(board, member, build_score(tally.value, build_tie(tally.latest, tally.scale)))
        for board, tally in tallies.items()
        if tally.value
    ]
