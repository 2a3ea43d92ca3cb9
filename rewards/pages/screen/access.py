"""Who may look at a screen of a node: a screen that is paired in reach of it, or its staff."""

from dataclasses import dataclass

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.network import queries as network
from rewards.network.errors import NodeNotFoundError
from rewards.network.types import Node
from rewards.screens import rules
from rewards.screens.types import Layout, Screen
from rewards.web import devices, sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A node that may be looked at, and the screen whose reach allows it; None: its staff do."""

    node: Node
    screen: Screen | None


def admit(label: str, layout: Layout) -> Admission:
    """Let whoever is asking see slides of *layout* of the node of *label*.

    :raises ScreenNotPairedError: if nobody is signed in and the screen is not paired.
    :raises NodeNotFoundError: if there is no such node, or it is not in reach of the screen.
    :raises NotAllowedError: if the staff member may not see it.
    """
    staff = sessions.find_staff()
    screen = devices.find_screen() if staff else devices.get_screen()
    node = network.find_node_by_label(label)
    if node is None or node.closed_at is not None:
        raise NodeNotFoundError
    if screen is not None and rules.is_in_scope(
        screen_path=screen.node_path, node_path=node.path, layout=layout
    ):
        return Admission(node=node, screen=screen)
    if staff is None:
        raise NodeNotFoundError
    access.authorize(staff, Verb.VIEW_CONSOLE, node.path)
    return Admission(node=node, screen=None)
