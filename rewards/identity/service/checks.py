"""Whose account an actor may act on."""

from uuid import UUID

from rewards.access.errors import NotAllowedError
from rewards.access.rules import authorize, check_grantable
from rewards.access.types import Actor, ParticipantActor, StaffActor, StaffId, Verb
from rewards.network import queries as network
from rewards.participants.types import ConsentChannel, Participant

from .. import queries


def check_may_manage(actor: Actor, staff_id: StaffId) -> None:
    """Check that *actor* owns a staff account or manages every role it holds.

    :raises NotAllowedError: if neither.
    """
    if isinstance(actor, StaffActor) and actor.staff_id == staff_id:
        return
    grants = queries.list_grants(staff_id)
    if not grants:
        # An account without a role belongs to no branch.
        authorize(actor, Verb.MANAGE_STAFF, "")
    for grant in grants:
        check_grantable(actor, grant.role, grant.node_path)


def check_may_change(actor: Actor, participant: Participant) -> None:
    """Check that *actor* is the participant or manages participants at the home node.

    :raises NotAllowedError: if neither.
    """
    if isinstance(actor, ParticipantActor):
        if actor.participant_id != participant.id:
            raise NotAllowedError
        return
    node = network.get_node(participant.home_node_id)
    authorize(actor, Verb.MANAGE_PARTICIPANT, node.path)


def channel_of(actor: Actor) -> tuple[ConsentChannel, UUID | None]:
    """Return how a consent reached us if *actor* records it, and by which staff."""
    match actor:
        case ParticipantActor():
            return ConsentChannel.SELF, None
        case StaffActor():
            return ConsentChannel.STAFF, actor.staff_id
    return ConsentChannel.IMPORT, None
