"""Budgets of a quarter: charged by a reservation, given back when nothing comes of it.

Each changes by one conditional UPDATE, the top of the network first, after the
space and the stock level were locked: whoever sets a budget locks those of the
branch before, so that no reservation under way is missed.
"""

from datetime import date, datetime

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.core import clock
from rewards.core.db import db, insert, table_of
from rewards.core.unit import operation
from rewards.network.types import Node, NodeId
from rewards.stock import operations as stock

from .. import queries, rules
from ..models import RedemptionBudgetRow
from ..types import Budget, Redemption

_budgets = table_of(RedemptionBudgetRow)


@operation
def charge_budgets(*, node_path: str, points: int, now: datetime) -> None:
    """Take *points* from every budget of this quarter at a node and above it.

    :raises BudgetSpentError: if one does not hold so many.
    """
    quarter = rules.quarter_of(clock.local_date(now, clock.zone()))
    for budget in queries.list_budgets_above(node_path, quarter):
        is_charged = _change(budget, points, _budgets.c.used + points <= _budgets.c.points)
        if not is_charged:
            current = queries.get_budget(budget.node_id, quarter)
            raise rules.build_spent(current, required=points)


@operation
def give_back_to_budgets(redemption: Redemption) -> None:
    """Give the points of a redemption back to the budgets of the quarter it was reserved in."""
    # Where nothing moved on the shelf, nothing has kept a new budget waiting.
    stock.lock_level(redemption.reward_id)
    day = clock.local_date(redemption.reserved_at, clock.zone())
    for budget in queries.list_budgets_above(redemption.space_node_path, rules.quarter_of(day)):
        # Whatever is wrong with a budget is for the check of the books to say (I26): what
        # somebody gets back is theirs.
        _change(budget, -_at_most_used(redemption.points), sa.true())


@operation
def write_budget(
    *, node: Node, quarter: date, points: int, used: int, actor: Actor, now: datetime
) -> None:
    """Set the budget of a node, in place of the one there was."""
    values = {
        "node_path": node.path,
        "points": points,
        "used": used,
        "set_by": actor.principal,
        "set_at": now,
    }
    db.session.execute(
        insert(_budgets)
        .values(node_id=node.id, quarter=quarter, **values)
        .on_conflict_do_update(index_elements=["node_id", "quarter"], set_=values)
    )


@operation
def drop_budget(*, node_id: NodeId, quarter: date) -> None:
    """Let a node have no budget in a quarter: what it redeems is limited no more."""
    db.session.execute(sa.delete(_budgets).where(*_is(node_id, quarter)))


def _at_most_used(points: int) -> sa.ColumnElement[int]:
    return sa.case((_budgets.c.used < points, _budgets.c.used), else_=points)


def _change(
    budget: Budget, points: int | sa.ColumnElement[int], condition: sa.ColumnElement[bool]
) -> bool:
    result = db.session.execute(
        sa.update(_budgets)
        .where(*_is(budget.node_id, budget.quarter), condition)
        .values(used=_budgets.c.used + points)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _is(node_id: NodeId, quarter: date) -> tuple[sa.ColumnElement[bool], ...]:
    return _budgets.c.node_id == node_id, _budgets.c.quarter == quarter
