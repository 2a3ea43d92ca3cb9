"""What a period that is over holds, for those who close it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from rewards.core.db import is_sqlite, reading, snapshot

from ..models import EntryRow, OutboxRow, SealRow
from ..types import EarnedBy, EarnedSpan, PeriodSum
from .earned import FETCH_ROWS, earned_below, is_counted_within, last_gain_at


def find_first_day(node_path: str) -> date | None:
    """Return the earliest business date of anything earned below *node_path*."""
    query = sa.select(sa.func.min(EntryRow.business_date)).where(*earned_below(node_path))
    with reading() as connection:
        return connection.scalar(query)


def has_unsealed_before(moment: datetime) -> bool:
    """Tell whether a committed entry posted before *moment* has no place in the chain yet."""
    query = (
        sa.select(OutboxRow.id)
        .join(EntryRow, EntryRow.id == OutboxRow.entry_id)
        .where(EntryRow.posted_at < moment)
        .limit(1)
    )
    with reading() as connection:
        return connection.scalar(query) is not None


@contextmanager
def open_period(
    *, node_path: str, start: date, end: date, posted_before: datetime, through: int
) -> Iterator[Iterator[PeriodSum]]:
    """Open a stream of the sums that count for a period, in the order of their paths.

    Of the seals up to *through*, and of what was posted before a moment.
    """
    grain = (
        EntryRow.node_path,
        EntryRow.participant_id,
        EntryRow.team_id,
        EntryRow.asset,
        EntryRow.board,
    )
    # By its bytes: a language may leave out the slashes, and then branches would mingle.
    path: sa.ColumnElement[str] = EntryRow.node_path.expression
    query = (
        sa.select(
            *grain,
            sa.func.sum(EntryRow.amount).label("amount"),
            last_gain_at().label("last_gain_at"),
        )
        .join(SealRow, SealRow.entry_id == EntryRow.id)
        .where(
            *earned_below(node_path),
            is_counted_within(start, end),
            EntryRow.posted_at < posted_before,
            SealRow.seq <= through,
        )
        .group_by(*grain)
        .order_by(path if is_sqlite() else sa.collate(path, "C"))
    )
    with snapshot() as connection:
        streamed = connection.execution_options(stream_results=True, yield_per=FETCH_ROWS)
        yield (_period_sum(row) for row in streamed.execute(query))


def count_later(span: EarnedSpan, *, posted_before: datetime, through: int) -> int:
    """Return how many entries of a period, by their day or counting, are not in what was closed."""
    assert span.start is not None
    assert span.end is not None
    is_in = sa.and_(
        is_counted_within(span.start, span.end),
        EntryRow.posted_at < posted_before,
        sa.func.coalesce(SealRow.seq, through + 1) <= through,
    )
    query = (
        sa.select(sa.func.count())
        .select_from(EntryRow)
        .outerjoin(SealRow, SealRow.entry_id == EntryRow.id)
        .where(
            EntryRow.asset == span.asset,
            *earned_below(span.node_path),
            sa.or_(
                EntryRow.business_date.between(span.start, span.end),
                # What takes back a late entry counts where that one does.
                EntryRow.counted_on.between(span.start, span.end),
            ),
            sa.not_(is_in),
        )
    )
    if span.board is not None:
        query = query.where(EntryRow.board == span.board)
    if span.by is EarnedBy.TEAM:
        query = query.where(EntryRow.team_id.is_not(None))
    if span.by is EarnedBy.NODE:
        query = query.where(EntryRow.node_path != span.node_path)
    with reading() as connection:
        return int(connection.scalar(query) or 0)


def _period_sum(row: Any) -> PeriodSum:
    return PeriodSum(
        participant_id=row.participant_id,
        team_id=row.team_id,
        asset=row.asset,
        board=row.board,
        node_path=row.node_path,
        amount=int(row.amount),
        last_gain_at=row.last_gain_at,
    )
