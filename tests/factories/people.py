"""A small network, its people and its staff, made through the use cases."""

from rewards.access.types import Role, SystemActor
from rewards.core.unit import use_case
from rewards.identity import queries as identity_queries
from rewards.identity import service as identity
from rewards.network import service as network
from rewards.network.types import Level
from rewards.participants import operations as participants
from rewards.participants.types import ConsentChannel

SYSTEM = SystemActor()
PASSWORD = "correct horse 电池"


def make_node(level, name, parent, now):
    return network.create_node(
        actor=SYSTEM, level=level, name=name, parent_id=parent and parent.id, now=now
    )


def make_center(now, name="测试区新时代文明实践中心"):
    return make_node(Level.CENTER, name, None, now)


def make_branch(now, name="测试区"):
    """Return a center, an institute under it and a station under that."""
    center = make_node(Level.CENTER, f"{name}中心", None, now)
    institute = make_node(Level.INSTITUTE, f"{name}街道所", center, now)
    return center, institute, make_node(Level.STATION, f"{name}社区站", institute, now)


def make_staff(name, now, *grants):
    """Return the actor of a new staff member who holds *grants*: pairs of role and node."""
    staff = identity.create_staff(actor=SYSTEM, name=name, password=PASSWORD, now=now)
    for role, node in grants:
        identity.grant_role(
            actor=SYSTEM, staff_id=staff.id, role=Role(role), node_id=node.id, now=now
        )
    token = identity.issue_token(actor=SYSTEM, staff_name=name, label="test", now=now)
    return identity_queries.find_actor(token, now)


@use_case
def make_participant(node, now, **changes):
    values = {"name": "王建英", "phone": None, "channel": ConsentChannel.STAFF}
    return participants.register(
        **{**values, "recorded_by": None, "home_node_id": node.id, "now": now, **changes}
    )
