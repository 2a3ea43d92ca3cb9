"""Teams, and who belongs to them from when to when."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.access.types import ParticipantId, Verb
from rewards.core import clock
from rewards.core.paging import Page
from rewards.network.errors import NodeNotFoundError
from rewards.participants import queries as participants
from rewards.teams import queries, service
from rewards.teams.errors import TeamNotFoundError
from rewards.teams.types import Category, Membership, Team
from rewards.web import sessions

from .resources import Resource, answer, answer_once, answer_page
from .schemas.teams import (
    CategoriesPage,
    CategoriesQuery,
    CategoryRequest,
    CategoryResponse,
    MemberRequest,
    MemberResponse,
    MembersPage,
    MembersQuery,
    TeamChange,
    TeamRequest,
    TeamResponse,
    TeamsPage,
    TeamsQuery,
)
from .visibility import authorize_read, check_visible, find_listed_path, get_visible_node

teams = Resource("teams", description="Teams 队伍, their categories and their members.")

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT)


@teams.call(
    "GET", "/teams", query=TeamsQuery, answers={HTTPStatus.OK: TeamsPage}, refusals=REFUSALS
)
def list_teams(query: dict[str, Any]) -> Response:
    """List the teams that are at home in a branch of the network, by name."""
    path = find_listed_path(sessions.current_actor(), query.pop("node_id"))
    return answer_page(TeamResponse, queries.page_teams(node_path=path, **query))


@teams.call(
    "POST",
    "/teams",
    body=TeamRequest,
    answers={HTTPStatus.CREATED: TeamResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def create_team(body: dict[str, Any]) -> Response:
    """Make a team that is at home at a node."""
    actor = sessions.require_staff()
    get_visible_node(actor, body["node_id"], NodeNotFoundError)
    return answer_once(
        service.create_team,
        render=_render_team,
        location=lambda team: url_for("teams.get_team", team_id=team["id"]),
        actor=actor,
        now=clock.now(),
        **body,
    )


@teams.call(
    "GET", "/teams/<uuid:team_id>", answers={HTTPStatus.OK: TeamResponse}, refusals=REFUSALS
)
def get_team(team_id: UUID) -> Response:
    """Show a team."""
    return answer(TeamResponse, _get_visible(team_id))


@teams.call(
    "PATCH",
    "/teams/<uuid:team_id>",
    body=TeamChange,
    answers={HTTPStatus.OK: TeamResponse},
    refusals=WRITE_REFUSALS,
)
def change_team(body: dict[str, Any], team_id: UUID) -> Response:
    """Change a team, close it or reopen it."""
    actor = sessions.require_staff()
    team = _get_visible(team_id)
    if "is_closed" in body:
        act = service.close_team if body["is_closed"] else service.reopen_team
        changed = act(actor=actor, team_id=team.id, now=clock.now())
    else:
        changed = service.update_team(actor=actor, team_id=team.id, changes=body, now=clock.now())
    return answer(TeamResponse, changed)


@teams.call(
    "GET",
    "/teams/<uuid:team_id>/members",
    query=MembersQuery,
    answers={HTTPStatus.OK: MembersPage},
    refusals=REFUSALS,
)
def list_members(query: dict[str, Any], team_id: UUID) -> Response:
    """List who belongs to a team on a day, the longest first."""
    actor = sessions.require_staff()
    team = queries.get_team(team_id)
    authorize_read(actor, Verb.MANAGE_MEMBERS, team.home_node_path, TeamNotFoundError)
    day = query.pop("day") or clock.local_date(clock.now(), clock.zone())
    page = queries.page_members(team.id, day=day, **query)
    return answer_page(MemberResponse, Page(items=_with_people(team, page.items), next=page.next))


@teams.call(
    "POST",
    "/teams/<uuid:team_id>/members",
    body=MemberRequest,
    answers={HTTPStatus.CREATED: MemberResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def add_member(body: dict[str, Any], team_id: UUID) -> Response:
    """Let somebody belong to a team from a day on."""
    actor = sessions.require_staff()
    team = _get_visible(team_id)
    return answer_once(
        service.add_member,
        render=partial(_render_member, team),
        location=lambda _member: url_for("teams.list_members", team_id=team.id),
        actor=actor,
        now=clock.now(),
        team_id=team.id,
        participant_id=ParticipantId(body.pop("participant_id")),
        **body,
    )


@teams.call(
    "DELETE",
    "/teams/<uuid:team_id>/members/<uuid:participant_id>",
    answers={HTTPStatus.OK: MemberResponse},
    refusals=REFUSALS,
)
def end_membership(team_id: UUID, participant_id: UUID) -> Response:
    """Let somebody belong to a team no longer, from today on; what they did stays counted."""
    actor = sessions.require_staff()
    team = _get_visible(team_id)
    ended = service.end_membership(
        actor=actor,
        team_id=team.id,
        participant_id=ParticipantId(participant_id),
        now=clock.now(),
    )
    return answer(MemberResponse, _with_people(team, [ended])[0])


@teams.call(
    "GET",
    "/team-categories",
    query=CategoriesQuery,
    answers={HTTPStatus.OK: CategoriesPage},
    refusals=REFUSALS,
)
def list_categories(query: dict[str, Any]) -> Response:
    """List the categories that are offered to teams, the eight standing ones first."""
    path = find_listed_path(sessions.current_actor(), query["node_id"])
    return answer_page(CategoryResponse, Page(items=queries.list_categories(path), next=None))


@teams.call(
    "POST",
    "/team-categories",
    body=CategoryRequest,
    answers={HTTPStatus.CREATED: CategoryResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def add_category(body: dict[str, Any]) -> Response:
    """Add a special category for the teams of a center."""
    actor = sessions.require_staff()
    get_visible_node(actor, body["node_id"], NodeNotFoundError)
    return answer_once(
        service.add_category,
        render=_render_category,
        location=lambda _category: url_for("teams.list_categories"),
        actor=actor,
        now=clock.now(),
        **body,
    )


def _get_visible(team_id: UUID) -> Team:
    team = queries.get_team(team_id)
    check_visible(sessions.current_actor(), team.home_node_path, TeamNotFoundError)
    return team


def _with_people(team: Team, members: Sequence[Membership]) -> tuple[dict[str, Any], ...]:
    people = participants.list_participants([each.participant_id for each in members])
    return tuple(
        asdict(each)
        | {
            "number": people[each.participant_id].number,
            "display_name": people[each.participant_id].masked_name,
            "is_leader": each.participant_id == team.leader_id and each.left_on is None,
        }
        for each in members
    )


def _render_team(team: Team) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.CREATED, TeamResponse().dump(team)


def _render_category(category: Category) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.CREATED, CategoryResponse().dump(category)


def _render_member(team: Team, member: Membership) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.CREATED, MemberResponse().dump(_with_people(team, [member])[0])
