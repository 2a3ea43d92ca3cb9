"""Following the chain: sealed entries are added to an epoch that stands where they begin."""

from datetime import UTC, date, datetime, timedelta

from rewards.ledger import queries as ledger
from rewards.ledger.types import ChainHead, SealedPosting

from .. import rules
from ..store import FOREIGN, LAYOUT, LOST, Epochs, State
from ..types import Cause, Gain

BATCH_SIZE = 500
GAINS_MAX = 500
CONFIRM_SECONDS = 1
# Whoever keeps an epoch confirms it every second.
ABANDONED_AFTER = timedelta(minutes=1)


def find_cause(state: State | None, head: ChainHead, *, now: datetime) -> Cause | None:
    """Return why the epoch in use has to be made anew, None if it may go on.

    *state* must have been read before *head*: then an epoch ahead of the chain
    belongs to a database that is no more.
    """
    if state is None:
        return Cause.LOST
    if state.layout != LAYOUT:
        # A newer program has made it. Only if that one is gone is it ours to replace.
        is_kept = state.layout > LAYOUT and now - state.as_of < ABANDONED_AFTER
        return None if is_kept else Cause.LAYOUT
    if state.seq > head.seq or ledger.find_seal_hash(state.seq) != state.hash:
        return Cause.FOREIGN
    return None


def follow(
    epochs: Epochs, *, state: State | None, head: ChainHead, now: datetime
) -> ChainHead | None:
    """Bring the epoch in use to the end of the chain; return where it stands then.

    None if it has to be made anew, by `find_cause`, or is kept by a newer program.
    """
    if state is None or state.layout != LAYOUT or find_cause(state, head, now=now) is not None:
        return None
    today = now.astimezone(UTC).date()
    if today > state.day:
        _move_day(epochs, state=state, today=today)
    day = max(today, state.day)
    if (state.seq, state.hash) != (head.seq, head.hash):
        start = ChainHead(state.seq, state.hash)
        return catch_up(epochs, epoch=state.epoch, start=start, day=day, now=now)
    if now - state.as_of >= timedelta(seconds=CONFIRM_SECONDS):
        here = (head.seq, head.hash)
        epochs.apply(state.epoch, start=here, end=here, gains=(), now=now)
    return head


def drop_past(epochs: Epochs, *, epoch: int, day: date) -> None:
    """Delete what an epoch that stands on *day* does not keep any more, and what is no board."""
    boards = epochs.list_boards(epoch)
    epochs.drop_boards(epoch, [board for board in boards if not rules.is_kept_name(board, day)])


def catch_up(
    epochs: Epochs, *, epoch: int, start: ChainHead, day: date, now: datetime
) -> ChainHead | None:
    """Add what is sealed after *start* to an epoch; return where it stands then.

    None if the epoch is lost or holds another history.
    """
    here: ChainHead | None = start
    while here is not None:
        postings = ledger.list_sealed(after=here.seq, limit=BATCH_SIZE)
        if not postings:
            return here
        here = _apply(epochs, epoch, here=here, postings=postings, day=day, now=now)
    return None


def _apply(
    epochs: Epochs,
    epoch: int,
    *,
    here: ChainHead,
    postings: tuple[SealedPosting, ...],
    day: date,
    now: datetime,
) -> ChainHead | None:
    def list_gains(posting: SealedPosting) -> tuple[Gain, ...]:
        if rules.find_center(posting.node_path) != epochs.center:
            return ()
        return rules.list_gains(posting, today=day)

    for last, gains in rules.split_batches(postings, gains_of=list_gains, most=GAINS_MAX):
        stands_at = epochs.apply(
            epoch,
            start=(here.seq, here.hash),
            end=(last.seq, last.hash),
            gains=gains,
            now=now,
        )
        if stands_at in (LOST, FOREIGN):
            return None
        if stands_at != last.seq:
            # Another projector was faster, or Redis went back to an older
            # state, scores and watermark alike: go on from where it stands.
            return _find_head(stands_at)
        here = ChainHead(last.seq, last.hash)
    return here


def _find_head(seq: int) -> ChainHead | None:
    digest = ledger.find_seal_hash(seq)
    return None if digest is None else ChainHead(seq, digest)


def _move_day(epochs: Epochs, *, state: State, today: date) -> None:
    # The day moves first: from then on nobody reads what is dropped next.
    epochs.move_day(state.epoch, today)
    drop_past(epochs, epoch=state.epoch, day=today)
