"""Making the boards of a center anew beside those in use, and changing over at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from operator import attrgetter

from redis.exceptions import RedisError

from rewards.core.ids import new_id
from rewards.ledger import queries as ledger
from rewards.ledger.types import ChainHead

from ..errors import BoardsUnavailableError
from ..store import Epochs
from ..types import Cell
from .folding import count_entries, fold
from .following import catch_up
from .repeating import repeating

OnProgress = Callable[[int, int], None]
# Given the highest number that Redis knows and the last seal of the fold.
NumberEpoch = Callable[[int, int], int]

CHUNK_SIZE = 500
BUFFER_SIZE = 25_000
NUMBERS_MAX = 10
# Well within the time after which an epoch whose builder is silent is swept away.
KEEP_SECONDS = 60

LOST_WHILE_BUILT = "Redis lost what was built; the boards in use are as they were."


def rebuild(
    epochs: Epochs, *, number_epoch: NumberEpoch, now: datetime, on_progress: OnProgress
) -> int:
    """Fold the books into a new epoch and publish it; readers keep the old one until then.

    *on_progress* is told how many entries of how many are folded. Return the
    epoch that readers see afterwards, which is a newer one if somebody else
    was faster.

    :raises BoardsUnavailableError: if Redis lost what was built, or part of it.
    """
    head = ledger.get_head()
    nonce = new_id().hex
    day = now.astimezone(UTC).date()
    total = count_entries(center=epochs.center, through=head.seq)
    parts = fold(center=epochs.center, through=head.seq, day=day, size=BUFFER_SIZE)
    # Most is sorted before the first one: until then no epoch has to wait for it.
    first = next(parts)
    epoch = _begin(epochs, number_epoch=number_epoch, nonce=nonce, seq=head.seq)
    try:
        chunks = 0
        # The database may sort again for minutes, and a builder that is silent
        # for so long is taken for dead.
        with repeating(partial(epochs.keep, epoch, nonce=nonce), seconds=KEEP_SECONDS):
            for cells, done in chain([first], parts):
                chunks = _build(epochs, epoch, nonce=nonce, after=chunks, cells=cells)
                on_progress(done, total)
        end = (head.seq, head.hash)
        is_whole = epochs.finish(epoch, nonce=nonce, chunks=chunks, end=end, day=day, now=now)
        return _publish(epochs, epoch, is_whole=is_whole, start=head, now=now)
    except BaseException:
        _give_up(epochs, epoch)
        raise


def _begin(epochs: Epochs, *, number_epoch: NumberEpoch, nonce: str, seq: int) -> int:
    highest = epochs.find_highest()
    for _ in range(NUMBERS_MAX):
        epoch = number_epoch(highest, seq)
        answer = epochs.begin(epoch, nonce)
        if answer == epoch:
            return epoch
        # Redis has come to know a higher one meanwhile.
        highest = answer
    raise BoardsUnavailableError("Others begin epochs all the time.")


def _build(epochs: Epochs, epoch: int, *, nonce: str, after: int, cells: list[Cell]) -> int:
    # Many cells of one board in one command are much faster than one each.
    cells.sort(key=attrgetter("board"))
    number = after
    for start in range(0, len(cells), CHUNK_SIZE):
        number += 1
        chunk = cells[start : start + CHUNK_SIZE]
        if not epochs.build(epoch, nonce=nonce, number=number, cells=chunk):
            raise BoardsUnavailableError(LOST_WHILE_BUILT)
    return number


def _publish(epochs: Epochs, epoch: int, *, is_whole: bool, start: ChainHead, now: datetime) -> int:
    day = now.astimezone(UTC).date()
    if not is_whole or catch_up(epochs, epoch=epoch, start=start, day=day, now=now) is None:
        raise BoardsUnavailableError(LOST_WHILE_BUILT)
    seen = epochs.publish(epoch)
    if seen < epoch:
        raise BoardsUnavailableError(LOST_WHILE_BUILT)
    return seen


def _give_up(epochs: Epochs, epoch: int) -> None:
    # A server without room must not keep what nobody will finish. If it does
    # not answer, the epoch is swept away when its builder has been silent.
    try:
        epochs.discard(epoch)
        epochs.sweep()
    except RedisError:
        return
