"""Holds: points set aside, then spent or given back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import Steps, db, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation

from .. import rules
from ..errors import AccountInDebtError, HoldClosedError
from ..models import AccountRow, HoldRow
from ..types import AccountId, Asset, EntryDraft, EntryId, HoldId, HoldStatus
from .accounts import lock_account, lowered_debt
from .expiring import lock_spendable
from .posting import post_taking

_accounts = table_of(AccountRow)
_holds = table_of(HoldRow)
_account_id: sa.BindParameter[Any] = sa.bindparam("the_account_id")
_amount: sa.BindParameter[Any] = sa.bindparam("the_amount")

_place = Steps(
    sa.insert(_holds).values(
        id=sa.bindparam("the_id"),
        account_id=_account_id,
        amount=_amount,
        status=sa.bindparam("the_status"),
        source_id=sa.bindparam("the_source_id"),
        placed_at=sa.bindparam("the_moment"),
    ),
    sa.update(_accounts)
    .where(_accounts.c.id == _account_id)
    .values(held=_accounts.c.held + _amount),
)


@operation
def place_hold(
    *, participant_id: ParticipantId, amount: int, source_id: UUID, now: datetime
) -> HoldId:
    """Set *amount* points of the participant aside.

    Points whose day is over cannot be, whether or not their expiry was posted yet.

    :raises BooksFrozenError: if the books are frozen.
    :raises AccountInDebtError: if points that were taken back are still owed.
    :raises InsufficientPointsError: if fewer are available.
    """
    account = lock_spendable(participant_id=participant_id, now=now)
    rules.check_available(account, required=amount)
    hold_id = new_id()
    _place.execute(
        {
            "the_account_id": account.account_id,
            "the_amount": amount,
            "the_id": hold_id,
            "the_status": HoldStatus.OPEN,
            "the_source_id": source_id,
            "the_moment": now,
        }
    )
    return HoldId(hold_id)


@operation
def capture_hold(*, hold_id: HoldId, draft: EntryDraft, now: datetime) -> EntryId:
    """Spend the points of an open hold by posting *draft*, which must take just those.

    :raises AccountInDebtError: if points that were taken back are still owed.
    :raises HoldClosedError: if the hold was captured or released before.
    """
    account = lock_account(participant_id=draft.participant_id, asset=Asset.POINTS)
    if account.debt:
        raise AccountInDebtError(debt=account.debt)
    amount = _close(hold_id, HoldStatus.CAPTURED, now=now)
    if draft.amount != -amount:
        raise ValueError("a capture takes exactly what was held")
    return post_taking(draft, account=account, now=now)


@operation
def release_hold(*, hold_id: HoldId, participant_id: ParticipantId, now: datetime) -> None:
    """Give the points of an open hold back to the participant's available points.

    :raises HoldClosedError: if the hold was captured or released before.
    """
    lock_account(participant_id=participant_id, asset=Asset.POINTS)
    _close(hold_id, HoldStatus.RELEASED, now=now)


@operation
def split_hold(
    *, hold_id: HoldId, participant_id: ParticipantId, amount: int, source_id: UUID, now: datetime
) -> HoldId:
    """Move *amount* points out of an open hold into one of its own, for *source_id*.

    As much is set aside after it as before: nobody can spend the points in between.

    :raises HoldClosedError: if the hold was captured or released before.
    """
    account = lock_account(participant_id=participant_id, asset=Asset.POINTS)
    held = _find_held(hold_id, account.account_id)
    if held is None:
        raise HoldClosedError
    if not 0 < amount < held:
        raise ValueError("a part of a hold is some of its points, and not all")
    db.session.execute(
        sa.update(_holds).where(_holds.c.id == hold_id).values(amount=_holds.c.amount - amount)
    )
    part_id = new_id()
    db.session.execute(
        sa.insert(_holds).values(
            id=part_id,
            account_id=account.account_id,
            amount=amount,
            status=HoldStatus.OPEN,
            source_id=source_id,
            placed_at=now,
        )
    )
    return HoldId(part_id)


def _find_held(hold_id: HoldId, account_id: AccountId) -> int | None:
    return db.session.scalar(
        sa.select(_holds.c.amount).where(
            _holds.c.id == hold_id,
            _holds.c.account_id == account_id,
            _holds.c.status == HoldStatus.OPEN,
        )
    )


def _close(hold_id: HoldId, status: HoldStatus, *, now: datetime) -> int:
    closed = db.session.execute(
        sa.update(HoldRow)
        .where(HoldRow.id == hold_id, HoldRow.status == HoldStatus.OPEN)
        .values(status=status, closed_at=now)
        .returning(HoldRow.account_id, HoldRow.amount)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if closed is None:
        raise HoldClosedError
    db.session.execute(
        sa.update(AccountRow)
        .where(AccountRow.id == closed.account_id)
        .values(
            held=AccountRow.held - closed.amount,
            # A capture lowers held and balance alike, and has no debt to lower.
            debt=lowered_debt(closed.amount),
        )
        .execution_options(synchronize_session=False)
    )
    return int(closed.amount)
