"""Who may look at a screen of a node: a screen that is paired in reach of it, or its staff."""

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.network import queries as network
from rewards.network.errors import NodeNotFoundError
from rewards.network.types import Node
from rewards.screens import rules
from rewards.screens.types import Layout
from rewards.web import devices, sessions


def get_node(label: str, layout: Layout) -> Node:
    """Return the node of *label*, of which whoever is asking may see slides of *layout*.

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
        return node
    if staff is None:
        raise NodeNotFoundError
    access.authorize(staff, Verb.VIEW_CONSOLE, node.path)
    return node
