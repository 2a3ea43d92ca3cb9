"""Which station can be the home of somebody who signs in for the first time."""

from collections.abc import Sequence
from uuid import UUID

from rewards.activities.types import Occasion
from rewards.network import queries as network
from rewards.network.types import Level, Node, NodeId


def list_homes(occasion: Occasion | None) -> Sequence[Node]:
    """Return the stations to choose a home from; none where what was scanned says it.

    Something of the center or of an institute says no more than the branch.
    """
    if occasion is None:
        return _list_stations("")
    near = _list_near(occasion)
    return near if len(near) > 1 else ()


def find_home(occasion: Occasion | None, wanted: str) -> NodeId | None:
    """Return the station of what was scanned, if it is of one, or else the one that is *wanted*."""
    if occasion is not None:
        near = _list_near(occasion)
        if len(near) <= 1:
            # A network without stations has its people at the node that invites them.
            return near[0].id if near else occasion.node_id
    try:
        return NodeId(UUID(wanted))
    except ValueError:
        return None


def _list_near(occasion: Occasion) -> Sequence[Node]:
    above = [
        node
        for node in network.list_ancestors(occasion.node_path)
        if node.level is Level.STATION and node.closed_at is None
    ]
    return above or _list_stations(occasion.node_path) or _list_stations("")


def _list_stations(path: str) -> Sequence[Node]:
    return [
        node
        for node in network.list_branch(path)
        if node.level is Level.STATION and node.closed_at is None
    ]
