"""Closing periods: their boards folded from the books for good, and proven ever after."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from rewards.core import clock
from rewards.ledger import queries as ledger
from rewards.ledger.types import ChainHead

from .. import queries, rules
from ..types import ClosedBoard, Closing, Due, Fault, FaultKind, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A period with its boards, ready to be kept."""

    closing: Closing
    snapshots: tuple[Snapshot, ...]


def list_due(center: str, *, now: datetime) -> Iterator[Due]:
    """Yield the periods of a center that are to be closed by now and are not, oldest first."""
    first = ledger.find_first_day(f"{center}/")
    if first is None:
        return
    progress = queries.find_closed(center, first=first)
    due = rules.list_due(
        first=progress.closed_through or first,
        decided=ledger.list_closing_policies(center),
        since=progress.since,
        zone=clock.zone(),
        now=now,
    )
    # Of the last day, only some of the periods that it ends may be closed.
    done = progress.closed
    yield from (each for each in due if (each.period, each.start) not in done)


def close(center: str, due: Due, *, now: datetime) -> Closed:
    """Return a period as it is to be kept: what was posted in time, sealed by now."""
    head = ledger.get_head()
    closing = Closing(
        center=center,
        period=due.period,
        starts_on=due.start,
        ends_on=due.end,
        posted_before=due.posted_before,
        seq=head.seq,
        chain=head.hash,
        boards=0,
        hash="",
        closed_at=now,
    )
    snapshots = tuple(_pack(board, head) for board in _fold(closing))
    return Closed(
        closing=replace(
            closing,
            boards=len(snapshots),
            hash=rules.hash_closing({each.board: each.hash for each in snapshots}),
        ),
        snapshots=snapshots,
    )


def verify_closing(closing: Closing) -> Iterator[Fault]:
    """Yield whatever is wrong with a closed period: its own hashes, or what the books say."""
    name = f"{closing.center} {rules.format_period(closing.period, closing.starts_on)}"
    if ledger.find_seal_hash(closing.seq) != closing.chain:
        yield Fault(name, FaultKind.FOREIGN)
        return
    head = ChainHead(closing.seq, closing.chain)
    expected = {board.board: board.hash for board in (_pack(each, head) for each in _fold(closing))}
    stored: dict[str, str] = {}
    for snapshot in queries.list_snapshots(closing):
        stored[snapshot.board] = snapshot.hash
        if not rules.is_intact(snapshot, through=closing.seq, chain=closing.chain):
            yield Fault(snapshot.board, FaultKind.CHANGED)
        elif snapshot.board not in expected:
            yield Fault(snapshot.board, FaultKind.SURPLUS)
        elif expected[snapshot.board] != snapshot.hash:
            yield Fault(snapshot.board, FaultKind.WRONG)
    for board in sorted(expected.keys() - stored.keys()):
        yield Fault(board, FaultKind.MISSING)
    if rules.hash_closing(stored) != closing.hash:
        yield Fault(name, FaultKind.CHANGED)


def _fold(closing: Closing) -> Iterator[ClosedBoard]:
    with ledger.open_period(
        node_path=f"{closing.center}/",
        start=closing.starts_on,
        end=closing.ends_on,
        posted_before=closing.posted_before,
        through=closing.seq,
    ) as sums:
        yield from rules.fold_boards(sums, period=closing.period, day=closing.starts_on)


def _pack(board: ClosedBoard, head: ChainHead) -> Snapshot:
    return rules.pack_board(board, through=head.seq, chain=head.hash)
