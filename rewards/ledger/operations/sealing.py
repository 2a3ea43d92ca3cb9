"""Sealing: committed entries get numbers without a gap, and a chain over them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from rewards.core.db import db, insert
from rewards.core.unit import operation

from .. import rules
from ..models import EntryRow, OutboxRow, SealHeadRow, SealRow
from ..types import ChainHead

BATCH_SIZE = 500

_HEAD_ID = 1
_entries = EntryRow.__table__
_outbox = OutboxRow.__table__

# Numbers of the outbox are drawn under the account's lock, so the entries of
# one account are sealed in the order they were committed.
_pending = (
    sa.select(
        _outbox.c.id.label("place"),
        *(_entries.c[name] for name in rules.CHAINED_FIELDS[rules.CHAIN_VERSION]),
    )
    .join_from(_outbox, _entries, _entries.c.id == _outbox.c.entry_id)
    .order_by(_outbox.c.id)
)


@operation
def seal(*, limit: int = BATCH_SIZE) -> int:
    """Give up to *limit* committed entries their place in the chain; return how many."""
    head = _lock_head()
    rows = db.session.execute(_pending.limit(limit)).mappings().all()
    if not rows:
        return 0
    seals = _chain(head, rows)
    db.session.execute(sa.insert(SealRow), seals)
    db.session.execute(
        sa.delete(OutboxRow)
        .where(OutboxRow.id.in_([row["place"] for row in rows]))
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        sa.update(SealHeadRow)
        .where(SealHeadRow.id == _HEAD_ID)
        .values(seq=seals[-1]["seq"], hash=seals[-1]["hash"])
        .execution_options(synchronize_session=False)
    )
    return len(seals)


def _lock_head() -> ChainHead:
    locked = (
        sa.select(SealHeadRow.seq, SealHeadRow.hash)
        .where(SealHeadRow.id == _HEAD_ID)
        .with_for_update()
    )
    row = db.session.execute(locked).one_or_none()
    if row is None:
        db.session.execute(
            insert(SealHeadRow)
            .values(id=_HEAD_ID, seq=0, hash=rules.GENESIS_HASH)
            .on_conflict_do_nothing(index_elements=["id"])
        )
        row = db.session.execute(locked).one()
    return ChainHead(row.seq, row.hash)


def _chain(head: ChainHead, rows: Sequence[Any]) -> list[dict[str, Any]]:
    seals = []
    number, digest = head.seq, head.hash
    for row in rows:
        number += 1
        digest = rules.next_hash(digest, rules.canonical(row))
        seals.append(
            {
                "seq": number,
                "entry_id": row["id"],
                "hash": digest,
                "version": rules.CHAIN_VERSION,
            }
        )
    return seals
