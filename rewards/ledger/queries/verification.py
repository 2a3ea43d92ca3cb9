"""Whether the books agree with themselves: I1 to I4.

Each check takes the connection of one snapshot, so that all of them judge the
same moment.
"""

from typing import Any

import sqlalchemy as sa

from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of

from ..models import AccountRow, EntryRow, HoldRow, PostingRow, SealRow
from ..types import EARNING_REASONS, AccountKind, HoldStatus, Reason

_accounts = table_of(AccountRow)
_entries = table_of(EntryRow)
_holds = table_of(HoldRow)
_postings = table_of(PostingRow)
_seals = table_of(SealRow)


_short = sa.case(
    (_accounts.c.held > _accounts.c.balance, _accounts.c.held - _accounts.c.balance), else_=0
)


def within(query: sa.Select[Any], scope: Scope) -> sa.Select[Any]:
    """Narrow a query of entries to those of *scope*."""
    if scope.is_whole:
        return query
    return query.join(_seals, _seals.c.entry_id == _entries.c.id).where(
        _seals.c.seq > scope.after, _seals.c.seq <= scope.through
    )


def list_unbalanced(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return the entries whose postings do not sum to zero or are not what the entry says (I1)."""
    is_own = sa.and_(
        _accounts.c.participant_id == _entries.c.participant_id,
        _accounts.c.asset == _entries.c.asset,
    )
    total = sa.func.sum(_postings.c.amount)
    own = sa.func.coalesce(sa.func.sum(sa.case((is_own, _postings.c.amount), else_=0)), 0)
    strange = sa.func.sum(sa.case((_accounts.c.asset != _entries.c.asset, 1), else_=0))
    query = within(
        sa.select(
            _entries.c.id,
            _entries.c.amount,
            total.label("total"),
            own.label("own"),
            strange.label("strange"),
        ).select_from(_entries),
        scope,
    )
    rows = connection.execute(
        query.outerjoin(_postings, _postings.c.entry_id == _entries.c.id)
        .outerjoin(_accounts, _accounts.c.id == _postings.c.account_id)
        .group_by(_entries.c.id, _entries.c.amount)
        .having(
            sa.or_(sa.func.coalesce(total, 1) != 0, own != _entries.c.amount, strange > 0),
        )
        .limit(FOUND_MAX)
    )
    return tuple(_unbalanced(row) for row in rows)


def list_wrong_accounts(connection: sa.Connection, _scope: Scope) -> tuple[Violation, ...]:
    """Return the accounts whose sums are not those of their rows (I2)."""
    posted = _sum_by_account(_postings)
    held = _sum_by_account(_holds, _holds.c.status == HoldStatus.OPEN)
    earned = (
        sa.select(
            _entries.c.participant_id,
            _entries.c.asset,
            sa.func.sum(_entries.c.amount).label("amount"),
        )
        .where(_entries.c.reason.in_(sorted(EARNING_REASONS)))
        .group_by(_entries.c.participant_id, _entries.c.asset)
        .subquery()
    )
    sums = [sa.func.coalesce(part.c.amount, 0) for part in (posted, held, earned)]
    kept = [_accounts.c.balance, _accounts.c.held, _accounts.c.earned]
    rows = connection.execute(
        sa.select(_accounts.c.id, *kept, *(sums[i].label(f"sum_{i}") for i in range(len(sums))))
        .outerjoin(posted, posted.c.account_id == _accounts.c.id)
        .outerjoin(held, held.c.account_id == _accounts.c.id)
        .outerjoin(
            earned,
            sa.and_(
                earned.c.participant_id == _accounts.c.participant_id,
                earned.c.asset == _accounts.c.asset,
            ),
        )
        .where(
            _accounts.c.kind == AccountKind.PARTICIPANT,
            sa.or_(*(column != total for column, total in zip(kept, sums, strict=True))),
        )
        .limit(FOUND_MAX)
    )
    return tuple(
        Violation(
            invariant="I2",
            subject=f"account:{row.id}",
            expected=f"balance {row.sum_0}, held {row.sum_1}, earned {row.sum_2}",
            found=f"balance {row.balance}, held {row.held}, earned {row.earned}",
        )
        for row in rows
    )


def list_overdrawn(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return the accounts that are, or in the order of the chain ever were, below zero (I3)."""
    now_below = connection.execute(
        sa.select(_accounts.c.id, _accounts.c.balance, _accounts.c.held, _accounts.c.debt)
        .where(
            sa.or_(
                _accounts.c.held < 0,
                _accounts.c.debt != _short,
            )
        )
        .limit(FOUND_MAX)
    )
    standing = tuple(
        Violation(
            invariant="I3",
            subject=f"account:{row.id}",
            expected="0 or more available, or a debt of what is missing",
            found=f"balance {row.balance}, held {row.held}, debt {row.debt}",
        )
        for row in now_below
    )
    running = _running(scope).subquery()
    once_below = connection.execute(
        sa.select(running)
        # Only a reversal may leave less than nothing; what follows may repay it.
        .where(running.c.running < 0, running.c.amount < 0, running.c.reason != Reason.REVERSAL)
        .order_by(running.c.seq)
        .limit(FOUND_MAX)
    )
    return standing + tuple(
        Violation(
            invariant="I3",
            subject=f"entry:{row.id}",
            expected="0 or more after it",
            found=f"{row.running} after seal {row.seq}",
        )
        for row in once_below
    )


def list_double_credits(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return attendances that one rule credited more than once (I4)."""
    key = ("participant_id", "occasion_id", "rule_code", "asset")
    is_attendance = _entries.c.reason == Reason.ATTENDANCE
    new = within(sa.select(*(_entries.c[name] for name in key)).distinct(), scope)
    judged = new.where(is_attendance).subquery()
    each, undone = sa.alias(_entries), sa.alias(_entries)
    standing = sa.func.sum(sa.case((undone.c.id.is_(None), 1), else_=0))
    # What was undone as a mistake is credited once more, and taken back before.
    is_twice = sa.func.count() > sa.func.count(each.c.renewal.distinct())
    rows = connection.execute(
        sa.select(each.c.occasion_id, each.c.rule_code, each.c.asset, sa.func.count().label("n"))
        .join(judged, sa.and_(*(each.c[name] == judged.c[name] for name in key)))
        .outerjoin(undone, undone.c.reverses_id == each.c.id)
        .where(each.c.reason == Reason.ATTENDANCE)
        .group_by(*(each.c[name] for name in key))
        .having(sa.or_(is_twice, standing > 1))
        .limit(FOUND_MAX)
    )
    return tuple(
        Violation(
            invariant="I4",
            subject=f"occasion:{row.occasion_id}",
            expected=f"one credit of {row.asset.value} by {row.rule_code} for each person",
            found=f"{row.n} for one person",
        )
        for row in rows
    )


def _unbalanced(row: Any) -> Violation:
    if row.total != 0:
        expected, found = "postings that sum to 0", f"a sum of {row.total}"
    elif row.strange:
        expected, found = "postings of one asset", f"{row.strange} of another"
    else:
        expected, found = f"{row.amount} on its account", f"{row.own} on its account"
    return Violation(invariant="I1", subject=f"entry:{row.id}", expected=expected, found=found)


def _sum_by_account(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.Subquery:
    return (
        sa.select(table.c.account_id, sa.func.sum(table.c.amount).label("amount"))
        .where(*conditions)
        .group_by(table.c.account_id)
        .subquery()
    )


def _running(scope: Scope) -> sa.Select[Any]:
    owner = (_entries.c.participant_id, _entries.c.asset)
    query = sa.select(
        _entries.c.id,
        _entries.c.amount,
        _entries.c.reason,
        _seals.c.seq,
        sa.func.sum(_entries.c.amount)
        .over(partition_by=owner, order_by=_seals.c.seq)
        .label("running"),
    ).join_from(_entries, _seals, _seals.c.entry_id == _entries.c.id)
    if scope.is_whole:
        return query
    # Only what lowered a balance can have brought it below zero.
    spenders = within(sa.select(_entries.c.participant_id), scope).where(_entries.c.amount < 0)
    return query.where(_entries.c.participant_id.in_(spenders))
