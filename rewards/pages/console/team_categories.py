"""The categories of teams: which are offered, and the special ones of the center."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.teams import queries, rules, service
from rewards.web import sentences, statuses

from . import frame
from .frame import Post

blueprint = Blueprint("console_team_categories", __name__)


@blueprint.get("/console/teams/categories")
def show() -> ResponseReturnValue:
    """List the categories, the eight standing ones first."""
    return _page(_enter())


@blueprint.post("/console/teams/categories")
def add() -> ResponseReturnValue:
    """Add a special category."""
    post = _enter()
    try:
        service.add_category(
            actor=post.actor,
            node_id=post.node.id,
            name=request.form.get("name", ""),
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, error=error), statuses.status_of(error)
    return redirect("/console/teams/categories?done=added", code=303)


@blueprint.post("/console/teams/categories/<string(maxlength=24):code>")
def hide(code: str) -> ResponseReturnValue:
    """Offer a category no more, or again."""
    post = _enter()
    try:
        service.set_category_hidden(
            actor=post.actor,
            node_id=post.node.id,
            code=code,
            is_hidden=request.form.get("hidden") == "yes",
            now=post.now,
        )
    except RewardsError as error:
        return _page(post, error=error), statuses.status_of(error)
    return redirect("/console/teams/categories?done=changed", code=303)


def _enter() -> Post:
    post = frame.enter()
    access.authorize(post.actor, Verb.MANAGE_NETWORK, post.center_path)
    return post


def _page(post: Post, *, error: RewardsError | None = None) -> str:
    categories = queries.list_categories(post.center_path, hidden_too=True)
    return frame.show(
        "team_categories.html",
        post=post,
        current="teams",
        standing=[(each, sentences.name_category(each)) for each in categories if each.is_standing],
        special=[
            (each, sentences.name_category(each)) for each in categories if not each.is_standing
        ],
        typed=request.form.get("name", ""),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=request.args.get("done", ""),
        name_length_max=rules.CATEGORY_NAME_LENGTH_MAX,
    )
