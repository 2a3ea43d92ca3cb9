"""Posters: hung up and taken down by those who plan occasions there."""

from datetime import datetime
from uuid import UUID

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.types import Node, NodeId
from rewards.stock import queries as stock

from .. import operations, queries
from ..types import Poster, PosterId


@use_case
def issue_poster(
    *,
    actor: Actor,
    node_id: NodeId | None = None,
    zone_id: UUID | None = None,
    occasion_id: OccasionId | None = None,
    place: str = "",
    now: datetime,
) -> Poster:
    """Issue a poster: of one occasion, else of a zone of a space, else of a whole node.

    *place* says where it will hang.

    :raises OccasionNotFoundError: if there is no such occasion.
    :raises ZoneNotFoundError: if there is no such zone.
    :raises NodeNotFoundError: if there is no such node.
    :raises NodeClosedError: if the node is closed.
    :raises NotAllowedError: if the actor may not manage occasions there.
    """
    node = _find_node(node_id, zone_id, occasion_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, node.path)
    poster_id = operations.add_poster(
        node_id=node.id,
        node_path=node.path,
        zone_id=None if occasion_id else zone_id,
        occasion_id=occasion_id,
        place=place.strip(),
        issued_by=actor.principal,
        now=now,
    )
    _audit(actor, "poster.issued", node.id, poster_id, now=now)
    return queries.get_poster(poster_id)


@use_case
def revoke_poster(*, actor: Actor, poster_id: PosterId, now: datetime) -> Poster:
    """Take a poster out of use, at once and for good; again changes nothing.

    :raises PosterNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage occasions there.
    """
    poster = queries.get_poster(poster_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, poster.node_path)
    if operations.revoke_poster(poster_id, revoked_by=actor.principal, now=now):
        _audit(actor, "poster.revoked", poster.node_id, poster_id, now=now)
    return queries.get_poster(poster_id)


def _find_node(
    node_id: NodeId | None, zone_id: UUID | None, occasion_id: OccasionId | None
) -> Node:
    if occasion_id is not None:
        node_id = activities.get_occasion(occasion_id).node_id
    elif zone_id is not None:
        node_id = stock.get_space_of_zone(zone_id).node_id
    assert node_id is not None, "a poster hangs somewhere"
    return network.get_open_node(node_id)


def _audit(actor: Actor, action: str, node_id: NodeId, poster_id: PosterId, now: datetime) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=node_id,
        subject=f"poster:{poster_id.hex}",
        details={},
        now=now,
    )
