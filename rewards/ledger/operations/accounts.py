"""Participants' accounts and their lock."""

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, insert
from rewards.core.ids import new_id
from rewards.core.unit import operation

from ..models import AccountRow
from ..types import AccountId, AccountKind, Asset, Balance

_accounts = AccountRow.__table__
_locked = (
    sa.select(_accounts.c.id, _accounts.c.balance, _accounts.c.held, _accounts.c.earned)
    .where(
        _accounts.c.participant_id == sa.bindparam("participant"),
        _accounts.c.asset == sa.bindparam("wanted"),
    )
    .with_for_update()
)


@operation
def lock_account(*, participant_id: ParticipantId, asset: Asset) -> Balance:
    """Lock the participant's account until the unit ends, opening it if need be.

    What a unit decides on must be read after this, in a statement of its own:
    one that waited for the lock may still see what was there before.
    """
    wanted = {"participant": participant_id, "wanted": asset}
    row = db.session.execute(_locked, wanted).one_or_none()
    if row is None:
        db.session.execute(
            insert(AccountRow)
            .values(
                id=new_id(),
                kind=AccountKind.PARTICIPANT,
                asset=asset,
                participant_id=participant_id,
                balance=0,
                held=0,
                earned=0,
            )
            .on_conflict_do_nothing(index_elements=["participant_id", "asset"])
        )
        row = db.session.execute(_locked, wanted).one()
    return Balance(
        account_id=AccountId(row.id), balance=row.balance, held=row.held, earned=row.earned
    )
