"""What came back after a hand-over."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.core.db import db, insert
from rewards.core.unit import operation
from rewards.ledger.types import EntryId

from ..errors import RedemptionAlreadyReturnedError
from ..models import RedemptionReturnRow, RedemptionRow
from ..types import Redemption, ReturnKind


@operation
def add_return(
    redemption: Redemption,
    *,
    kind: ReturnKind,
    quantity: int,
    note: str,
    entry_id: EntryId | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down what came back, once; *entry_id* is the reversal that gave the points back.

    :raises RedemptionAlreadyReturnedError: if something came back before.
    """
    added = db.session.execute(
        insert(RedemptionReturnRow)
        .values(
            redemption_id=redemption.id,
            kind=kind,
            quantity=quantity,
            note=note,
            entry_id=entry_id,
            returned_by=actor.principal,
            returned_at=now,
        )
        .on_conflict_do_nothing(index_elements=["redemption_id"])
        .returning(RedemptionReturnRow.redemption_id)
    ).one_or_none()
    if added is None:
        raise RedemptionAlreadyReturnedError
    # What was replaced is with its owner still, and counts as before.
    if entry_id is not None:
        db.session.execute(
            sa.update(RedemptionRow)
            .where(RedemptionRow.id == redemption.id)
            .values(returned_at=now)
            .execution_options(synchronize_session=False)
        )
