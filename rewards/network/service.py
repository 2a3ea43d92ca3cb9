"""Use cases of the network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rewards.access import operations as access
from rewards.access.rules import authorize
from rewards.access.types import Actor, Verb
from rewards.core.errors import RewardsError
from rewards.core.importing import ImportReport, OnProgress, RowFault
from rewards.core.unit import use_case

from . import operations, queries
from .errors import InvalidLevelError, NodesNotImportedError
from .rules import normalize_name
from .types import Level, Node

_LEVELS = {
    **{level.value: level for level in Level},
    "中心": Level.CENTER,
    "所": Level.INSTITUTE,
    "站": Level.STATION,
    "点": Level.POINT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLine:
    """A row as it stands in the file. `parent` is a path of names from the center."""

    line: int
    level: str
    name: str
    parent: str
    address: str
    phone: str


@use_case
def create_node(
    *,
    actor: Actor,
    level: Level,
    name: str,
    parent_id: UUID | None,
    address: str = "",
    phone: str = "",
    now: datetime,
) -> Node:
    """Put a new node under a parent; only the service itself adds a center.

    :raises NotAllowedError: if the actor may not manage the network at the parent.
    :raises NodeNotFoundError: if there is no such parent.
    :raises MisplacedNodeError: if the level may not stand there.
    :raises InvalidNodeError: if the name, the address or the phone is not good.
    :raises NodeClosedError: if the parent is closed.
    :raises NodeNameTakenError: if the parent has a node of that name.
    """
    parent = queries.get_node(parent_id) if parent_id else None
    authorize(actor, Verb.MANAGE_NETWORK, parent.path if parent else "")
    node = operations.create_node(
        level=level, name=name, parent=parent, address=address, phone=phone
    )
    _audit(actor, "node.created", node, now)
    return node


@use_case
def rename_node(*, actor: Actor, node_id: UUID, name: str, now: datetime) -> Node:
    """Give a node another name; links and codes that name it stay good.

    :raises NotAllowedError: if the actor may not manage the network there.
    :raises InvalidNodeError: if the name is not good.
    :raises NodeNameTakenError: if the parent has another node of that name.
    """
    node = queries.get_node(node_id)
    authorize(actor, Verb.MANAGE_NETWORK, node.path)
    renamed = operations.rename_node(node_id=node.id, name=name)
    _audit(actor, "node.renamed", node, now)
    return renamed


@use_case
def close_node(*, actor: Actor, node_id: UUID, now: datetime) -> Node:
    """Close a node: nothing new there, and all that was stays.

    :raises NotAllowedError: if the actor may not manage the network there.
    :raises NodeHasOpenChildrenError: if a node below it is open.
    """
    node = queries.get_node(node_id)
    authorize(actor, Verb.MANAGE_NETWORK, node.path)
    closed = operations.close_node(node_id=node.id, now=now)
    _audit(actor, "node.closed", node, now)
    return closed


@use_case
def import_nodes(
    *,
    actor: Actor,
    rows: Sequence[NodeLine],
    skip_bad: bool = False,
    now: datetime,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Add the nodes of *rows* that are not there yet, in whatever order they come.

    :raises NodesNotImportedError: naming every bad row; nothing is changed.
    """
    added = unchanged = 0
    faults: list[RowFault] = []
    for done, row in enumerate(_from_the_top(rows), start=1):
        try:
            if _add(actor, row):
                added += 1
            else:
                unchanged += 1
        except RewardsError as error:
            faults.append(RowFault.of(row.line, error))
        if on_progress is not None:
            on_progress(done)
    faults.sort(key=lambda fault: fault.line)
    if faults and not skip_bad:
        raise NodesNotImportedError(faults=[[f.line, f.code, f.title] for f in faults])
    access.audit(
        actor=actor,
        action="nodes.imported",
        node_id=None,
        subject="nodes",
        details={"added": added, "unchanged": unchanged, "skipped": len(faults)},
        now=now,
    )
    return ImportReport(added=added, unchanged=unchanged, faults=tuple(faults))


def _from_the_top(rows: Sequence[NodeLine]) -> list[NodeLine]:
    # A parent is always of a higher level; rows of no level come last.
    depths = {text: list(Level).index(level) for text, level in _LEVELS.items()}
    return sorted(rows, key=lambda row: depths.get(row.level, len(Level)))


def _add(actor: Actor, row: NodeLine) -> bool:
    level = _LEVELS.get(row.level)
    if level is None:
        raise InvalidLevelError
    parent = queries.get_node_by_names(row.parent) if row.parent else None
    authorize(actor, Verb.MANAGE_NETWORK, parent.path if parent else "")
    existing = queries.find_child(parent.id if parent else None, normalize_name(row.name))
    if existing is not None and existing.level is level:
        return False
    operations.create_node(
        level=level, name=row.name, parent=parent, address=row.address, phone=row.phone
    )
    return True


def _audit(actor: Actor, action: str, node: Node, now: datetime) -> None:
    access.audit(
        actor=actor,
        action=action,
        node_id=node.id,
        subject=f"node:{node.id.hex}",
        details={"level": node.level.value},
        now=now,
    )
