"""Crediting what was recorded while the books were frozen."""

from dataclasses import replace
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
from ..types import CheckInId
from .crediting import keep_share, share_day


@operation
def credit_withheld(withheld: Withheld, *, now: datetime) -> bool:
    """Credit an attendance now that the books are right; tell whether that was still to be done.

    :raises AlreadyCreditedError: if it was credited before.
    """
    account = ledger.lock_account(participant_id=withheld.participant_id, asset=Asset.POINTS)
    if account.is_frozen:
        return False
    occasion = activities.get_occasion(OccasionId(withheld.occasion_id))
    share = share_day(
        withheld.participant_id,
        occasion,
        minutes=withheld.minutes or 0,
        at=withheld.occurred_at,
        now=now,
    )
    credit = earning.credit_withheld(
        replace(withheld, minutes=(withheld.minutes or 0) - share.held) if share else withheld,
        occasion,
        account=account,
        minutes_max=share.automatic if share else None,
        now=now,
    )
    if credit is None:
        return False
    check_in_id = CheckInId(withheld.source_id)
    kept = keep_share(share, withheld.participant_id, occasion, check_in_id, now=now)
    db.session.execute(
        sa.update(CheckInRow)
        .where(CheckInRow.id == withheld.source_id)
        .values(awards=[earning.describe(award) for award in credit.awards], **kept)
        .execution_options(synchronize_session=False)
    )
    return True
