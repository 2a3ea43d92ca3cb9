"""Writing down what a period held when it was closed, once and for ever."""

from collections.abc import Sequence

import sqlalchemy as sa

from rewards.core.db import db, insert
from rewards.core.unit import operation

from ..models import ClosingRow, SnapshotRow
from ..types import Closing, Snapshot

ROWS_AT_ONCE = 500


@operation
def keep_closing(closing: Closing, snapshots: Sequence[Snapshot]) -> bool:
    """Keep a closed period with its boards; tell whether it was not closed before."""
    key = (closing.center, closing.period, closing.starts_on)
    if db.session.get(ClosingRow, key) is not None:
        return False
    # Another worker may have been as fast.
    marked = db.session.execute(
        insert(ClosingRow)
        .values(
            center=closing.center,
            period=closing.period,
            starts_on=closing.starts_on,
            ends_on=closing.ends_on,
            posted_before=closing.posted_before,
            seq=closing.seq,
            chain=closing.chain,
            boards=closing.boards,
            hash=closing.hash,
            closed_at=closing.closed_at,
        )
        .on_conflict_do_nothing()
        .returning(ClosingRow.center)
    )
    if marked.one_or_none() is None:
        return False
    rows = [
        {
            "board": snapshot.board,
            "center": closing.center,
            "period": closing.period,
            "starts_on": closing.starts_on,
            "people": snapshot.people,
            "total": snapshot.total,
            "lines": snapshot.lines,
            "hash": snapshot.hash,
        }
        for snapshot in snapshots
    ]
    for first in range(0, len(rows), ROWS_AT_ONCE):
        db.session.execute(sa.insert(SnapshotRow), rows[first : first + ROWS_AT_ONCE])
    return True
