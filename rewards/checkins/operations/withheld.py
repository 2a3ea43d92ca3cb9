"""Crediting what was recorded while the books were frozen."""

from datetime import datetime

import sqlalchemy as sa

from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core.db import db
from rewards.core.unit import operation
from rewards.earning import operations as earning
from rewards.earning.types import Withheld
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset

from ..models import CheckInRow


@operation
def credit_withheld(withheld: Withheld, *, now: datetime) -> bool:
    """Credit an attendance now that the books are right; tell whether that was still to be done.

    :raises AlreadyCreditedError: if it was credited before.
    """
    account = ledger.lock_account(participant_id=withheld.participant_id, asset=Asset.POINTS)
    if account.is_frozen:
        return False
    occasion = activities.get_occasion(OccasionId(withheld.occasion_id))
    credit = earning.credit_withheld(withheld, occasion, account=account, now=now)
    if credit is None:
        return False
    db.session.execute(
        sa.update(CheckInRow)
        .where(CheckInRow.id == withheld.source_id)
        .values(awards=[earning.describe(award) for award in credit.awards])
        .execution_options(synchronize_session=False)
    )
    return True
