"""Posting entries: the only way points and minutes come and go."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.core.db import constraint_of, db
from rewards.core.ids import new_id
from rewards.core.unit import operation

from ..errors import AlreadyCreditedError
from ..models import AccountRow, EntryRow, OutboxRow, PostingRow
from ..types import AccountKind, Asset, Balance, EntryDraft, EntryId, Reason

_CONTRA = {Reason.ATTENDANCE: AccountKind.ISSUED, Reason.REDEMPTION: AccountKind.REDEEMED}


@operation
def post_entry(draft: EntryDraft, *, account: Balance, now: datetime) -> EntryId:
    """Post *draft* to *account*, as `lock_account` returned it, balanced by the system's.

    :raises AlreadyCreditedError: if this attendance was credited by this rule before.
    """
    entry_id = new_id()
    try:
        db.session.execute(
            sa.insert(EntryRow).values(
                id=entry_id,
                participant_id=draft.participant_id,
                asset=draft.asset,
                amount=draft.amount,
                reason=draft.reason,
                source_id=draft.source_id,
                occasion_id=draft.occasion_id,
                rule_code=draft.rule_code,
                rule_version=draft.rule_version,
                board=draft.board,
                node_id=draft.node_id,
                node_path=draft.node_path,
                actor=draft.actor,
                occurred_at=draft.occurred_at,
                posted_at=now,
                business_date=draft.business_date,
                details=draft.details,
            )
        )
    except IntegrityError as error:
        if constraint_of(error) == "uq_ledger_entries__attendance":
            raise AlreadyCreditedError from error
        raise
    db.session.execute(
        sa.insert(PostingRow).values(
            [
                {
                    "entry_id": entry_id,
                    "account_id": account.account_id,
                    "amount": draft.amount,
                },
                {
                    "entry_id": entry_id,
                    "account_id": _system_account(_CONTRA[draft.reason], draft.asset),
                    "amount": -draft.amount,
                },
            ]
        )
    )
    # Only awards are earned; spending lowers the balance and nothing else.
    earned = draft.amount if draft.reason is Reason.ATTENDANCE else 0
    db.session.execute(
        sa.update(AccountRow)
        .where(AccountRow.id == account.account_id)
        .values(balance=AccountRow.balance + draft.amount, earned=AccountRow.earned + earned)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(sa.insert(OutboxRow).values(entry_id=entry_id))
    return EntryId(entry_id)


def _system_account(kind: AccountKind, asset: Asset) -> sa.ScalarSelect[UUID]:
    return (
        sa.select(AccountRow.id)
        .where(AccountRow.kind == kind, AccountRow.asset == asset)
        .scalar_subquery()
    )
