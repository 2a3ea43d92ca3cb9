"""Nodes in the order in which people read a tree."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from rewards.network.types import Node


def nest(nodes: Iterable[Node]) -> list[Node]:
    """Return *nodes* so that each is followed by those below it."""
    listed = list(nodes)
    known = {node.id for node in listed}
    below: dict[UUID | None, list[Node]] = defaultdict(list)
    for node in listed:
        below[node.parent_id if node.parent_id in known else None].append(node)
    parents = set(below)
    # Those without children first, or a point of a center would seem to be of its last station.
    ordered: list[Node] = []
    waiting = below[None][::-1]
    while waiting:
        node = waiting.pop()
        ordered.append(node)
        children = sorted(below[node.id], key=lambda each: (each.id in parents, each.name))
        waiting.extend(reversed(children))
    return ordered
