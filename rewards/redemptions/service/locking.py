"""The locks of a redemption, in the one order in which all take them."""

from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset
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
