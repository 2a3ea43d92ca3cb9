"""Reads of the categories of teams."""

from typing import Any

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.network.types import NodeId

from ..errors import CategoryUnknownError
from ..models import TeamCategoryRow
from ..types import Category

_categories = table_of(TeamCategoryRow)


def list_categories(node_path: str = "", *, hidden_too: bool = False) -> tuple[Category, ...]:
    """Return the categories of all centers and of the center of a node, the standing ones first."""
    centers = {center.id: center.path for center in network.list_centers()}
    statement = sa.select(_categories).order_by(_categories.c.position)
    if not hidden_too:
        statement = statement.where(_categories.c.is_hidden.is_(False))
    own = center_path(node_path) if node_path else ""
    found = (_to_category(row, centers) for row in db.session.execute(statement))
    return tuple(each for each in found if each.node_path in ("", own) or not own)


def get_category(code: str, *, node_path: str) -> Category:
    """Return a category that teams of the center of a node may have, hidden or not.

    :raises CategoryUnknownError: if there is none.
    """
    for category in list_categories(node_path, hidden_too=True):
        if category.code == code:
            return category
    raise CategoryUnknownError


def _to_category(row: sa.Row[*tuple[Any, ...]], centers: dict[NodeId, str]) -> Category:
    return Category(
        code=row.code,
        name=row.name,
        is_standing=row.is_standing,
        is_hidden=row.is_hidden,
        position=row.position,
        node_path="" if row.node_id is None else centers[row.node_id],
    )
