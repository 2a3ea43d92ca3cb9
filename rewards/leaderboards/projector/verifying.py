"""Comparing every cell of every board with the fold of the books, while both are in use.

First all cells are looked up against one fold; entries sealed meanwhile make
some boards look wrong. Each of these is then compared exactly.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from rewards.ledger import queries as ledger

from .. import rules
from ..errors import BoardsUnavailableError
from ..store import Epochs, State
from ..types import Cell, CellName, Difference
from .comparing import compare_board
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
    strangers = {board for board in suspects if not rules.is_board(board)}
    return (
        *(
            difference
            for board in sorted(suspects - strangers)
            for difference in compare_board(epochs.open_cells(state.epoch), board)
        ),
        *(Difference(board=board, member="", stored=None, expected=None) for board in strangers),
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
    names = list(epochs.list_boards(state.epoch))
    stored = [name for name in names if rules.is_kept_name(name, state.day)]
    suspects |= set(_list_misfits(epochs, state.epoch, boards=stored, sizes=sizes))
    return suspects | {name for name in names if not rules.is_board(name)}


def _list_wrong(epochs: Epochs, epoch: int, cells: Sequence[Cell]) -> set[str]:
    _, scores = epochs.open_cells(epoch).read([CellName(*cell[:2]) for cell in cells])
    return {cell.board for cell, score in zip(cells, scores, strict=True) if score != cell.score}


def _list_misfits(
    epochs: Epochs, epoch: int, *, boards: Sequence[str], sizes: Counter[str]
) -> Iterable[str]:
    for start in range(0, len(boards), LOOK_UP_SIZE):
        some = boards[start : start + LOOK_UP_SIZE]
        _, found = epochs.open_cells(epoch).measure(some)
        for board, (_, size) in zip(some, found, strict=True):
            if size != sizes[board]:
                yield board
