"""Posting entries: the only way points and minutes come and go."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.core.db import Steps, constraint_of, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation

from ..errors import AlreadyCreditedError
from ..models import AccountRow, EntryRow, OutboxRow, PostingRow
from ..types import SYSTEM_ACCOUNTS, AccountKind, Balance, EntryDraft, EntryId, Reason

_CONTRA = {Reason.ATTENDANCE: AccountKind.ISSUED, Reason.REDEMPTION: AccountKind.REDEEMED}

_accounts = table_of(AccountRow)
_entries = table_of(EntryRow)
_postings = table_of(PostingRow)
_entry_id: sa.BindParameter[Any] = sa.bindparam("the_id")
_account_id: sa.BindParameter[Any] = sa.bindparam("the_account_id")
_amount: sa.BindParameter[Any] = sa.bindparam("the_amount")

_post = Steps(
    sa.insert(_entries).values(
        {column.name: sa.bindparam(f"the_{column.name}") for column in _entries.columns}
    ),
    sa.insert(_postings).values(entry_id=_entry_id, account_id=_account_id, amount=_amount),
    sa.insert(_postings).values(
        entry_id=_entry_id,
        account_id=sa.bindparam("the_contra_id"),
        amount=sa.bindparam("the_contra_amount"),
    ),
    sa.insert(table_of(OutboxRow)).values(entry_id=_entry_id),
    sa.update(_accounts)
    .where(_accounts.c.id == _account_id)
    .values(
        balance=_accounts.c.balance + _amount,
        earned=_accounts.c.earned + sa.bindparam("the_earned_amount"),
    ),
)


@operation
def post_entry(draft: EntryDraft, *, account: Balance, now: datetime) -> EntryId:
    """Post *draft* to *account*, as `lock_account` returned it, balanced by the system's.

    :raises AlreadyCreditedError: if this attendance was credited by this rule before.
    """
    entry_id = new_id()
    try:
        _post.execute(
            {
                "the_id": entry_id,
                "the_account_id": account.account_id,
                "the_contra_id": SYSTEM_ACCOUNTS[_CONTRA[draft.reason], draft.asset],
                "the_contra_amount": -draft.amount,
                # Only awards are earned; spending lowers the balance and nothing else.
                "the_earned_amount": draft.amount if draft.reason is Reason.ATTENDANCE else 0,
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
            }
        )
    except IntegrityError as error:
        if constraint_of(error) == "uq_ledger_entries__attendance":
            raise AlreadyCreditedError from error
        raise
    return EntryId(entry_id)
