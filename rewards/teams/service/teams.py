"""Making, changing, closing and reopening a team."""

from datetime import datetime
from typing import Any
from uuid import UUID

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core import clock
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.errors import NodeNotFoundError
from rewards.network.rules import center_path
from rewards.network.types import Node

from .. import operations, queries, rules
from ..errors import CategoryUnknownError, NotMemberError
from ..types import Category, Team


@use_case
def create_team(*, actor: Actor, name: str, category: str, node_id: UUID, now: datetime) -> Team:
    """Make a team that is at home at a node.

    :raises NodeNotFoundError: if there is no such node.
    :raises NotAllowedError: if the actor may not manage teams there.
    :raises NodeClosedError: if the node is closed.
    :raises InvalidTeamError: if the name is not good.
    :raises CategoryUnknownError: if there is no such category, or it is hidden.
    :raises TeamNameTakenError: if the node has a team of that name.
    """
    home = network.get_open_node(node_id)
    access.authorize(actor, Verb.MANAGE_TEAM, home.path)
    team = operations.create_team(
        name=rules.normalize_name(name),
        category=get_offered(category, home),
        home=home,
        principal=actor.principal,
        now=now,
    )
    audit(actor, "team.created", team, {"category": team.category_code}, now=now)
    return team


@use_case
def update_team(*, actor: Actor, team_id: UUID, changes: dict[str, Any], now: datetime) -> Team:
    """Change the name, the category, the home node or the leader of a team.

    The leader is one of its members, or None. A new home is in the same center.

    :raises TeamNotFoundError: if there is no such team.
    :raises NotAllowedError: if the actor may not manage teams where it is at home, or would be.
    :raises InvalidTeamError: if the name is not good.
    :raises CategoryUnknownError: if there is no such category, or it is hidden.
    :raises NodeNotFoundError: if there is no such node in the center.
    :raises NodeClosedError: if the node is closed.
    :raises TeamNameTakenError: if the node has another team of that name.
    :raises NotMemberError: if the leader does not belong to the team.
    """
    team = _hold(actor, team_id)
    values: dict[str, Any] = {}
    if "name" in changes:
        values["name"] = rules.normalize_name(changes["name"])
    if "node_id" in changes and changes["node_id"] != team.home_node_id:
        home = _get_new_home(actor, team, changes["node_id"])
        values |= {"home_node_id": home.id, "home_node_path": home.path}
    if "category" in changes and changes["category"] != team.category_code:
        home = network.get_node(team.home_node_id)
        values["category_code"] = get_offered(changes["category"], home).code
    if "leader_id" in changes:
        values["leader_id"] = _choose_leader(team, changes["leader_id"], now=now)
    changed = operations.change_team(team, values)
    audit(actor, "team.updated", changed, {"fields": sorted(values)}, now=now)
    return changed


@use_case
def close_team(*, actor: Actor, team_id: UUID, now: datetime) -> Team:
    """Close a team: nobody joins and nothing new is planned with it; what was done stays.

    :raises TeamNotFoundError: if there is no such team.
    :raises NotAllowedError: if the actor may not manage teams there.
    """
    team = _hold(actor, team_id)
    if team.closed_at is not None:
        return team
    closed = operations.change_team(team, {"closed_at": now})
    audit(actor, "team.closed", closed, {}, now=now)
    return closed


@use_case
def reopen_team(*, actor: Actor, team_id: UUID, now: datetime) -> Team:
    """Let people join a closed team again; its members are those it had.

    :raises TeamNotFoundError: if there is no such team.
    :raises NotAllowedError: if the actor may not manage teams there.
    """
    team = _hold(actor, team_id)
    if team.closed_at is None:
        return team
    reopened = operations.change_team(team, {"closed_at": None})
    audit(actor, "team.reopened", reopened, {}, now=now)
    return reopened


def get_offered(code: str, home: Node) -> Category:
    """Return a category that is offered to teams at home at a node.

    :raises CategoryUnknownError: if there is no such category, or it is hidden.
    """
    category = queries.get_category(code, node_path=home.path)
    if category.is_hidden:
        raise CategoryUnknownError
    return category


def audit(actor: Actor, action: str, team: Team, details: dict[str, Any], *, now: datetime) -> None:
    """Write down who did what to a team."""
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=team.home_node_id,
        subject=f"team:{team.id.hex}",
        details=details,
        now=now,
    )


def _hold(actor: Actor, team_id: UUID) -> Team:
    access.authorize(actor, Verb.MANAGE_TEAM, queries.get_team(team_id).home_node_path)
    return operations.lock_team(team_id)


def _get_new_home(actor: Actor, team: Team, node_id: UUID) -> Node:
    home = network.get_open_node(node_id)
    if center_path(home.path) != center_path(team.home_node_path):
        raise NodeNotFoundError
    access.authorize(actor, Verb.MANAGE_TEAM, home.path)
    return home


def _choose_leader(team: Team, leader_id: UUID | None, *, now: datetime) -> UUID | None:
    if leader_id is None:
        return None
    today = clock.local_date(now, clock.zone())
    if not queries.is_member(team_id=team.id, participant_id=leader_id, day=today):
        raise NotMemberError
    return leader_id
