"""The locks of a redemption, in the one order in which all take them."""

from datetime import datetime

from rewards.access.types import ParticipantId
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset, Balance
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantClosedError
from rewards.stock import operations as stock

from .. import queries
from ..types import Redemption


def lock(redemption: Redemption) -> Redemption:
    """Lock the account that a redemption belongs to; return it in the state it is in now.

    Whose account to lock is known only from the redemption, so it is read
    first; what became of it while waiting is read again.
    """
    ledger.lock_account(participant_id=redemption.participant_id, asset=Asset.POINTS)
    return queries.refresh(redemption)


def lock_with_hours(redemption: Redemption) -> Redemption:
    """Lock as `lock` does, and have the space keep its hours and slots until the unit ends."""
    stock.share_space(redemption.space_id)
    return lock(redemption)


def lock_owner(participant_id: ParticipantId, *, now: datetime) -> Balance:
    """Lock the points of somebody who spends some; return them without those whose day is over.

    :raises ParticipantClosedError: if their account is closed, or was while this waited.
    """
    balance = ledger.lock_spendable(participant_id=participant_id, now=now)
    if participants.get_participant(participant_id).closed_at is not None:
        raise ParticipantClosedError
    return balance
