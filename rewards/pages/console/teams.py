"""The teams of a branch, and making, changing, closing one."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access import rules as access
from rewards.access.errors import NotAllowedError
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.pages.trees import nest
from rewards.teams import queries, rules, service
from rewards.teams.types import Team
from rewards.web import sentences, statuses

from . import frame, safety
from .frame import Post

blueprint = Blueprint("console_teams", __name__)

PAGE_SIZE = 20


@blueprint.get("/console/teams")
def show_list() -> ResponseReturnValue:
    """List the teams of the branch, by name, of a category or with a word in their names."""
    post = enter()
    text = request.args.get("q", "").strip()[: rules.NAME_LENGTH_MAX]
    categories = queries.list_categories(post.node.path, hidden_too=True)
    category = request.args.get("category", "")
    page = queries.page_teams(
        node_path=post.node.path,
        text=text.replace("\0", ""),
        category=category or None,
        cursor=request.args.get("cursor") or None,
        limit=PAGE_SIZE,
    )
    today = clock.local_date(post.now, clock.zone())
    people = queries.count_members([team.id for team in page.items], day=today)
    nodes = network.list_by_ids([team.home_node_id for team in page.items])
    return frame.show(
        "teams.html",
        post=post,
        current="teams",
        q=text,
        category=category,
        categories=[(each.code, sentences.name_category(each)) for each in categories],
        teams=[
            (team, sentences.name_category(team), nodes[team.home_node_id].name, people[team.id])
            for team in page.items
        ],
        following=page.next
        and "/console/teams?" + urlencode({"q": text, "category": category, "cursor": page.next}),
        is_first="cursor" not in request.args,
        may_manage=post.may(Verb.MANAGE_TEAM),
        may_sort=access.may(post.actor, Verb.MANAGE_NETWORK, post.center_path),
    )


@blueprint.get("/console/teams/new")
def ask_new() -> ResponseReturnValue:
    """Ask for what a team needs."""
    post = frame.enter(Verb.MANAGE_TEAM)
    return _form(post, {"node": str(post.node.id)})


@blueprint.post("/console/teams/new")
def create() -> ResponseReturnValue:
    """Make a team."""
    post = frame.enter(Verb.MANAGE_TEAM)
    try:
        answer = safety.run_once(
            service.create_team,
            post=post,
            route="console team",
            render=lambda team: {"id": str(team.id)},
            name=request.form.get("name", ""),
            category=request.form.get("category", ""),
            node_id=safety.read_id(request.form.get("node", "")),
        )
    except RewardsError as error:
        return _form(post, request.form, error=error), statuses.status_of(error)
    return redirect(f"/console/teams/{answer.body['id']}?done=new", code=303)


@blueprint.get("/console/teams/<uuid:team_id>/edit")
def ask_changes(team_id: UUID) -> ResponseReturnValue:
    """Ask what is to be changed of a team."""
    post, team = _get_managed(team_id)
    typed = {
        "name": team.name,
        "category": team.category_code,
        "node": str(team.home_node_id),
    }
    return _form(post, typed, team=team)


@blueprint.post("/console/teams/<uuid:team_id>/edit")
def change(team_id: UUID) -> ResponseReturnValue:
    """Change a team."""
    post, team = _get_managed(team_id)
    try:
        service.update_team(
            actor=post.actor,
            team_id=team.id,
            changes={
                "name": request.form.get("name", ""),
                "category": request.form.get("category", ""),
                "node_id": safety.read_id(request.form.get("node", "")),
            },
            now=post.now,
        )
    except RewardsError as error:
        return _form(post, request.form, team=team, error=error), statuses.status_of(error)
    return redirect(f"/console/teams/{team.id}?done=changed", code=303)


@blueprint.post("/console/teams/<uuid:team_id>/closing")
def close(team_id: UUID) -> ResponseReturnValue:
    """Close a team, or reopen it."""
    post, team = _get_managed(team_id)
    act = service.reopen_team if request.form.get("reopen") == "yes" else service.close_team
    act(actor=post.actor, team_id=team.id, now=post.now)
    return redirect(f"/console/teams/{team.id}?done=changed", code=303)


def enter() -> Post:
    """Return the post of staff who look after teams there, or after who belongs to them.

    :raises NotAllowedError: if they do neither.
    """
    post = frame.enter()
    if not (post.may(Verb.MANAGE_TEAM) or post.may(Verb.MANAGE_MEMBERS)):
        raise NotAllowedError(verb=Verb.MANAGE_MEMBERS.value)
    return post


def _get_managed(team_id: UUID) -> tuple[Post, Team]:
    post = frame.enter()
    team = queries.get_team(team_id)
    access.authorize(post.actor, Verb.MANAGE_TEAM, team.home_node_path)
    return post, team


def _form(
    post: Post,
    typed: Mapping[str, str],
    *,
    team: Team | None = None,
    error: RewardsError | None = None,
) -> str:
    path = team.home_node_path if team else post.node.path
    offered = [
        each
        for each in queries.list_categories(path, hidden_too=True)
        if not each.is_hidden or (team and each.code == team.category_code)
    ]
    return frame.show(
        "team_form.html",
        post=post,
        current="teams",
        team=team,
        typed=typed,
        key=request.form.get(safety.KEY_FIELD) or safety.new_key(),
        errors=_blame(error),
        standing=[(c.code, sentences.name_category(c)) for c in offered if c.is_standing],
        special=[(c.code, sentences.name_category(c)) for c in offered if not c.is_standing],
        places=_list_places(post, team),
        name_length_max=rules.NAME_LENGTH_MAX,
    )


def _list_places(post: Post, team: Team | None) -> list[Node]:
    # A team keeps its home though the page of its branch is not open.
    nodes = {node.id: node for node in nest(network.list_branch(post.node.path))}
    if team is not None and team.home_node_id not in nodes:
        nodes[team.home_node_id] = network.get_node(team.home_node_id)
    return [
        node
        for node in nodes.values()
        if (node.closed_at is None and access.may(post.actor, Verb.MANAGE_TEAM, node.path))
        or (team is not None and node.id == team.home_node_id)
    ]


def _blame(error: RewardsError | None) -> dict[str, Any]:
    if error is None:
        return {}
    fields = {
        "team-category-unknown": "category",
        "node-closed": "node",
        "node-not-found": "node",
        "invalid-team": "name",
        "team-name-taken": "name",
    }
    sentence = sentences.explain(error, to_staff=True)
    said = _("%(what)s。%(next)s", what=sentence.detail, next=sentence.next_step)
    return {fields.get(error.code, "form"): said}
