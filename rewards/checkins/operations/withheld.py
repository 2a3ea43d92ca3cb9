"""Crediting what was recorded while the books were frozen."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core.db import db
from rewards.core.unit import operation
from rewards.earning import operations as earning
from rewards.earning import queries as rules_kept
from rewards.earning.types import Withheld
from rewards.ledger import operations as ledger
from rewards.ledger import queries as books
from rewards.ledger.types import Asset, Posted

from .. import queries
from ..models import CheckInRow
from ..types import CheckInId
from .crediting import keep_share, share_day


@operation
def credit_withheld(withheld: Withheld, *, is_rest: bool = False, now: datetime) -> bool:
    """Credit an attendance now that the books are right; tell whether that was still to be done.

    *is_rest*: some of it is in the books already, and only what is missing is posted.

    :raises AlreadyCreditedError: if it was credited before.
    """
    account = ledger.lock_account(participant_id=withheld.participant_id, asset=Asset.POINTS)
    if account.is_frozen:
        return False
    occasion = activities.get_occasion(OccasionId(withheld.occasion_id))
    # The same rules say what is service and what it is worth.
    rule_set = rules_kept.read_rule_set(withheld.occurred_at)
    renewal = queries.get_receipt(CheckInId(withheld.source_id)).renewal
    posted: tuple[Posted, ...] = ()
    if is_rest:
        posted = books.list_parts(withheld.participant_id, occasion.id, renewal=renewal)
    share = share_day(
        withheld.participant_id,
        occasion,
        minutes=withheld.minutes or 0,
        at=withheld.occurred_at,
        rule_set=rule_set,
        now=now,
    )
    credit = earning.credit_withheld(
        replace(withheld, minutes=(withheld.minutes or 0) - share.held) if share else withheld,
        occasion,
        account=account,
        rule_set=rule_set,
        posted=posted,
        minutes_max=share.automatic if share else None,
        renewal=renewal,
        now=now,
    )
    if credit is None:
        return False
    check_in_id = CheckInId(withheld.source_id)
    kept = keep_share(share, withheld.participant_id, occasion, check_in_id, now=now)
    db.session.execute(
        sa.update(CheckInRow)
        .where(CheckInRow.id == withheld.source_id)
        .values(
            awards=[earning.describe(award) for award in credit.awards],
            ruled_at=withheld.occurred_at,
            **kept,
        )
        .execution_options(synchronize_session=False)
    )
    return True
