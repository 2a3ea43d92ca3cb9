"""Wishes of the branch: opening one, and closing it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.pages.trees import nest
from rewards.stock import queries as stock
from rewards.web import parsing, sentences, statuses
from rewards.wishes import queries, rules, service
from rewards.wishes.types import Wish, WishId

from . import frame, safety
from .frame import Post

blueprint = Blueprint("console_wishes", __name__)

ADDRESS = "/console/wishes"


@blueprint.get(ADDRESS)
def show_all() -> ResponseReturnValue:
    """List the wishes of the branch, the newest first."""
    return _page(frame.enter(Verb.MANAGE_STOCK))


@blueprint.post(ADDRESS)
def add() -> ResponseReturnValue:
    """Open a wish."""
    post = frame.enter(Verb.MANAGE_STOCK)
    typed = {name: request.form.get(name, "") for name in ("title", "details", "points", "node")}
    try:
        safety.run_once(
            service.open_wish,
            post=post,
            route="console wish",
            render=_render,
            node_id=safety.read_id(typed["node"]),
            title=typed["title"],
            details=typed["details"],
            target_points=parsing.find_whole(typed["points"]) or 0,
        )
    except RewardsError as error:
        return _page(post, typed=typed, error=error), statuses.status_of(error)
    return redirect(f"{ADDRESS}?done=opened", code=303)


@blueprint.post(f"{ADDRESS}/<uuid:wish_id>/closing")
def close(wish_id: UUID) -> ResponseReturnValue:
    """Take no more points for a wish."""
    post = frame.enter(Verb.MANAGE_STOCK)
    try:
        safety.run_once(
            service.close_wish,
            post=post,
            route=f"console wish {wish_id} close",
            render=_render,
            wish_id=WishId(wish_id),
        )
    except RewardsError as error:
        return _page(post, error=error), statuses.status_of(error)
    return redirect(f"{ADDRESS}?done=closed", code=303)


def _page(
    post: Post, *, typed: dict[str, str] | None = None, error: RewardsError | None = None
) -> str:
    page = queries.page_wishes(post.node.path, cursor=request.args.get("cursor") or None)
    nodes = network.list_by_ids({each.node_id for each in page.items})
    return frame.show(
        "wishes.html",
        post=post,
        current="stock",
        wishes=[(each, nodes[each.node_id].name) for each in page.items],
        next_cursor=page.next,
        is_first="cursor" not in request.args,
        nodes=_list_nodes(post),
        typed=typed or {},
        key=safety.new_key(),
        can_give=bool(stock.list_giving(post.node.path)),
        title_length=rules.TITLE_LENGTH_MAX,
        details_length=rules.DETAILS_LENGTH_MAX,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=request.args.get("done", ""),
    )


def _list_nodes(post: Post) -> list[Node]:
    return [
        node
        for node in nest(network.list_branch(post.node.path))
        if node.closed_at is None and access.may(post.actor, Verb.MANAGE_STOCK, node.path)
    ]


def _render(wish: Wish) -> dict[str, Any]:
    return {"id": str(wish.id)}
