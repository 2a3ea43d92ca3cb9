"""What was earned, summed: boards straight from the books, and the fold that boards are made of."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import is_sqlite, reading, snapshot

from ..models import EntryRow, SealRow
from ..types import EARNING_REASONS, Asset, EarnedBy, EarnedSpan, EarnedStanding, EarnedSum

FETCH_ROWS = 2_000

# Every node's label has as many characters as this, so a path is cut by counting.
_LABEL_LENGTH = 8
# The day whose boards count an entry.
_counted_on = sa.func.coalesce(EntryRow.counted_on, EntryRow.business_date)
_FOLDED_BY: dict[EarnedBy, sa.ColumnElement[Any] | None] = {
    EarnedBy.PARTICIPANT: EntryRow.participant_id.expression,
    EarnedBy.TEAM: EntryRow.team_id.expression,
    EarnedBy.NODE: None,
}


def list_standings(span: EarnedSpan, *, first: int, last: int) -> tuple[EarnedStanding, ...]:
    """Return who stands on places *first* to *last*, counted from 1, in order."""
    ranked = _rank(span)
    query = (
        sa.select(ranked).where(ranked.c.place.between(first, last)).order_by(ranked.c.place.asc())
    )
    with reading() as connection:
        rows = connection.execute(query).all()
    return tuple(_standing(row) for row in rows)


def list_ranked(span: EarnedSpan, *, limit: int) -> Iterator[tuple[UUID | str, int, int]]:
    """Yield who earned something, with the sum and its steps, in order, *limit* of them at most."""
    totals = _total(span).having(sa.func.sum(EntryRow.amount) > 0).subquery()
    query = (
        sa.select(totals)
        .order_by(totals.c.amount.desc(), totals.c.steps.asc(), totals.c.earner.desc())
        .limit(limit)
    )
    with reading() as connection:
        for row in connection.execute(query):
            yield row.earner, int(row.amount), int(row.steps)


def list_standings_after(
    span: EarnedSpan, *, amount: int, steps: int, earner: UUID | str, limit: int
) -> tuple[EarnedStanding, ...]:
    """Return *limit* who stand after where *earner* stood with *amount* and *steps*."""
    ranked = _rank(span)
    is_after = sa.or_(
        ranked.c.amount < amount,
        sa.and_(ranked.c.amount == amount, ranked.c.steps > steps),
        sa.and_(ranked.c.amount == amount, ranked.c.steps == steps, ranked.c.earner < earner),
    )
    query = sa.select(ranked).where(is_after).order_by(ranked.c.place.asc()).limit(limit)
    with reading() as connection:
        rows = connection.execute(query).all()
    return tuple(_standing(row) for row in rows)


def find_standing(span: EarnedSpan, earner: UUID | str) -> EarnedStanding | None:
    """Return where somebody stands, or None if they earned nothing that counts."""
    ranked = _rank(span)
    query = sa.select(ranked).where(ranked.c.earner == earner)
    with reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _standing(row)


def find_next_amount(span: EarnedSpan, *, above: int) -> int | None:
    """Return the smallest sum of anyone that is greater than *above*."""
    totals = _total(span).having(sa.func.sum(EntryRow.amount) > above).subquery()
    with reading() as connection:
        amount = connection.scalar(sa.select(sa.func.min(totals.c.amount)))
    return None if amount is None else int(amount)


def list_totals(
    span: EarnedSpan, *, through: int, earners: Collection[UUID | str] | None = None
) -> tuple[tuple[UUID | str, int, int], ...]:
    """Return every earner's sum, zeros too, with its steps, from the seals up to *through*.

    With *earners*, only theirs.
    """
    query = (
        _total(span).join(SealRow, SealRow.entry_id == EntryRow.id).where(SealRow.seq <= through)
    )
    if earners is not None:
        query = query.where(_earner(span).in_(earners))
    with snapshot() as connection:
        rows = connection.execute(query).all()
    return tuple((row.earner, int(row.amount), int(row.steps)) for row in rows)


def count_earned(*, through: int, node_path: str) -> int:
    """Return how many seals up to *through* hold something earned below *node_path*."""
    query = (
        sa.select(sa.func.count())
        .select_from(EntryRow)
        .join(SealRow, SealRow.entry_id == EntryRow.id)
        .where(SealRow.seq <= through, *earned_below(node_path))
    )
    with snapshot() as connection:
        return int(connection.scalar(query) or 0)


def sum_earned(
    *, node_path: str, asset: Asset, start: date | None = None, end: date | None = None
) -> int:
    """Return what was earned in a branch by everybody, from *start* to *end*, both included."""
    query = sa.select(sa.func.sum(EntryRow.amount)).where(
        EntryRow.asset == asset, *earned_below(node_path)
    )
    if start is not None:
        query = query.where(_counted_on >= start)
    if end is not None:
        query = query.where(_counted_on <= end)
    with reading() as connection:
        return int(connection.scalar(query) or 0)


def list_earners(span: EarnedSpan, *, through: int) -> tuple[UUID | str, ...]:
    """Return everybody who has a sum, be it zero, from the seals up to *through*."""
    query = (
        _total(span).join(SealRow, SealRow.entry_id == EntryRow.id).where(SealRow.seq <= through)
    )
    with snapshot() as connection:
        return tuple(connection.scalars(query.with_only_columns(_earner(span))))


def count_earners(span: EarnedSpan, *, through: int) -> int:
    """Return how many have a sum, be it zero, from the seals up to *through*."""
    query = (
        _total(span).join(SealRow, SealRow.entry_id == EntryRow.id).where(SealRow.seq <= through)
    )
    with snapshot() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0)


@contextmanager
def open_fold(
    *,
    through: int,
    node_path: str,
    by: EarnedBy = EarnedBy.PARTICIPANT,
    after: int = 0,
    participants: Collection[UUID] | None = None,
) -> Iterator[Iterator[EarnedSum]]:
    """Open a stream of all sums of the seals up to *through* below *node_path*.

    Those of one participant or team come together; by node, the sums are
    those of everybody. With *after* only later seals count, with
    *participants* only their entries. Only a few rows are held at a time.
    """
    amount = sa.func.sum(EntryRow.amount)
    counted_on = _counted_on.label("counted_on")
    places = (EntryRow.asset, EntryRow.board, EntryRow.node_path, counted_on)
    earner = _FOLDED_BY[by]
    grain = places if earner is None else (earner, *places)
    query = (
        sa.select(
            (sa.null() if earner is None else earner).label("earner"),
            *places,
            amount.label("amount"),
            last_gain_at().label("last_gain_at"),
            sa.func.count().label("entries"),
        )
        .join(SealRow, SealRow.entry_id == EntryRow.id)
        .where(SealRow.seq <= through, *earned_below(node_path))
        .group_by(*grain)
        .order_by(*grain[:1])
    )
    if by is EarnedBy.TEAM:
        query = query.where(EntryRow.team_id.is_not(None))
    if after:
        query = query.where(SealRow.seq > after)
    if participants is not None:
        query = query.where(EntryRow.participant_id.in_(participants))
    with snapshot() as connection:
        streamed = connection.execution_options(stream_results=True, yield_per=FETCH_ROWS)
        yield (_earned_sum(row) for row in streamed.execute(query))


def earned_below(node_path: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of what was earned at *node_path* and below it."""
    return (
        EntryRow.reason.in_(sorted(EARNING_REASONS)),
        EntryRow.node_path.startswith(node_path, autoescape=True),
    )


