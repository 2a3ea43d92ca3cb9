"""Budgets: what a branch of the network may redeem in a quarter."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.paging import Page
from rewards.network.errors import NodeNotFoundError
from rewards.network.types import NodeId
from rewards.redemptions import queries, rules, service
from rewards.redemptions.types import Budget
from rewards.web import sessions

from .resources import Resource, answer_once, answer_page, instance_of
from .schemas.budgets import (
    BudgetRemoval,
    BudgetRemovalResponse,
    BudgetRequest,
    BudgetResponse,
    BudgetsPage,
    BudgetsQuery,
)
from .visibility import get_visible_node

budgets = Resource("budgets", description="What a branch may redeem in a quarter 兑换预算.")

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


@budgets.call(
    "GET",
    "/nodes/<uuid:node_id>/budgets",
    query=BudgetsQuery,
    answers={HTTPStatus.OK: BudgetsPage},
    refusals=REFUSALS,
)
def list_budgets(query: dict[str, Any], node_id: UUID) -> Response:
    """List the budgets that hold at a node or below it in a quarter, on one page."""
    actor = sessions.require_staff()
    node = get_visible_node(actor, NodeId(node_id), NodeNotFoundError)
    access.authorize(actor, Verb.MANAGE_STOCK, node.path)
    day = query["day"] or clock.local_date(clock.now(), clock.zone())
    quarter = rules.quarter_of(day)
    above = queries.list_budgets_above(node.path, quarter)
    below = queries.list_budgets_below(node.path, quarter)
    # The node's own is in both.
    items = (*(each for each in above if each.node_id != node.id), *below)
    return answer_page(BudgetResponse, Page(items=items, next=None))


@budgets.call(
    "POST",
    "/nodes/<uuid:node_id>/budgets",
    body=BudgetRequest,
    answers={HTTPStatus.OK: BudgetResponse},
    refusals=(*REFUSALS, HTTPStatus.CONFLICT),
    is_keyed=True,
)
def set_budget(body: dict[str, Any], node_id: UUID) -> Response:
    """Set how many points a node may redeem in a quarter; whoever is in charge above it may."""
    actor = sessions.require_staff()
    node = get_visible_node(actor, NodeId(node_id), NodeNotFoundError)
    return answer_once(
        service.set_budget,
        render=_render,
        actor=actor,
        now=clock.now(),
        node_id=node.id,
        quarter=body["day"],
        points=body["points"],
    )


@budgets.call(
    "POST",
    "/nodes/<uuid:node_id>/budgets/removal",
    body=BudgetRemoval,
    answers={HTTPStatus.OK: BudgetRemovalResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def drop_budget(body: dict[str, Any], node_id: UUID) -> Response:
    """Let a node have no budget of its own in a quarter."""
    actor = sessions.require_staff()
    node = get_visible_node(actor, NodeId(node_id), NodeNotFoundError)
    return answer_once(
        service.drop_budget,
        render=lambda _nothing: (HTTPStatus.OK, {"node_id": str(node.id)}),
        actor=actor,
        now=clock.now(),
        node_id=node.id,
        quarter=body["day"],
    )


def _render(budget: Budget) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.OK, instance_of(BudgetResponse).dump(budget)
