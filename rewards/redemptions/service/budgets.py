"""Use cases of administrators: what a branch may redeem in a quarter."""

from datetime import date, datetime

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core import clock
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.types import Node, NodeId
from rewards.stock import operations as stock

from .. import operations, queries, rules
from ..types import Budget


@use_case
def set_budget(
    *, actor: Actor, node_id: NodeId, quarter: date, points: int, now: datetime
) -> Budget:
    """Let a branch redeem so many points in a quarter, and no more; *quarter* is any day of it.

    What was redeemed in it so far is counted.

    :raises NodeNotFoundError: if there is no such node.
    :raises NotAllowedError: if the actor may not decide on budgets at the node above.
    :raises InvalidBudgetError: if the points do not fit, or the quarter is over or far away.
    :raises BudgetUsedError: if more than so many points are used already.
    """
    node = network.get_node(node_id)
    _authorize(actor, node)
    quarter = rules.quarter_of(quarter)
    rules.check_budget(points=points, quarter=quarter, today=_today(now))
    used = _count_used(node, quarter)
    rules.check_used(used, points=points)
    operations.write_budget(
        node=node, quarter=quarter, points=points, used=used, actor=actor, now=now
    )
    _audit(actor, "budget.set", node, quarter, now=now, points=points)
    return queries.get_budget(node_id, quarter)


@use_case
def drop_budget(*, actor: Actor, node_id: NodeId, quarter: date, now: datetime) -> None:
    """Let a branch redeem without a budget of its own; those above it hold as before.

    :raises NodeNotFoundError: if there is no such node.
    :raises NotAllowedError: if the actor may not decide on budgets at the node above.
    :raises InvalidBudgetError: if the quarter is over or far away.
    :raises BudgetNotFoundError: if it has none.
    """
    node = network.get_node(node_id)
    _authorize(actor, node)
    quarter = rules.quarter_of(quarter)
    rules.check_quarter(quarter, today=_today(now))
    stock.lock_branch(node.path)
    queries.get_budget(node_id, quarter)
    operations.drop_budget(node_id=node_id, quarter=quarter)
    _audit(actor, "budget.dropped", node, quarter, now=now)


def _count_used(node: Node, quarter: date) -> int:
    # A reservation under way holds its space and level until it is there to be counted;
    # one that comes later waits for ours, and finds the budget.
    stock.lock_branch(node.path)
    return queries.sum_redeemed(node.path, quarter)


def _authorize(actor: Actor, node: Node) -> None:
    access.authorize(actor, Verb.MANAGE_BUDGET, rules.authority_path(node.path))


def _today(now: datetime) -> date:
    return clock.local_date(now, clock.zone())


def _audit(
    actor: Actor, action: str, node: Node, quarter: date, *, now: datetime, **details: int
) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=node.id,
        subject=f"node:{node.id.hex}",
        details={"quarter": quarter.isoformat(), **details},
        now=now,
    )
