"""Points of one person in one calendar period, where they exceed what was allowed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.checks import FOUND_MAX, Scope
from rewards.core.db import table_of
from rewards.core.periods import Period, period_bounds

from ..models import EntryRow
from ..types import RULED_REASONS, Asset, ExcessFact
from .verification import within

Limits = Mapping[int, int | None]

_NO_LIMIT = 2**62
_MONTHS_OF_QUARTER = 3

_entries = table_of(EntryRow)
_day = _entries.c.business_date


def list_above_by_rule(
    connection: sa.Connection, scope: Scope, *, period: Period, limits: Mapping[str, Limits]
) -> tuple[ExcessFact, ...]:
    """Return what each rule gave in a period above the limit of its version.

    Of several versions the highest limit holds.
    """
    by_code = [
        (_entries.c.rule_code == code, _limit_of(own)) for code, own in sorted(limits.items())
    ]
    of_code = sa.case(*by_code, else_=_no_limit())
    # As long as no cap was ever changed, it needs no look at each row.
    is_simple = all(len(set(own.values())) == 1 for own in limits.values())
    return _list_above(
        connection,
        scope,
        period=period,
        limit=of_code if is_simple else sa.func.max(of_code),
        where=_entries.c.rule_code.in_(sorted(limits)),
        rule_code=_entries.c.rule_code,
    )


def list_above_together(
    connection: sa.Connection,
    scope: Scope,
    *,
    period: Period,
    code: str,
    limits: Limits,
    others: Mapping[str, frozenset[int]],
) -> tuple[ExcessFact, ...]:
    """Return what a rule gave in a period above its limit, along with the versions of *others*."""
    is_own = _entries.c.rule_code == code
    is_other = (
        sa.and_(_entries.c.rule_code == other, _entries.c.rule_version.in_(sorted(versions)))
        for other, versions in sorted(others.items())
    )
    # Where the others stand alone, the most that the rule ever allowed.
    known = [limit for limit in limits.values() if limit is not None]
    highest = _NO_LIMIT if None in limits.values() else max(known, default=_NO_LIMIT)
    return _list_above(
        connection,
        scope,
        period=period,
        limit=sa.func.coalesce(
            sa.func.max(sa.case((is_own, _limit_of(limits)))), sa.literal(highest, sa.BigInteger)
        ),
        where=sa.or_(is_own, *is_other),
        rule_code=sa.literal(code),
    )


def list_above_overall(
    connection: sa.Connection,
    scope: Scope,
    *,
    period: Period,
    limits: Sequence[tuple[datetime, int | None]],
) -> tuple[ExcessFact, ...]:
    """Return what all rules gave in a period above the limit of then: each from its moment on.

    What was withheld is judged by the rules of when it was done, and posted later.
    """
    return _list_above(
        connection,
        scope,
        period=period,
        limit=_higher(
            _limit_at(_entries.c.posted_at, limits), _limit_at(_entries.c.occurred_at, limits)
        ),
        where=_entries.c.rule_code != "",
        rule_code=sa.literal(""),
    )


def _list_above(
    connection: sa.Connection,
    scope: Scope,
    *,
    period: Period,
    limit: sa.ColumnElement[Any],
    where: sa.ColumnElement[bool],
    rule_code: sa.ColumnElement[str],
) -> tuple[ExcessFact, ...]:
    points = sa.func.sum(_entries.c.amount)
    by_rule = (rule_code,) if rule_code is _entries.c.rule_code else ()
    is_sqlite = connection.dialect.name == "sqlite"
    rows = connection.execute(
        _concerned(connection, scope, period)
        .add_columns(
            _entries.c.participant_id,
            rule_code.label("rule_code"),
            sa.func.min(_day).label("day"),
            points.label("points"),
            limit.label("allowed"),
        )
        .where(where)
        .group_by(_entries.c.participant_id, *by_rule, *_group(period, is_sqlite=is_sqlite))
        .having(points > limit)
        .limit(FOUND_MAX)
    )
    return tuple(
        ExcessFact(
            participant_id=ParticipantId(row.participant_id),
            rule_code=row.rule_code,
            day=row.day,
            points=int(row.points),
            limit=int(row.allowed),
        )
        for row in rows
    )


def _concerned(connection: sa.Connection, scope: Scope, period: Period) -> sa.Select[Any]:
    query = sa.select().where(
        _entries.c.reason.in_(sorted(RULED_REASONS)), _entries.c.asset == Asset.POINTS
    )
    if scope.is_whole:
        return query
    # A sum changes with what is new, but is made of what is old as well.
    first = connection.scalar(within(sa.select(sa.func.min(_day)), scope))
    people = within(sa.select(_entries.c.participant_id), scope)
    start, _ = period_bounds(period, first or scope.now.date())
    return query.where(_entries.c.participant_id.in_(people), _day >= start)


def _group(period: Period, *, is_sqlite: bool) -> tuple[sa.ColumnElement[Any], ...]:
    year, month = sa.extract("year", _day), sa.extract("month", _day)
    # SQLite goes on to the Sunday, from which its Monday is six days back.
    week = (
        sa.func.date(_day, "weekday 0", "-6 days")
        if is_sqlite
        else sa.func.date_trunc("week", _day)
    )
    quarter = sa.cast(month + 2, sa.Integer) // _MONTHS_OF_QUARTER
    groups: dict[Period, tuple[sa.ColumnElement[Any], ...]] = {
        Period.DAY: (_day,),
        Period.WEEK: (week,),
        Period.MONTH: (year, month),
        Period.QUARTER: (year, quarter),
        Period.YEAR: (year,),
        Period.LIFETIME: (),
    }
    return groups[period]


def _limit_of(limits: Limits) -> sa.ColumnElement[int]:
    if len(set(limits.values())) == 1:
        return _or_none(next(iter(limits.values())))
    return sa.case(
        {version: _or_none(limit) for version, limit in limits.items()},
        value=_entries.c.rule_version,
        else_=_no_limit(),
    )


def _limit_at(
    at: sa.ColumnElement[datetime], limits: Sequence[tuple[datetime, int | None]]
) -> sa.ColumnElement[int]:
    if len({limit for _, limit in limits}) == 1:
        return _or_none(limits[0][1])
    steps = [(at >= moment, _or_none(limit)) for moment, limit in reversed(limits)]
    return sa.func.max(sa.case(*steps, else_=_no_limit()))


def _higher(one: sa.ColumnElement[int], other: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.case((one > other, one), else_=other)


def _or_none(limit: int | None) -> sa.ColumnElement[int]:
    return _no_limit() if limit is None else sa.literal(limit, sa.BigInteger)


def _no_limit() -> sa.ColumnElement[int]:
    return sa.literal(_NO_LIMIT, sa.BigInteger)
