"""What redemptions do when something else happens, in the same unit of work."""

from rewards.access.types import ParticipantId
from rewards.core.unit import operation
from rewards.identity.events import ParticipantClosed

from .collecting import forget_owner


@operation
def forget_closed(event: ParticipantClosed) -> None:
    """Forget whom somebody who closes their account had named to collect."""
    forget_owner(ParticipantId(event.participant_id))
