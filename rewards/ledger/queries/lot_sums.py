"""Whether lots hold what they should: as much as the balance, and what was not used (I2)."""

from typing import Any

import sqlalchemy as sa

from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import table_of

from ..models import AccountRow, EntryRow, LotRow, LotUseRow
from ..types import Asset
from .sums import concerned, is_owned, summed
from .verification import within

_accounts = table_of(AccountRow)
_entries = table_of(EntryRow)
_lots = table_of(LotRow)
_uses = table_of(LotUseRow)
_above_zero = sa.case((_accounts.c.balance > 0, _accounts.c.balance), else_=0)


def list_wrong_lots(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return lots that are not what is left of them, and accounts that are not their lots (I2)."""
    return _list_wrong_rests(connection, scope) + _list_wrong_accounts(connection, scope)


def _list_wrong_accounts(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    left = summed(
        _lots, _lots.c.remaining, _lots.c.account_id == _accounts.c.id, _lots.c.remaining > 0
    )
    held = sa.select(_accounts.c.id, _above_zero.label("balance"), left.label("lots")).where(
        is_owned, _accounts.c.asset == Asset.POINTS
    )
    if not scope.is_whole and _do_totals_agree(connection):
        held = held.where(concerned(connection, scope))
    sums = held.subquery()
    rows = connection.execute(sa.select(sums).where(sums.c.balance != sums.c.lots).limit(FOUND_MAX))
    return tuple(
        Violation(
            invariant="I2",
            subject=f"account:{row.id}",
            expected=f"lots of {row.balance}",
            found=f"lots of {row.lots}",
        )
        for row in rows
    )


def _list_wrong_rests(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    used = summed(_uses, _uses.c.amount, _uses.c.lot_id == _lots.c.entry_id)
    query = sa.select(
        _lots.c.entry_id,
        _lots.c.amount,
        _lots.c.remaining,
        used.label("used"),
        _entries.c.amount.label("given"),
        _is_misplaced().label("is_misplaced"),
    ).outerjoin(_entries, _entries.c.id == _lots.c.entry_id)
    query = query.outerjoin(_accounts, _accounts.c.id == _lots.c.account_id)
    if not scope.is_whole:
        query = query.where(_lots.c.entry_id.in_(_touched(scope)))
    rests = query.subquery()
    rows = connection.execute(
        sa.select(rests)
        .where(
            sa.or_(
                rests.c.remaining != rests.c.amount - rests.c.used,
                rests.c.amount > rests.c.given,
                rests.c.is_misplaced,
            )
        )
        .limit(FOUND_MAX)
    )
    return tuple(_tell(row) for row in rows)


def _is_misplaced() -> sa.ColumnElement[bool]:
    # Whose the points are, and that they hold to the end of the year after.
    return sa.or_(
        _accounts.c.participant_id != _entries.c.participant_id,
        _accounts.c.asset != _entries.c.asset,
        sa.extract("year", _lots.c.valid_until) != sa.extract("year", _entries.c.business_date) + 1,
        sa.extract("month", _lots.c.valid_until) != 12,
        sa.extract("day", _lots.c.valid_until) != 31,
    )


def _tell(row: Any) -> Violation:
    if row.is_misplaced:
        expected, found = "the owner and the last day of its entry", "others"
    else:
        expected = f"{row.amount - row.used} left, of at most {row.given}"
        found = f"{row.remaining} left of {row.amount}"
    return Violation(invariant="I2", subject=f"lot:{row.entry_id}", expected=expected, found=found)


def _touched(scope: Scope) -> sa.Select[Any]:
    new = within(sa.select(_entries.c.id), scope)
    used = sa.select(_uses.c.lot_id).where(_uses.c.entry_id.in_(new))
    return sa.select(sa.union_all(new, used).subquery().c.id)


def _do_totals_agree(connection: sa.Connection) -> bool:
    left = summed(_lots, _lots.c.remaining, _lots.c.remaining > 0)
    held = summed(_accounts, _above_zero, is_owned, _accounts.c.asset == Asset.POINTS)
    row = connection.execute(sa.select(left, held)).one()
    return bool(row[0] == row[1])
