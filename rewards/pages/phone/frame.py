"""What every phone page shows around its own: the place, and whom to call."""

from typing import Any

from flask import render_template

from rewards.access.types import ParticipantActor
from rewards.network import queries as network
from rewards.network.types import Node, NodeId
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.web import sessions

# The names of nodes of the four-level network carry it: 某社区新时代文明实践站.
MISSION = "新时代文明实践"


def find_me() -> Participant | None:
    """Return the participant who is signed in on this browser."""
    actor = sessions.find_participant()
    return None if actor is None else participants.find_participant(actor.participant_id)


def get_me() -> tuple[ParticipantActor, Participant]:
    """Return the participant who is signed in.

    :raises NotSignedInError: if nobody is.
    """
    actor = sessions.require_participant()
    return actor, participants.get_participant(actor.participant_id)


def show(
    template: str, *, node: Node | None = None, me: Participant | None = None, **values: Any
) -> str:
    """Return *template* in the frame of *node*, else of the home of *me*, else of the district."""
    place = node or (network.find_node(me.home_node_id) if me else None) or find_district()
    return render_template(
        f"phone/{template}",
        me=me,
        place=place,
        place_lines=split_name(place.name if place else ""),
        help_phone=find_phone(place),
        **values,
    )


def split_name(name: str) -> tuple[str, str]:
    """Return a node's name in two lines: whose it is, and what it is."""
    owner, sep, kind = name.partition(MISSION)
    return (owner, sep + kind) if owner else (name, MISSION)


def find_district() -> Node | None:
    """Return the first center of the deployment."""
    centers = network.list_centers()
    return centers[0] if centers else None


def find_phone(place: Node | None) -> str:
    """Return the number to call about *place*: its own, or that of the nearest node above it."""
    if place is None:
        return ""
    if place.phone:
        return place.phone
    above = [node.phone for node in network.list_ancestors(place.path) if node.phone]
    return above[-1] if above else ""


def find_home(me: Participant | None) -> Node | None:
    """Return the home station of *me*, or nothing for somebody who is not signed in."""
    return None if me is None else network.find_node(NodeId(me.home_node_id))
