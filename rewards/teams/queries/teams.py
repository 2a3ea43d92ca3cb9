"""Reads of teams."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db, table_of
from rewards.core.paging import PAGE_SIZE, Page, encode_cursor
from rewards.network.rules import center_path
from rewards.network.types import NodeId

from ..errors import TeamClosedError, TeamNotFoundError
from ..models import TeamCategoryRow, TeamRow
from ..types import Team, TeamId
from .cursors import read_cursor

_teams = table_of(TeamRow)
_categories = table_of(TeamCategoryRow)

_select_teams = sa.select(
    _teams.c.id,
    _teams.c.name,
    _teams.c.category_code,
    _categories.c.name.label("category_name"),
    _teams.c.home_node_id,
    _teams.c.home_node_path,
    _teams.c.leader_id,
    _teams.c.closed_at,
).join_from(_teams, _categories, _categories.c.code == _teams.c.category_code)


def find_team(team_id: UUID) -> Team | None:
    """Return the team of that id, if there is one."""
    row = db.session.execute(_select_teams.where(_teams.c.id == team_id)).one_or_none()
    return None if row is None else _to_team(row)


def get_team(team_id: UUID) -> Team:
    """Return the team of that id, closed or not.

    :raises TeamNotFoundError: if there is none.
    """
    team = find_team(team_id)
    if team is None:
        raise TeamNotFoundError
    return team


def get_open_team(team_id: UUID, *, node_path: str) -> Team:
    """Return a team of the center of the node at *node_path*, to plan something new with it.

    :raises TeamNotFoundError: if there is none; those of other centers do not exist here.
    :raises TeamClosedError: if it is closed.
    """
    team = get_team(team_id)
    if center_path(team.home_node_path) != center_path(node_path):
        raise TeamNotFoundError
    if team.closed_at is not None:
        raise TeamClosedError
    return team


def find_by_name(node_id: UUID, name: str) -> Team | None:
    """Return the team of that name at home at a node, if there is one."""
    row = db.session.execute(
        _select_teams.where(_teams.c.home_node_id == node_id, _teams.c.name == name)
    ).one_or_none()
    return None if row is None else _to_team(row)


def list_teams(ids: Collection[UUID]) -> dict[TeamId, Team]:
    """Return those of the teams that exist, closed ones too."""
    if not ids:
        return {}
    rows = db.session.execute(_select_teams.where(_teams.c.id.in_(list(ids))))
    return {TeamId(row.id): _to_team(row) for row in rows}


def list_open(node_path: str) -> tuple[Team, ...]:
    """Return the open teams of a branch of the network, by name."""
    rows = db.session.execute(
        _select_teams.where(
            _teams.c.home_node_path.startswith(node_path, autoescape=True),
            _teams.c.closed_at.is_(None),
        ).order_by(_teams.c.name, _teams.c.id)
    )
    return tuple(_to_team(row) for row in rows)


def page_teams(
    *,
    node_path: str = "",
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
    category: str | None = None,
    text: str = "",
    open_only: bool = False,
) -> Page[Team]:
    """Return the teams of a branch by name: of a category, or with *text* in their names.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = (
        _select_teams.where(_teams.c.home_node_path.startswith(node_path, autoescape=True))
        .order_by(_teams.c.name, _teams.c.id)
        .limit(limit + 1)
    )
    if category is not None:
        statement = statement.where(_teams.c.category_code == category)
    if text:
        statement = statement.where(_teams.c.name.contains(text, autoescape=True))
    if open_only:
        statement = statement.where(_teams.c.closed_at.is_(None))
    if cursor is not None:
        name, last_id = read_cursor(cursor)
        statement = statement.where(
            sa.or_(_teams.c.name > name, sa.and_(_teams.c.name == name, _teams.c.id > last_id))
        )
    found = tuple(_to_team(row) for row in db.session.execute(statement))
    following = None
    if len(found) > limit:
        last = found[limit - 1]
        following = encode_cursor([last.name, last.id.hex])
    return Page(items=found[:limit], next=following)


def _to_team(row: sa.Row[*tuple[Any, ...]]) -> Team:
    return Team(
        id=TeamId(row.id),
        name=row.name,
        category_code=row.category_code,
        category_name=row.category_name,
        home_node_id=NodeId(row.home_node_id),
        home_node_path=row.home_node_path,
        leader_id=None if row.leader_id is None else ParticipantId(row.leader_id),
        closed_at=row.closed_at,
    )
