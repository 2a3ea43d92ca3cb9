"""What staff do with redemptions, in the audit."""

from datetime import datetime

from rewards.access import operations as audit_trail
from rewards.access.types import Actor, ParticipantActor

from ..types import Redemption


def audit(actor: Actor, action: str, redemption: Redemption, *, now: datetime) -> None:
    """Write down what staff did with a redemption.

    What people do with their own points is in the books; the audit is of staff.
    """
    if isinstance(actor, ParticipantActor):
        return
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=redemption.space_node_id,
        subject=f"redemption:{redemption.id.hex}",
        details={
            "participant": redemption.participant_id.hex,
            "quantity": redemption.quantity,
            "points": redemption.points,
        },
        now=now,
    )