def last_gain_at() -> sa.Function[Any]:
    """Return when the last positive entry of a group was posted."""
    return sa.func.max(sa.case((EntryRow.amount > 0, EntryRow.posted_at)))


def _total(span: EarnedSpan) -> sa.Select[*tuple[Any, ...]]:
    earner = _earner(span)
    query = (
        sa.select(
            earner.label("earner"),
            sa.cast(sa.func.sum(EntryRow.amount), sa.BigInteger).label("amount"),
            _steps(span).label("steps"),
        )
        .where(EntryRow.asset == span.asset, *earned_below(span.node_path))
        .group_by(earner)
    )
    if span.by is EarnedBy.TEAM:
        query = query.where(EntryRow.team_id.is_not(None))
    if span.by is EarnedBy.NODE:
        # What is earned at the node itself is of none of those below it.
        query = query.where(EntryRow.node_path != span.node_path)
    if span.board is not None:
        query = query.where(EntryRow.board == span.board)
    if span.start is not None and span.end is not None:
        query = query.where(is_counted_within(span.start, span.end))
    return query


def is_counted_within(start: date, end: date) -> sa.ColumnElement[bool]:
    """Return the condition of what boards count from *start* to *end*, both included."""
    # Two conditions, each with an index of its own.
    return sa.or_(
        sa.and_(EntryRow.counted_on.is_(None), EntryRow.business_date.between(start, end)),
        EntryRow.counted_on.between(start, end),
    )


def _earner(span: EarnedSpan) -> sa.ColumnElement[Any]:
    match span.by:
        case EarnedBy.PARTICIPANT:
            return EntryRow.participant_id.expression
        case EarnedBy.TEAM:
            return EntryRow.team_id.expression
        case EarnedBy.NODE:
            return sa.func.substr(EntryRow.node_path, len(span.node_path) + 1, _LABEL_LENGTH)


def _steps(span: EarnedSpan) -> sa.ColumnElement[int]:
    seconds = sa.cast(_whole_seconds(last_gain_at()), sa.BigInteger)
    steps = (seconds - span.origin) // span.step_seconds
    return sa.case(
        (steps.is_(None), 0), (steps < 0, 0), (steps > span.steps_max, span.steps_max), else_=steps
    )


def _whole_seconds(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    # PostgreSQL gives fractions and would round them up when cast.
    seconds = sa.extract("epoch", moment)
    return seconds if is_sqlite() else sa.func.floor(seconds)


def _rank(span: EarnedSpan) -> sa.Subquery:
    totals = _total(span).having(sa.func.sum(EntryRow.amount) > 0).subquery()
    return sa.select(
        totals.c.earner,
        totals.c.amount,
        totals.c.steps,
        sa.func.rank().over(order_by=totals.c.amount.desc()).label("rank"),
        sa.func.row_number()
        .over(order_by=(totals.c.amount.desc(), totals.c.steps.asc(), totals.c.earner.desc()))
        .label("place"),
    ).subquery()


def _standing(row: Any) -> EarnedStanding:
    return EarnedStanding(
        earner=row.earner,
        amount=int(row.amount),
        steps=int(row.steps),
        rank=row.rank,
        place=row.place,
    )


def _earned_sum(row: Any) -> EarnedSum:
    return EarnedSum(
        earner=row.earner,
        asset=row.asset,
        board=row.board,
        node_path=row.node_path,
        counted_on=row.counted_on,
        amount=int(row.amount),
        last_gain_at=row.last_gain_at,
        count=row.entries,
    )
