"""Reads of the network."""

import time
from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, looking, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor

from .errors import InvalidNodeError, NodeClosedError, NodeNotFoundError
from .models import NodeRow
from .rules import NAME_SEPARATOR, normalize_name, split_path
from .types import Level, Node, NodeId

LATELY_SECONDS = 2.0
LATELY_MAX = 4_096

_nodes = table_of(NodeRow)
_COLUMNS = (
    _nodes.c.id,
    _nodes.c.level,
    _nodes.c.name,
    _nodes.c.parent_id,
    _nodes.c.label,
    _nodes.c.path,
    _nodes.c.address,
    _nodes.c.phone,
    _nodes.c.closed_at,
)
# Built once: on the path of many requests, building a statement costs more than sending it.
_by_id = sa.select(*_COLUMNS).where(_nodes.c.id == sa.bindparam("wanted"))
_lately: dict[UUID, tuple[Node, float]] = {}
_DEPTH = sa.case({level: depth for depth, level in enumerate(Level)}, value=NodeRow.level)


def find_node(node_id: UUID) -> Node | None:
    """Return the node of that id, if there is one."""
    with looking() as connection:
        row = connection.execute(_by_id, {"wanted": node_id}).one_or_none()
    return None if row is None else _to_node(row)


def find_node_lately(node_id: UUID) -> Node | None:
    """Return the node of that id as it was at most two seconds ago, if there is one."""
    kept = _lately.get(node_id)
    if kept is not None and time.monotonic() < kept[1]:
        return kept[0]
    node = find_node(node_id)
    if node is not None:
        if len(_lately) >= LATELY_MAX:
            _lately.clear()
        _lately[node_id] = (node, time.monotonic() + LATELY_SECONDS)
    return node


def forget() -> None:
    """Forget the nodes that this process remembers."""
    _lately.clear()


def get_node(node_id: UUID) -> Node:
    """Return the node of that id.

    :raises NodeNotFoundError: if there is none.
    """
    node = find_node(node_id)
    if node is None:
        raise NodeNotFoundError
    return node


def get_open_node(node_id: UUID) -> Node:
    """Return the node of that id, to put something new there.

    :raises NodeNotFoundError: if there is none.
    :raises NodeClosedError: if it is closed.
    """
    node = get_node(node_id)
    if node.closed_at is not None:
        raise NodeClosedError
    return node


def find_node_by_label(label: str) -> Node | None:
    """Return the node of that label, if there is one."""
    return _find(NodeRow.label == label)


def find_child(parent_id: UUID | None, name: str) -> Node | None:
    """Return the node of that name right below a parent, or the center of that name."""
    return _find(NodeRow.parent_id == parent_id, NodeRow.name == name)


def get_node_by_names(names: str) -> Node:
    """Return the node that is meant by a path of names from its center, or by a unique name.

    :raises NodeNotFoundError: if there is none, or several of the name.
    """
    first, *others = (_spell(name) for name in names.split(NAME_SEPARATOR))
    if not others:
        named = _list(NodeRow.name == first)
        if len(named) != 1:
            raise NodeNotFoundError
        return named[0]
    node = find_child(None, first)
    for name in others:
        node = node and find_child(node.id, name)
    if node is None:
        raise NodeNotFoundError
    return node


def _spell(name: str) -> str:
    """Return a name as it would have been stored."""
    try:
        return normalize_name(name)
    except InvalidNodeError:
        return name


def list_centers() -> tuple[Node, ...]:
    """Return the centers, by name."""
    return _list(NodeRow.parent_id.is_(None))


def list_children(node_id: UUID) -> tuple[Node, ...]:
    """Return the nodes right below a node."""
    return _list(NodeRow.parent_id == node_id)


def list_branch(path: str) -> tuple[Node, ...]:
    """Return the node at *path* and every node below it, each after its parent."""
    return _list(NodeRow.path.startswith(path, autoescape=True))


def list_ancestors(path: str) -> tuple[Node, ...]:
    """Return the nodes from the center down to the one at *path*, itself last."""
    return _list(NodeRow.path.in_(split_path(path)))


def list_by_ids(ids: Collection[UUID]) -> dict[NodeId, Node]:
    """Return those of the nodes that exist."""
    return {node.id: node for node in _list(NodeRow.id.in_(list(ids)))}


def map_by_paths(paths: Collection[str]) -> dict[str, Node]:
    """Return those of the nodes that exist, under their paths."""
    return {node.path: node for node in _list(NodeRow.path.in_(list(paths)))}


def map_by_labels(labels: Collection[str]) -> dict[str, Node]:
    """Return those of the nodes that exist, under their labels."""
    return {node.label: node for node in _list(NodeRow.label.in_(list(labels)))}


def select_branch_ids(path: str) -> sa.Select[UUID]:
    """Return a selection of the ids of a branch, for use inside another query."""
    return sa.select(NodeRow.id).where(NodeRow.path.startswith(path, autoescape=True))


def select_closed_ids() -> sa.Select[UUID]:
    """Return a selection of the ids of closed nodes, for use inside another query."""
    return sa.select(_nodes.c.id).where(_nodes.c.closed_at.is_not(None))


def select_paths() -> sa.Select[UUID, str]:
    """Return a selection of the id and the path of every node, for use inside another query."""
    return sa.select(_nodes.c.id, _nodes.c.path)


def page_nodes(
    *,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
    level: Level | None = None,
    parent_id: UUID | None = None,
    path: str = "",
) -> Page[Node]:
    """Return the nodes of a branch, or of all, in the order in which they were made.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = sa.select(*_COLUMNS).order_by(NodeRow.id).limit(limit + 1)
    if level is not None:
        statement = statement.where(NodeRow.level == level)
    if parent_id is not None:
        statement = statement.where(NodeRow.parent_id == parent_id)
    if path:
        statement = statement.where(NodeRow.path.startswith(path, autoescape=True))
    if cursor is not None:
        statement = statement.where(NodeRow.id > _read_cursor(cursor))
    nodes = tuple(_to_node(row) for row in db.session.execute(statement))
    following = encode_cursor([nodes[limit - 1].id.hex]) if len(nodes) > limit else None
    return Page(items=nodes[:limit], next=following)


def map_paths(connection: sa.Connection) -> dict[UUID, str]:
    """Return the path of every node."""
    rows = connection.execute(sa.select(NodeRow.id, NodeRow.path))
    return {row.id: row.path for row in rows}


def _read_cursor(cursor: str) -> UUID:
    [text] = decode_cursor(cursor, length=1)
    try:
        return UUID(hex=text)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error


def _find(*conditions: sa.ColumnElement[bool]) -> Node | None:
    row = db.session.execute(sa.select(*_COLUMNS).where(*conditions)).one_or_none()
    return None if row is None else _to_node(row)


def _list(*conditions: sa.ColumnElement[bool]) -> tuple[Node, ...]:
    statement = sa.select(*_COLUMNS).where(*conditions).order_by(_DEPTH, NodeRow.name, NodeRow.id)
    return tuple(_to_node(row) for row in db.session.execute(statement))


def _to_node(row: sa.Row[*tuple[Any, ...]]) -> Node:
    return Node(
        id=NodeId(row.id),
        level=row.level,
        name=row.name,
        parent_id=None if row.parent_id is None else NodeId(row.parent_id),
        label=row.label,
        path=row.path,
        address=row.address,
        phone=row.phone,
        closed_at=row.closed_at,
    )
