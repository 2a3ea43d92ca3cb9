"""The sums of accounts (I2), so that a check each minute costs little however long the books are.

One changed balance, hold or posting shows in the sums over all accounts. Those
touched since the last check are compared one by one, and so is a part of the
others in turn: what cancels out, and what was earned, is found when their turn
comes.
"""

import sqlalchemy as sa

from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of

from ..models import AccountRow, EntryRow, HoldRow, OutboxRow, PostingRow
from ..types import EARNING_REASONS, AccountKind, HoldStatus
from .verification import list_wrong_accounts, within

# In so many checks, so many minutes, every account has had its turn.
TURNS = 16
SECONDS_OF_A_TURN = 60

_accounts = table_of(AccountRow)
_entries = table_of(EntryRow)
_holds = table_of(HoldRow)
_outbox = table_of(OutboxRow)
_postings = table_of(PostingRow)
is_owned = _accounts.c.kind == AccountKind.PARTICIPANT


def list_wrong_sums(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return the accounts whose sums are not those of their rows (I2)."""
    if scope.is_whole or not _do_totals_agree(connection):
        # Naming rows takes longer than adding them up.
        return list_wrong_accounts(connection, scope)
    balance = summed(_postings, _postings.c.amount, _postings.c.account_id == _accounts.c.id)
    held = summed(
        _holds,
        _holds.c.amount,
        _holds.c.account_id == _accounts.c.id,
        _holds.c.status == HoldStatus.OPEN,
    )
    earned = summed(
        _entries,
        _entries.c.amount,
        _entries.c.participant_id == _accounts.c.participant_id,
        _entries.c.asset == _accounts.c.asset,
        _entries.c.reason.in_(sorted(EARNING_REASONS)),
    )
    sums = (
        sa.select(
            _accounts.c.id,
            _accounts.c.balance,
            _accounts.c.held,
            _accounts.c.earned,
            balance.label("posted"),
            held.label("set_aside"),
            earned.label("gained"),
        )
        .where(is_owned, concerned(connection, scope))
        .subquery()
    )
    rows = connection.execute(
        sa.select(sums)
        .where(
            sa.or_(
                sums.c.balance != sums.c.posted,
                sums.c.held != sums.c.set_aside,
                sums.c.earned != sums.c.gained,
            )
        )
        .limit(FOUND_MAX)
    )
    return tuple(
        Violation(
            invariant="I2",
            subject=f"account:{row.id}",
            expected=f"balance {row.posted}, held {row.set_aside}, earned {row.gained}",
            found=f"balance {row.balance}, held {row.held}, earned {row.earned}",
        )
        for row in rows
    )


def summed(
    table: sa.Table, column: sa.ColumnElement[int], *conditions: sa.ColumnElement[bool]
) -> sa.ScalarSelect[int]:
    """Return the sum of a column over the rows that meet *conditions*, 0 if there is none."""
    total = sa.func.coalesce(sa.func.sum(column), 0)
    return sa.select(total).select_from(table).where(*conditions).scalar_subquery()


def concerned(connection: sa.Connection, scope: Scope) -> sa.ColumnElement[bool]:
    """Return the condition of accounts to compare: touched, or having their turn."""
    return sa.or_(_was_touched(scope), _has_its_turn(connection, scope))


def _do_totals_agree(connection: sa.Connection) -> bool:
    of_system = sa.select(_accounts.c.id).where(sa.not_(is_owned))
    posted = sa.case((_postings.c.account_id.in_(of_system), 0), else_=_postings.c.amount)
    totals = (
        summed(_postings, posted),
        summed(_accounts, _accounts.c.balance),
        summed(_holds, _holds.c.amount, _holds.c.status == HoldStatus.OPEN),
        summed(_accounts, _accounts.c.held),
    )
    row = connection.execute(sa.select(*totals)).one()
    return bool(row[0] == row[1] and row[2] == row[3])


def _was_touched(scope: Scope) -> sa.ColumnElement[bool]:
    sealed = within(sa.select(_entries.c.id), scope)
    waiting = sa.select(_outbox.c.entry_id)
    touched = sa.union_all(sealed, waiting).subquery()
    return _accounts.c.id.in_(
        sa.select(_postings.c.account_id).join(touched, touched.c.id == _postings.c.entry_id)
    )


def _has_its_turn(connection: sa.Connection, scope: Scope) -> sa.ColumnElement[bool]:
    count = connection.scalar(sa.select(sa.func.count()).select_from(_accounts)) or 0
    size = -(-count // TURNS)
    turn = int(scope.now.timestamp()) // SECONDS_OF_A_TURN % TURNS
    part = sa.select(_accounts.c.id).order_by(_accounts.c.id).offset(turn * size).limit(size)
    # One more level, or it would be correlated with the accounts that are compared.
    return _accounts.c.id.in_(sa.select(part.subquery().c.id))
