"""A small network with people in it, through the operations of each feature."""

from datetime import timedelta
from itertools import count

from rewards.access.types import Grant, ParticipantActor, Role, StaffActor, StaffId, SystemActor
from rewards.activities import service as activities
from rewards.activities.types import OccasionKind
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.network import operations as network
from rewards.network.types import Level
from rewards.participants import operations as participants
from rewards.participants.types import ConsentChannel

_numbers = count(1)


def build_node(level, *, parent=None, name=None):
    return use_case(network.create_node)(
        level=level, name=name or f"示范{next(_numbers)}", parent=parent
    )


def build_station(*, name="长兴北街社区站"):
    """Return a station under an institute under a center, all new."""
    center = build_node(Level.CENTER)
    institute = build_node(Level.INSTITUTE, parent=center)
    return build_node(Level.STATION, parent=institute, name=name)


def build_participant(node, *, name="王建英", phone=None, now, **details):
    return use_case(participants.register)(
        name=name,
        phone=phone,
        home_node_id=node.id,
        channel=ConsentChannel.SELF,
        recorded_by=None,
        now=now,
        **details,
    )


def build_staff_actor(node, role=Role.STATION_ADMIN):
    """Return an actor who holds *role* at *node*; there is no row of it."""
    return StaffActor(staff_id=StaffId(new_id()), name="zhengtao", grants=(Grant(role, node.path),))


def build_occasion(node, *, kind=OccasionKind.ACTIVITY, now, starts_in=0, minutes=120, **details):
    """Return an occasion that starts *starts_in* minutes from now, planned a day ago."""
    starts_at = now + timedelta(minutes=starts_in)
    return activities.create_occasion(
        actor=SystemActor(),
        kind=kind,
        title=details.pop("title", "环境清洁日"),
        node_id=node.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        now=now - timedelta(days=1),
        **details,
    )


def act_as(participant):
    return ParticipantActor(participant_id=participant.id)


def build_own_actor(node, participant, role=Role.STATION_ADMIN):
    """Return staff who hold *role* at *node* and are *participant* too."""
    return StaffActor(
        staff_id=StaffId(new_id()),
        name="lihua",
        grants=(Grant(role, node.path),),
        participant_id=participant.id,
    )
