"""The chain: its end, its hashes, and the entries in its order.

Each read takes a connection for itself: the projection asks between units of
work, and must see what is committed now and not what it saw before.
"""

from collections.abc import Collection

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, reading

from .. import rules
from ..models import EntryRow, OutboxRow, SealHeadRow, SealRow
from ..types import EARNING_REASONS, Backlog, ChainHead, Entry, SealedPosting
from .history import to_entry

_sealed = (
    sa.select(
        SealRow.seq,
        SealRow.hash,
        EntryRow.participant_id,
        EntryRow.asset,
        EntryRow.amount,
        EntryRow.reason,
        EntryRow.board,
        EntryRow.node_path,
        sa.func.coalesce(EntryRow.counted_on, EntryRow.business_date).label("counted_on"),
        EntryRow.posted_at,
        EntryRow.team_id,
    )
    .join_from(SealRow, EntryRow, EntryRow.id == SealRow.entry_id)
    .where(SealRow.seq > sa.bindparam("after"))
    .order_by(SealRow.seq)
    .limit(sa.bindparam("most"))
)


def get_head() -> ChainHead:
    """Return the end of the chain; of an empty one, number 0."""
    with reading() as connection:
        row = connection.execute(sa.select(SealHeadRow.seq, SealHeadRow.hash)).one_or_none()
    return ChainHead(0, rules.GENESIS_HASH) if row is None else ChainHead(row.seq, row.hash)


def find_seal_hash(seq: int) -> str | None:
    """Return the hash of seal *seq*, or None if the chain has no such number."""
    if seq == 0:
        return rules.GENESIS_HASH
    with reading() as connection:
        return connection.scalar(sa.select(SealRow.hash).where(SealRow.seq == seq))


def has_unsealed() -> bool:
    """Tell whether a committed entry has no place in the chain yet."""
    with reading() as connection:
        return connection.scalar(sa.select(OutboxRow.id).limit(1)) is not None


def measure_backlog(seq: int) -> Backlog:
    """Return how many committed entries come after seal *seq*, and since when."""
    after = sa.select(
        sa.func.count().label("entries"), sa.func.min(EntryRow.posted_at).label("since")
    )
    sealed = after.join_from(SealRow, EntryRow, EntryRow.id == SealRow.entry_id)
    waiting = after.join_from(OutboxRow, EntryRow, EntryRow.id == OutboxRow.entry_id)
    with reading() as connection:
        rows = [
            connection.execute(query).one() for query in (sealed.where(SealRow.seq > seq), waiting)
        ]
    since = [row.since for row in rows if row.since is not None]
    return Backlog(sum(row.entries for row in rows), min(since, default=None))


def list_sealed(*, after: int, limit: int) -> tuple[SealedPosting, ...]:
    """Return up to *limit* sealed entries that follow number *after*, in order."""
    with reading() as connection:
        rows = connection.execute(_sealed, {"after": after, "most": limit}).all()
    return tuple(
        SealedPosting(
            seq=row.seq,
            hash=row.hash,
            participant_id=row.participant_id,
            asset=row.asset,
            amount=row.amount,
            is_earned=row.reason in EARNING_REASONS,
            board=row.board,
            node_path=row.node_path,
            counted_on=row.counted_on,
            posted_at=row.posted_at,
            team_id=row.team_id,
        )
        for row in rows
    )


def get_last_seal() -> int:
    """Return the number of the last seal, as the open unit of work sees it; 0: there is none."""
    return db.session.scalar(sa.select(SealHeadRow.seq)) or 0


def list_sealed_entries(*, after: int, limit: int) -> tuple[tuple[int, Entry], ...]:
    """Return up to *limit* entries whose seals follow number *after*, each with its number.

    It is for a unit of work, which keeps how far it has followed.
    """
    rows = db.session.execute(
        sa.select(SealRow.seq, *EntryRow.__table__.columns)
        .join_from(SealRow, EntryRow, EntryRow.id == SealRow.entry_id)
        .where(SealRow.seq > after)
        .order_by(SealRow.seq)
        .limit(limit)
    )
    return tuple((row.seq, to_entry(row)) for row in rows)


def list_participants_at(seqs: Collection[int]) -> tuple[ParticipantId, ...]:
    """Return whose entries have the numbers *seqs* in the chain."""
    query = (
        sa.select(EntryRow.participant_id)
        .join(SealRow, SealRow.entry_id == EntryRow.id)
        .where(SealRow.seq.in_(seqs))
        .distinct()
    )
    with reading() as connection:
        return tuple(connection.scalars(query))
