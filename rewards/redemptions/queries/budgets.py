"""Reads of budgets, and whether they tell what was redeemed."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from rewards.core import clock
from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import db, table_of
from rewards.network.rules import split_path
from rewards.network.types import NodeId
from rewards.stock import queries as stock
from rewards.wishes import queries as wishes

from .. import rules
from ..errors import BudgetNotFoundError
from ..models import RedemptionBudgetRow, RedemptionRow
from ..types import Budget, RedemptionStatus

_budgets = table_of(RedemptionBudgetRow)
_redemptions = table_of(RedemptionRow)
_spaces = stock.select_space_paths().subquery()
# Built once: every reservation asks it.
_above = (
    sa.select(_budgets)
    .where(
        _budgets.c.quarter == sa.bindparam("wanted_quarter", type_=sa.Date),
        _budgets.c.node_path.in_(sa.bindparam("paths", expanding=True)),
    )
    .order_by(_budgets.c.node_path)
)


def list_budgets_above(node_path: str, quarter: date) -> tuple[Budget, ...]:
    """Return the budgets of a quarter at a node and above it, the top first."""
    wanted = {"wanted_quarter": quarter, "paths": split_path(node_path)}
    return tuple(_build(row) for row in db.session.execute(_above, wanted).mappings())


def list_budgets_below(node_path: str, quarter: date) -> tuple[Budget, ...]:
    """Return the budgets of a quarter at a node and below it, the top first."""
    rows = db.session.execute(
        sa.select(_budgets)
        .where(
            _budgets.c.quarter == quarter,
            _budgets.c.node_path.startswith(node_path, autoescape=True),
        )
        .order_by(_budgets.c.node_path)
    )
    return tuple(_build(row) for row in rows.mappings())


def find_budget(node_id: NodeId, quarter: date) -> Budget | None:
    """Return the budget of a node in a quarter."""
    row = (
        db.session.execute(
            sa.select(_budgets).where(_budgets.c.node_id == node_id, _budgets.c.quarter == quarter)
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else _build(row)


def get_budget(node_id: NodeId, quarter: date) -> Budget:
    """Return the budget of a node in a quarter.

    :raises BudgetNotFoundError: if there is none.
    """
    budget = find_budget(node_id, quarter)
    if budget is None:
        raise BudgetNotFoundError
    return budget


def sum_redeemed(node_path: str, quarter: date) -> int:
    """Return the points of a branch that were reserved in a quarter and did not come back.

    Without what was given to wishes: nothing leaves a shelf for it.
    """
    query = sa.select(sa.func.sum(_redemptions.c.points)).where(
        _redemptions.c.space_id.in_(stock.select_space_ids(node_path)), *_counted(quarter)
    )
    return int(db.session.scalar(query) or 0)


def list_wrong_budgets(connection: sa.Connection, scope: Scope) -> tuple[Violation, ...]:
    """Return the budgets that do not tell what was redeemed below their node (I26)."""
    query = sa.select(_budgets).order_by(_budgets.c.quarter)
    if not scope.is_whole:
        # Those of the past change no more but by what is brought back.
        today = clock.local_date(scope.now, clock.zone())
        query = query.where(_budgets.c.quarter >= rules.quarter_of(today))
    budgets = [_build(row) for row in connection.execute(query).mappings()]
    found: list[Violation] = []
    for quarter, of_quarter in groupby(budgets, key=lambda each: each.quarter):
        redeemed = connection.execute(_by_space(quarter)).all()
        for budget in of_quarter:
            due = sum(row.points for row in redeemed if row.node_path.startswith(budget.node_path))
            if due != budget.used:
                found.append(_tell(budget, int(due)))
    return tuple(found[:FOUND_MAX])


def list_wrong_wishes(connection: sa.Connection, _scope: Scope) -> tuple[Violation, ...]:
    """Return the wishes that were given something else than what was redeemed for them (I26)."""
    wish_id = _redemptions.c.wish_id
    rows = connection.execute(
        sa.select(wish_id, sa.func.sum(_redemptions.c.points).label("points"))
        .where(wish_id.is_not(None))
        .group_by(wish_id)
    )
    redeemed = {row.wish_id: int(row.points) for row in rows}
    found = [
        Violation(
            invariant="I26",
            subject=f"wish:{each}",
            expected=f"{redeemed.get(each, 0)} points given",
            found=f"{given} points given",
        )
        for each, given in wishes.map_given(connection).items()
        if given != redeemed.get(each, 0)
    ]
    return tuple(found[:FOUND_MAX])


def _tell(budget: Budget, due: int) -> Violation:
    return Violation(
        invariant="I26",
        subject=f"budget:{budget.node_id}:{budget.quarter}",
        expected=f"{due} points used",
        found=f"{budget.used} points used",
    )


def _by_space(quarter: date) -> sa.Select[Any]:
    return (
        sa.select(_spaces.c.node_path, sa.func.sum(_redemptions.c.points).label("points"))
        .join(_spaces, _spaces.c.id == _redemptions.c.space_id)
        .where(*_counted(quarter))
        .group_by(_spaces.c.node_path)
    )


def _counted(quarter: date) -> tuple[sa.ColumnElement[bool], ...]:
    start, end = _bounds(quarter)
    return (
        _redemptions.c.reserved_at >= start,
        _redemptions.c.reserved_at < end,
        _redemptions.c.status.in_([RedemptionStatus.RESERVED, RedemptionStatus.FULFILLED]),
        _redemptions.c.returned_at.is_(None),
        _redemptions.c.wish_id.is_(None),
    )


def _bounds(quarter: date) -> tuple[datetime, datetime]:
    zone = clock.zone()
    return (
        clock.day_bounds(quarter, zone)[0],
        clock.day_bounds(rules.quarter_after(quarter), zone)[0],
    )


def _build(row: sa.RowMapping) -> Budget:
    return Budget(
        node_id=NodeId(row["node_id"]),
        node_path=row["node_path"],
        quarter=row["quarter"],
        points=row["points"],
        used=row["used"],
        set_by=row["set_by"],
        set_at=row["set_at"],
    )
