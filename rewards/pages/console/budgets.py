"""What the branch may redeem in a quarter: used, left, and setting it."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.network.types import Node, NodeId
from rewards.pages.trees import nest
from rewards.redemptions import queries, rules, service, store
from rewards.redemptions.errors import InvalidBudgetError
from rewards.redemptions.types import Budget
from rewards.web import parsing, sentences, statuses

from . import frame, safety
from .frame import Post

blueprint = Blueprint("console_budgets", __name__)

ADDRESS = "/console/budgets"


@blueprint.get(ADDRESS)
def show_all() -> ResponseReturnValue:
    """Show the budgets that hold for the branch in a quarter."""
    return _page(frame.enter(Verb.MANAGE_STOCK))


@blueprint.post(ADDRESS)
def set_one() -> ResponseReturnValue:
    """Set the budget of a node."""
    post = frame.enter(Verb.MANAGE_STOCK)
    typed = {name: request.form.get(name, "") for name in ("node", "points")}
    quarter = _read_quarter(request.form.get("quarter", ""), post)
    try:
        points = parsing.find_whole(typed["points"])
        if points is None:
            raise InvalidBudgetError(field="points")
        safety.run_once(
            service.set_budget,
            post=post,
            route="console budget",
            render=_render,
            node_id=safety.read_id(typed["node"]),
            quarter=quarter,
            points=points,
        )
    except RewardsError as error:
        return _page(post, typed=typed, error=error), statuses.status_of(error)
    return redirect(f"{ADDRESS}?quarter={quarter}&done=set", code=303)


@blueprint.post(f"{ADDRESS}/<uuid:node_id>/removal")
def drop(node_id: UUID) -> ResponseReturnValue:
    """Let a node have no budget of its own in a quarter."""
    post = frame.enter(Verb.MANAGE_STOCK)
    quarter = _read_quarter(request.form.get("quarter", ""), post)
    try:
        safety.run_once(
            service.drop_budget,
            post=post,
            route=f"console budget {node_id} {quarter} drop",
            render=lambda _nothing: {},
            node_id=NodeId(node_id),
            quarter=quarter,
        )
    except RewardsError as error:
        return _page(post, error=error), statuses.status_of(error)
    return redirect(f"{ADDRESS}?quarter={quarter}&done=dropped", code=303)


def _page(
    post: Post, *, typed: dict[str, str] | None = None, error: RewardsError | None = None
) -> str:
    today = clock.local_date(post.now, clock.zone())
    current = rules.quarter_of(today)
    following = rules.quarter_after(current)
    quarter = _read_quarter(request.values.get("quarter", ""), post)
    budgets = (
        *(
            each
            for each in queries.list_budgets_above(post.node.path, quarter)
            if each.node_path != post.node.path
        ),
        *queries.list_budgets_below(post.node.path, quarter),
    )
    nodes = network.list_by_ids({each.node_id for each in budgets})
    return frame.show(
        "budgets.html",
        post=post,
        current="stock",
        quarter=quarter,
        quarters=[(each, _name(each)) for each in (current, following)],
        quarter_name=_name(quarter),
        is_open=quarter in {current, following},
        budgets=[
            (each, nodes[each.node_id].name, _may_set(post, each.node_path)) for each in budgets
        ],
        nodes=_list_settable(post),
        typed=typed or {},
        key=safety.new_key(),
        terms=store.terms(),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=request.args.get("done", ""),
    )


def _read_quarter(text: str, post: Post) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = clock.local_date(post.now, clock.zone())
    # The last quarter of the calendar has no end.
    return rules.quarter_of(min(day, date(9999, 9, 30)))


def _name(quarter: date) -> tuple[int, int]:
    return quarter.year, (quarter.month - 1) // 3 + 1


def _list_settable(post: Post) -> list[Node]:
    return [
        node
        for node in nest(network.list_branch(post.node.path))
        if node.closed_at is None and _may_set(post, node.path)
    ]


def _may_set(post: Post, node_path: str) -> bool:
    return access.may(post.actor, Verb.MANAGE_BUDGET, rules.authority_path(node_path))


def _render(budget: Budget) -> dict[str, Any]:
    return {"node": str(budget.node_id)}
