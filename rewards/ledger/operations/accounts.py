"""Participants' accounts and their lock."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, insert, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation

from ..models import AccountRow, FreezeRow
from ..types import AccountId, AccountKind, Asset, Balance

_accounts = table_of(AccountRow)
_freeze = table_of(FreezeRow)
_lock = (
    sa.select(
        _accounts.c.id,
        _accounts.c.balance,
        _accounts.c.held,
        _accounts.c.earned,
        _accounts.c.debt,
        # With the lock, so that nobody needs to ask for it.
        sa.select(_freeze.c.frozen_at).scalar_subquery().label("frozen_at"),
    )
    .where(
        _accounts.c.participant_id == sa.bindparam("participant"),
        _accounts.c.asset == sa.bindparam("wanted", type_=_accounts.c.asset.type),
    )
    .with_for_update()
)


@cache
def _open(_dialect: str) -> Any:
    # An INSERT of one engine is not that of another; each is built once.
    return (
        insert(_accounts)
        .values(
            id=sa.bindparam("the_id"),
            kind=AccountKind.PARTICIPANT,
            asset=sa.bindparam("the_asset"),
            participant_id=sa.bindparam("the_participant_id"),
            balance=0,
            held=0,
            earned=0,
            debt=0,
        )
        .on_conflict_do_nothing(index_elements=["participant_id", "asset"])
    )


@operation
def lock_account(*, participant_id: ParticipantId, asset: Asset) -> Balance:
    """Lock the participant's account until the unit ends, opening it if need be.

    What a unit decides on must be read after this, in a statement of its own:
    one that waited for the lock may still see what was there before.
    """
    connection = db.session.connection()
    wanted = {"participant": participant_id, "wanted": asset}
    row = connection.execute(_lock, wanted).one_or_none()
    if row is None:
        connection.execute(
            _open(connection.dialect.name),
            {"the_id": new_id(), "the_participant_id": participant_id, "the_asset": asset},
        )
        row = connection.execute(_lock, wanted).one()
    return Balance(
        account_id=AccountId(row.id),
        balance=row.balance,
        held=row.held,
        earned=row.earned,
        debt=row.debt,
        is_frozen=row.frozen_at is not None,
    )


def lowered_debt(change: Any) -> sa.ColumnElement[int]:
    """Return an account's debt after *change* points came in, or a hold of so many ended.

    Nothing but a reversal raises it.
    """
    short = _accounts.c.held - _accounts.c.balance - change
    return sa.case((short <= 0, 0), (short < _accounts.c.debt, short), else_=_accounts.c.debt)
