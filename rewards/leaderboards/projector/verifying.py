"""Comparing every cell of every board with the fold of the books, while both are in use.

First all cells are looked up against one fold; entries sealed meanwhile make
some boards look wrong. Each of these is then read at one moment, with its
watermark, and compared with the books up to just that seal.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from rewards.ledger import queries as ledger

from .. import rules
from ..errors import BoardsUnavailableError
from ..store import Epochs, State
from ..types import Cell, Difference
from .folding import count_entries, fold
from .rebuilding import OnProgress

LOOK_UP_SIZE = 1_000


def verify(epochs: Epochs, *, on_progress: OnProgress) -> tuple[Difference, ...]:
    """Return every cell of the epoch in use that is not what the books say.

    :raises BoardsUnavailableError: if there is no epoch, or it went away meanwhile.
    """
    state = epochs.find_state()
    if state is None or ledger.find_seal_hash(state.seq) != state.hash:
        raise BoardsUnavailableError("The boards are lost or not of this database.")
    suspects = _list_suspects(epochs, state, on_progress=on_progress)
    return tuple(
        difference
        for board in sorted(suspects)
        for difference in _compare(epochs, state.epoch, board=board)
    )


def _list_suspects(epochs: Epochs, state: State, *, on_progress: OnProgress) -> set[str]:
    total = count_entries(center=epochs.center, through=state.seq)
    suspects: set[str] = set()
    sizes: Counter[str] = Counter()
    parts = fold(center=epochs.center, through=state.seq, day=state.day, size=LOOK_UP_SIZE)
    for cells, done in parts:
        sizes.update(cell.board for cell in cells)
        suspects |= _list_wrong(epochs, state.epoch, cells)
        on_progress(done, total)
    stored = [name for name in epochs.list_boards(state.epoch) if _counts(name, state.day)]
    return suspects | set(_list_misfits(epochs, state.epoch, boards=stored, sizes=sizes))


def _list_wrong(epochs: Epochs, epoch: int, cells: Sequence[Cell]) -> set[str]:
    scores = epochs.list_scores(epoch, cells)
    return {cell.board for cell, score in zip(cells, scores, strict=True) if score != cell.score}


def _list_misfits(
    epochs: Epochs, epoch: int, *, boards: Sequence[str], sizes: Counter[str]
) -> Iterable[str]:
    for start in range(0, len(boards), LOOK_UP_SIZE):
        some = boards[start : start + LOOK_UP_SIZE]
        for board, size in zip(some, epochs.list_sizes(epoch, some), strict=True):
            if size != sizes[board]:
                yield board


def _compare(epochs: Epochs, epoch: int, *, board: str) -> Iterable[Difference]:
    seq, stored = epochs.read_whole(epoch, board)
    if seq is None:
        raise BoardsUnavailableError("The boards went away while they were compared.")
    key = rules.parse_board(board)
    span = rules.build_span(key)
    ties = rules.find_span(key.subject)
    expected = {
        rules.build_member(earner): rules.build_score(value, span.steps_max - steps, ties)
        for earner, value, steps in ledger.list_totals(span, through=seq)
    }
    for member in sorted(stored.keys() | expected.keys()):
        if stored.get(member) != expected.get(member):
            yield Difference(
                board=board,
                member=str(rules.read_member(member, key.subject)),
                stored=_split(stored.get(member), ties),
                expected=_split(expected.get(member), ties),
            )


def _split(score: int | None, span: int) -> tuple[int, int] | None:
    return None if score is None else rules.split_score(score, span)


def _counts(board: str, day: date) -> bool:
    return rules.is_kept(rules.parse_board(board), day)
