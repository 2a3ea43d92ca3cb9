"""Making the boards of a center anew beside those in use, and changing over at once."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter

from rewards.core.ids import new_id
from rewards.ledger import queries as ledger

from .. import rules
from ..errors import BoardsUnavailableError
from ..store import Epochs
from ..types import Cell
from .following import catch_up

OnProgress = Callable[[int, int], None]

CHUNK_SIZE = 500
BUFFER_SIZE = 25_000

LOST_WHILE_BUILT = "Redis lost what was built; the boards in use are as they were."


def rebuild(epochs: Epochs, *, now: datetime, on_progress: OnProgress) -> None:
    """Fold the books into a new epoch and publish it; readers keep the old one until then.

    *on_progress* is told how many entries of how many are folded.

    :raises BoardsUnavailableError: if Redis lost what was built, or part of it.
    """
    day = now.astimezone(UTC).date()
    head = ledger.get_head()
    node_path = f"{epochs.center}/"
    total = ledger.count_earned(through=head.seq, node_path=node_path)
    nonce = new_id().hex
    epoch = epochs.begin(nonce)
    chunks = 0
    for cells, done in _fold(through=head.seq, node_path=node_path, day=day):
        # Many cells of one board in one command are much faster than one each.
        cells.sort(key=attrgetter("board"))
        for start in range(0, len(cells), CHUNK_SIZE):
            chunks += 1
            chunk = cells[start : start + CHUNK_SIZE]
            if not epochs.build(epoch, nonce=nonce, number=chunks, cells=chunk):
                raise BoardsUnavailableError(LOST_WHILE_BUILT)
        on_progress(done, total)
    end = (head.seq, head.hash)
    if not epochs.finish(epoch, nonce=nonce, chunks=chunks, end=end, day=day, now=now):
        raise BoardsUnavailableError(LOST_WHILE_BUILT)
    if catch_up(epochs, epoch=epoch, start=head, day=day, now=now) is None:
        raise BoardsUnavailableError(LOST_WHILE_BUILT)
    epochs.publish(epoch)


def _fold(*, through: int, node_path: str, day: date) -> Iterator[tuple[list[Cell], int]]:
    buffer: list[Cell] = []
    done = 0
    with ledger.open_fold(through=through, node_path=node_path) as sums:
        for _, own in groupby(sums, key=attrgetter("participant_id")):
            mine = list(own)
            buffer += rules.fold_cells(mine, today=day)
            done += sum(each.count for each in mine)
            if len(buffer) >= BUFFER_SIZE:
                yield buffer, done
                buffer = []
    yield buffer, done
