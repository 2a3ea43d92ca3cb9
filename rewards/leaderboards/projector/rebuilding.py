"""Making the boards of a center anew beside those in use, and changing over at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter

from rewards.core.ids import new_id
from rewards.ledger import queries as ledger

from ..errors import BoardsUnavailableError
from ..store import Epochs
from .folding import count_entries, fold
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
    total = count_entries(center=epochs.center, through=head.seq)
    nonce = new_id().hex
    epoch = epochs.begin(nonce)
    chunks = 0
    parts = fold(center=epochs.center, through=head.seq, day=day, size=BUFFER_SIZE)
    for cells, done in parts:
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
