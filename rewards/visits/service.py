"""Use cases of visits."""

from datetime import datetime

from rewards.access import operations as audit_trail
from rewards.access.rules import authorize
from rewards.access.types import Actor, ParticipantId, Verb
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.participants import queries as participants
from rewards.stock import queries as stock
from rewards.stock.types import SpaceId

from . import operations, rules
from .types import Proof, Visit, VisitId


@use_case
def open_visit(
    *,
    actor: Actor,
    participant_id: ParticipantId,
    space_id: SpaceId,
    proof: Proof,
    step: int | None,
    now: datetime,
) -> Visit:
    """Keep that a participant stands before the desk: by the code of a *step*, or by a card.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not hand over rewards there.
    :raises ParticipantNotFoundError: if there is no such participant in the center of the space.
    :raises PresenceCodeUsedError: if the code was shown at another desk, or before.
    """
    space = stock.get_space(space_id)
    authorize(actor, Verb.FULFIL, space.node_path)
    participant = participants.get_local_participant(participant_id, node_path=space.node_path)
    asked = Visit(
        id=VisitId(new_id()),
        participant_id=participant.id,
        space_id=space.id,
        proof=proof,
        opened_by=actor.principal,
        opened_at=now,
        ends_at=now + rules.VISIT_LIFE,
    )
    visit = operations.keep_visit(asked, step=step, now=now)
    if visit.id == asked.id:
        audit_trail.audit(
            actor=actor,
            action="desk.visit-opened",
            node_id=space.node_id,
            subject=f"participant:{participant.id.hex}",
            details={"proof": visit.proof.value},
            now=now,
        )
    return visit
