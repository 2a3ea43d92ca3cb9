"""Writes of the network."""

from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db, insert
from rewards.core.ids import new_id, new_label
from rewards.core.unit import operation

from . import queries, rules
from .errors import NodeClosedError, NodeHasOpenChildrenError, NodeNameTakenError
from .models import NodeRow
from .types import Level, Node, NodeId


@operation
def create_node(
    *, level: Level, name: str, parent: Node | None, address: str = "", phone: str = ""
) -> Node:
    """Put a new node under *parent*; a center has none.

    :raises InvalidNodeError: if the name, the address or the phone is not good.
    :raises MisplacedNodeError: if the level may not stand there.
    :raises NodeClosedError: if the parent is closed.
    :raises NodeNameTakenError: if the parent has a node of that name.
    """
    rules.check_place(level, parent.level if parent else None)
    if parent is not None and parent.closed_at is not None:
        raise NodeClosedError
    label = new_label()
    node = Node(
        id=NodeId(new_id()),
        level=level,
        name=rules.normalize_name(name),
        parent_id=parent.id if parent else None,
        label=label,
        path=rules.build_path(parent.path if parent else "", label),
        address=rules.normalize_address(address),
        phone=rules.normalize_phone(phone),
        closed_at=None,
    )
    statement = insert(NodeRow).values(
        id=node.id,
        level=node.level,
        name=node.name,
        parent_id=node.parent_id,
        label=node.label,
        path=node.path,
        address=node.address,
        phone=node.phone,
        closed_at=None,
    )
    written = db.session.execute(statement.on_conflict_do_nothing().returning(NodeRow.id))
    if written.one_or_none() is None:
        raise NodeNameTakenError
    return node


@operation
def rename_node(*, node_id: NodeId, name: str) -> Node:
    """Give a node another name; its label and path stay.

    :raises InvalidNodeError: if the name is not good.
    :raises NodeNameTakenError: if the parent has another node of that name.
    """
    name = rules.normalize_name(name)
    node = queries.get_node(node_id)
    _lock_siblings(node)
    other = queries.find_child(node.parent_id, name)
    if other is not None and other.id != node_id:
        raise NodeNameTakenError
    db.session.execute(sa.update(NodeRow).where(NodeRow.id == node_id).values(name=name))
    return queries.get_node(node_id)


@operation
def close_node(*, node_id: NodeId, now: datetime) -> Node:
    """Close a node that has no open nodes below it; what happened there stays.

    :raises NodeHasOpenChildrenError: if a node below it is open.
    """
    db.session.execute(sa.select(NodeRow.id).where(NodeRow.id == node_id).with_for_update())
    if any(child.closed_at is None for child in queries.list_children(node_id)):
        raise NodeHasOpenChildrenError
    db.session.execute(
        sa.update(NodeRow)
        .where(NodeRow.id == node_id, NodeRow.closed_at.is_(None))
        .values(closed_at=now)
    )
    return queries.get_node(node_id)


def _lock_siblings(node: Node) -> None:
    db.session.execute(
        sa.select(NodeRow.id)
        .where(NodeRow.parent_id == node.parent_id)
        .order_by(NodeRow.id)
        .with_for_update()
    )
