"""What redemptions do when something else happens, in the same unit of work."""

from rewards.access.types import ParticipantId, SystemActor
from rewards.core.unit import operation, record
from rewards.identity.events import ParticipantClosed
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset
from rewards.stock import operations as stock

from .. import queries
from ..events import RedemptionCancelled
from ..types import RedemptionStatus
from .collecting import forget_owner
from .ending import give_back


@operation
def cancel_closed(event: ParticipantClosed) -> None:
    """Cancel what waits for somebody who closes their account; forget whom they had named.

    Whatever is under way for them holds the account: it is done, and then seen here, or
    finds the account closed.
    """
    participant_id = ParticipantId(event.participant_id)
    ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    waiting = queries.list_waiting(participant_id)
    stock.lock_levels({each.reward_id for each in waiting})
    for redemption in waiting:
        give_back(redemption, status=RedemptionStatus.CANCELLED, actor=SystemActor(), now=event.at)
        record(RedemptionCancelled.of(redemption, at=event.at))
    forget_owner(participant_id)
