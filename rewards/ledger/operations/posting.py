"""Posting entries: the only way points and minutes come and go."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.core.db import Steps, constraint_of, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation

from .. import rules
from ..errors import AlreadyCreditedError, AlreadyPostedError, AlreadyReversedError
from ..models import AccountRow, EntryRow, LotRow, OutboxRow, PostingRow
from ..types import (
    EARNING_REASONS,
    REVERSING_REASONS,
    SYSTEM_ACCOUNTS,
    AccountKind,
    Asset,
    Balance,
    EntryDraft,
    EntryId,
    Reason,
)
from . import lots
from .accounts import lowered_debt
from .closing import find_counted_on

_CONTRA = {
    Reason.ATTENDANCE: AccountKind.ISSUED,
    Reason.AWARD: AccountKind.ISSUED,
    Reason.ADJUSTMENT: AccountKind.ISSUED,
    Reason.BACKFILL: AccountKind.ISSUED,
    Reason.REVERSAL: AccountKind.ISSUED,
    Reason.REDEMPTION: AccountKind.REDEEMED,
    Reason.REFUND: AccountKind.REDEEMED,
    Reason.EXPIRY: AccountKind.EXPIRED,
}
_REFUSALS = {
    "uq_ledger_entries__attendance": AlreadyCreditedError,
    "uq_ledger_entries__decided": AlreadyPostedError,
    "uq_ledger_entries__reverses_id": AlreadyReversedError,
}

_accounts = table_of(AccountRow)
_entries = table_of(EntryRow)
_postings = table_of(PostingRow)
_lots = table_of(LotRow)
_entry_id: sa.BindParameter[Any] = sa.bindparam("the_id", type_=sa.Uuid())
_account_id: sa.BindParameter[Any] = sa.bindparam("the_account_id", type_=sa.Uuid())
_amount: sa.BindParameter[int] = sa.bindparam("the_amount", type_=sa.BigInteger)

_write = (
    sa.insert(_entries).values(
        {
            column.name: _amount if column.name == "amount" else sa.bindparam(f"the_{column.name}")
            for column in _entries.columns
        }
    ),
    # Not VALUES of two rows: SQLAlchemy would compile the whole statement anew each time.
    sa.insert(_postings).from_select(
        ["entry_id", "account_id", "amount"],
        sa.union_all(
            sa.select(_entry_id, _account_id, _amount),
            sa.select(
                _entry_id,
                sa.bindparam("the_contra_id", type_=sa.Uuid()),
                sa.bindparam("the_contra_amount", type_=sa.BigInteger()),
            ),
        ),
    ),
    sa.insert(table_of(OutboxRow)).values(entry_id=_entry_id),
)
_after = _accounts.c.balance + _amount
_granted = sa.case((_accounts.c.balance >= 0, _amount), else_=_after)
# Before the balance changes: what repays a debt is of no lot.
_open_lot = sa.insert(_lots).from_select(
    ["entry_id", "account_id", "amount", "remaining", "valid_until"],
    sa.select(
        _entry_id,
        _accounts.c.id,
        _granted,
        _granted,
        sa.bindparam("the_valid_until", type_=sa.Date()),
    ).where(_accounts.c.id == _account_id, _after > 0),
)


def _move(debt: sa.ColumnElement[int]) -> sa.Update:
    return (
        sa.update(_accounts)
        .where(_accounts.c.id == _account_id)
        .values(
            balance=_after,
            earned=_accounts.c.earned + sa.bindparam("the_earned_amount"),
            debt=debt,
        )
    )


_short = _accounts.c.held - _after
_post = Steps(*_write, _move(lowered_debt(_amount)))
_post_with_lot = Steps(*_write, _open_lot, _move(lowered_debt(_amount)))
_reverse = Steps(*_write, _move(sa.case((_short > 0, _short), else_=0)))


@operation
def post_entry(draft: EntryDraft, *, account: Balance, now: datetime) -> EntryId:
    """Post *draft* to *account*, as `lock_account` returned it, balanced by the system's.

    Points that come in are a lot, which repays a debt first; those that go
    are taken from the oldest lots.

    :raises AlreadyCreditedError: if this attendance was credited by this rule before.
    :raises AlreadyPostedError: if what was decided by hand was posted before.
    :raises AccountInDebtError: if points are taken while some are still owed.
    :raises InsufficientPointsError: if more are taken than are available.
    """
    if draft.reason in REVERSING_REASONS:
        raise ValueError("an entry is reversed by reverse_entry")
    if draft.asset is not Asset.POINTS:
        return write(_post, draft, account=account, now=now)
    if draft.amount > 0:
        return write(_post_with_lot, draft, account=account, now=now)
    rules.check_available(account, required=-draft.amount)
    return post_taking(draft, account=account, now=now)


def post_taking(draft: EntryDraft, *, account: Balance, now: datetime) -> EntryId:
    """Post an entry that takes points which are known to be there, the oldest first."""
    entry_id = write(_post, draft, account=account, now=now)
    lots.spend(account.account_id, entry_id, -draft.amount)
    return entry_id


def post_reversing(draft: EntryDraft, *, account: Balance, now: datetime) -> EntryId:
    """Post an entry that may leave a debt, and leave the lots to whoever calls."""
    return write(_reverse, draft, account=account, now=now)


def post_returning(draft: EntryDraft, *, account: Balance, now: datetime) -> EntryId:
    """Post an entry that gives points back to lots there are already."""
    return write(_post, draft, account=account, now=now)


def write(steps: Steps, draft: EntryDraft, *, account: Balance, now: datetime) -> EntryId:
    """Write an entry with its postings, its place in the outbox and the new balance.

    :raises BooksFrozenError: if the books are frozen.
    """
    rules.check_thawed(account)
    entry_id = new_id()
    values = {
        "the_id": entry_id,
        "the_account_id": account.account_id,
        "the_contra_id": SYSTEM_ACCOUNTS[_CONTRA[draft.reason], draft.asset],
        "the_contra_amount": -draft.amount,
        "the_earned_amount": draft.amount if draft.reason in EARNING_REASONS else 0,
        "the_participant_id": draft.participant_id,
        "the_asset": draft.asset,
        "the_amount": draft.amount,
        "the_reason": draft.reason,
        "the_source_id": draft.source_id,
        "the_occasion_id": draft.occasion_id,
        "the_rule_code": draft.rule_code,
        "the_rule_version": draft.rule_version,
        "the_board": draft.board,
        "the_node_id": draft.node_id,
        "the_node_path": draft.node_path,
        "the_actor": draft.actor,
        "the_occurred_at": draft.occurred_at,
        "the_posted_at": now,
        "the_business_date": draft.business_date,
        "the_details": draft.details,
        "the_reverses_id": draft.reverses_id,
        "the_team_id": draft.team_id,
        "the_counted_on": find_counted_on(draft, now=now),
        "the_renewal": draft.renewal,
    }
    if steps is _post_with_lot:
        values["the_valid_until"] = rules.valid_until(draft.business_date)
    try:
        steps.execute(values)
    except IntegrityError as error:
        refusal = _REFUSALS.get(constraint_of(error))
        if refusal is None:
            raise
        raise refusal from error
    return EntryId(entry_id)
