"""What one can check in to now, or leave: near by first, and where else something is on."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from rewards.activities.types import Occasion, OccasionId
from rewards.checkins import queries as checkins
from rewards.checkins.types import AttendanceState
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.network.types import Level, Node, NodeId
from rewards.participants.types import Participant

from . import frame, progress

# As many as one reads through to find their own.
LISTED_MAX = 8


@dataclass(frozen=True, slots=True)
class Place:
    """A node where something is on."""

    node: Node
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class OpenNow:
    """What to choose among, the names of where that is, and the places where more is on."""

    occasions: Sequence[Occasion]
    names: dict[NodeId, str]
    places: Sequence[Place]


def find(me: Participant | None, *, at: str) -> OpenNow:
    """Return what is open now around the node *at*, or else the home of *me*.

    Few are listed all; of many, those that are held there, above it, or where *me* is
    checked in. Digits of a screen anywhere can be typed.
    """
    here = _find_node(at) or frame.find_home(me)
    found = progress.list_open_occasions()
    nodes = network.list_by_ids({each.node_id for each in found})
    names = _name(nodes.values(), here)
    inside = _list_inside(me, found)

    def place(occasion: Occasion) -> tuple[bool, int, str]:
        is_near = occasion.id in inside or _is_near(occasion, here)
        return not is_near, -_count_shared(occasion, here), names[occasion.node_id]

    # Those of one place keep the order of their times.
    found = sorted(found, key=place)
    if len(found) <= LISTED_MAX:
        return OpenNow(occasions=found, names=names, places=())
    near = [each for each in found if not place(each)[0]]
    counts = Counter(each.node_id for each in found if place(each)[0])
    # A counter keeps the order in which it met them.
    places = [Place(nodes[node_id], names[node_id], count) for node_id, count in counts.items()]
    return OpenNow(occasions=near, names=names, places=places)


def _find_node(text: str) -> Node | None:
    try:
        return network.find_node(UUID(text))
    except ValueError:
        return None


def _is_near(occasion: Occasion, here: Node | None) -> bool:
    if here is None:
        return False
    is_inside = here.level in {Level.STATION, Level.POINT} and occasion.node_path.startswith(
        here.path
    )
    return is_inside or here.path.startswith(occasion.node_path)


def _count_shared(occasion: Occasion, here: Node | None) -> int:
    if here is None:
        return 0
    both = zip(occasion.node_path.split("/"), here.path.split("/"), strict=False)
    return next(
        (depth for depth, (one, other) in enumerate(both) if one != other), here.path.count("/")
    )


def _list_inside(me: Participant | None, found: Sequence[Occasion]) -> set[OccasionId]:
    if me is None:
        return set()
    receipts = checkins.list_receipts(
        participant_id=me.id, occasion_ids=[each.id for each in found]
    )
    return {each for each, it in receipts.items() if it.state is AttendanceState.OPEN}


def _name(nodes: Collection[Node], here: Node | None) -> dict[NodeId, str]:
    # Of whose center it is says who comes from another, where there are several.
    centers = {each.path: each.name for each in network.list_centers()}
    known = next(iter(centers)) if len(centers) == 1 else here and center_path(here.path)
    return {
        each.id: each.name
        if each.level is Level.CENTER or center_path(each.path) == known
        else f"{centers[center_path(each.path)]} · {each.name}"
        for each in nodes
    }
