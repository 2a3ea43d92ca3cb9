"""Whose things an actor may know of: those of the centers they belong to.

What belongs to another center is answered as if it did not exist. Whether
something known may be changed is decided by the use cases.
"""

from uuid import UUID

from rewards.access import rules as access
from rewards.access.errors import NotAllowedError
from rewards.access.types import ParticipantActor, ParticipantId, StaffActor, Verb
from rewards.core.errors import NotFoundError
from rewards.network import queries as network
from rewards.network.errors import NodeNotFoundError
from rewards.network.rules import center_path
from rewards.network.types import Node, NodeId
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantNotFoundError
from rewards.participants.types import Participant
from rewards.stock import queries as stock
from rewards.stock.errors import ZoneNotFoundError
from rewards.web.sessions import SignedInActor


def home_path(actor: SignedInActor) -> str:
    """Return the path of the center that lists show to *actor* unless they name a node.

    :raises NotAllowedError: if a staff member has no role anywhere.
    """
    return min(_center_paths(actor))


def first_branch(actor: StaffActor, verb: Verb) -> str:
    """Return the path of the first branch in which staff may do *verb*.

    :raises NotAllowedError: if there is none.
    """
    paths = access.visible_paths(actor, verb)
    if not paths:
        raise NotAllowedError(verb=verb.value)
    return paths[0]


def find_listed_path(actor: SignedInActor, node_id: NodeId | None) -> str:
    """Return the path of the branch that a list shows: a node's, or that of their own center.

    :raises NodeNotFoundError: if there is no such node that the actor may know of.
    """
    if node_id is None:
        return home_path(actor)
    return get_visible_node(actor, node_id, NodeNotFoundError).path


def find_readable_path(actor: StaffActor, node_id: NodeId | None, verb: Verb) -> str:
    """Return the path of the branch that staff read: a node's, or the first they may read.

    :raises NodeNotFoundError: if there is no such node that the actor may know of.
    :raises NotAllowedError: if no grant allows the verb there.
    """
    if node_id is None:
        return first_branch(actor, verb)
    node = get_visible_node(actor, node_id, NodeNotFoundError)
    access.authorize(actor, verb, node.path)
    return node.path


def check_visible(actor: SignedInActor, node_path: str, missing: type[NotFoundError]) -> None:
    """Check that *actor* may know of something at *node_path*.

    :raises NotFoundError: the *missing* one, if it belongs to another center.
    """
    if center_path(node_path) not in _center_paths(actor):
        raise missing


def may_see(actor: SignedInActor, node_path: str) -> bool:
    """Tell whether *actor* may know of something at *node_path*; of what is of no node, all may."""
    return not node_path or center_path(node_path) in _center_paths(actor)


def authorize_read(
    actor: StaffActor, verb: Verb, node_path: str, missing: type[NotFoundError]
) -> None:
    """Let staff read something at *node_path*, or refuse as openly as they may know of it.

    :raises NotFoundError: the *missing* one, if it belongs to another center.
    :raises NotAllowedError: if no grant allows the verb there.
    """
    check_visible(actor, node_path, missing)
    access.authorize(actor, verb, node_path)


def get_visible_node(actor: SignedInActor, node_id: NodeId, missing: type[NotFoundError]) -> Node:
    """Return a node of a center that *actor* belongs to.

    :raises NotFoundError: the *missing* one, if there is none.
    """
    node = network.find_node(node_id)
    if node is None:
        raise missing
    check_visible(actor, node.path, missing)
    return node


def check_zone(actor: StaffActor, zone_id: UUID | None) -> None:
    """Check that a zone, if one is named, is of a center that *actor* belongs to.

    :raises ZoneNotFoundError: if there is none.
    """
    if zone_id is not None:
        space = stock.get_space_of_zone(zone_id)
        check_visible(actor, space.node_path, ZoneNotFoundError)


def _center_paths(actor: SignedInActor) -> set[str]:
    if isinstance(actor, ParticipantActor):
        return {center_path(find_home_path(actor))}
    if not actor.grants:
        raise NotAllowedError
    return {center_path(grant.node_path) for grant in actor.grants}


def find_home_path(actor: ParticipantActor) -> str:
    """Return the path of the node at which a participant is at home."""
    if actor.home_path is not None:
        return actor.home_path
    home = participants.get_participant(actor.participant_id).home_node_id
    return network.get_node(home).path


def get_visible_participant(actor: SignedInActor, participant_id: ParticipantId) -> Participant:
    """Return a participant whom *actor* may look at: themselves, or for staff those in their care.

    :raises ParticipantNotFoundError: if there is none, or they belong to another center.
    :raises NotAllowedError: if staff may not look at participants there.
    """
    if isinstance(actor, ParticipantActor):
        if actor.participant_id != participant_id:
            raise ParticipantNotFoundError
        return participants.get_participant(participant_id)
    participant = participants.get_participant(participant_id)
    home = network.get_node(participant.home_node_id)
    authorize_read(actor, Verb.VIEW_PARTICIPANT, home.path, ParticipantNotFoundError)
    return participant
