"""What a branch of the network may redeem in a quarter."""

from collections.abc import Iterable
from datetime import date, timedelta

from rewards.core.periods import Period, period_bounds
from rewards.network.rules import split_path

from ..errors import BudgetSpentError, BudgetUsedError, InvalidBudgetError
from ..types import Budget

BUDGET_POINTS_MAX = 100_000_000


def quarter_of(day: date) -> date:
    """Return the first day of the quarter of *day*."""
    return period_bounds(Period.QUARTER, day)[0]


def quarter_after(quarter: date) -> date:
    """Return the first day of the quarter after that of a day."""
    return period_bounds(Period.QUARTER, quarter)[1] + timedelta(days=1)


def authority_path(node_path: str) -> str:
    """Return the path of the node at which the budget of a node is decided: the one above.

    Nobody grants themselves money. A center has nobody above it.
    """
    return split_path(node_path)[-2:][0]


def check_budget(*, points: int, quarter: date, today: date) -> None:
    """Check that a budget can be set now.

    :raises InvalidBudgetError: if the points do not fit, or the quarter is over or far away.
    """
    if not 0 <= points <= BUDGET_POINTS_MAX:
        raise InvalidBudgetError(field="points")
    check_quarter(quarter, today=today)


def check_quarter(quarter: date, *, today: date) -> None:
    """Check that the budgets of a quarter can still be decided on, or already.

    :raises InvalidBudgetError: if it is neither this quarter nor the next.
    """
    current = quarter_of(today)
    if quarter not in {current, quarter_after(current)}:
        raise InvalidBudgetError(field="quarter")


def check_used(used: int, *, points: int) -> None:
    """Check that a budget is no smaller than what is used of it.

    :raises BudgetUsedError: if it is.
    """
    if points < used:
        raise BudgetUsedError(used=used)


def check_left(budgets: Iterable[Budget], *, required: int) -> None:
    """Check that each of *budgets* holds enough points.

    :raises BudgetSpentError: if one does not.
    """
    for budget in budgets:
        if budget.left < required:
            raise build_spent(budget, required=required)


def build_spent(budget: Budget, *, required: int) -> BudgetSpentError:
    """Return the error that says that a budget does not hold enough points."""
    return BudgetSpentError(
        points_left=budget.left,
        required=required,
        resets_on=quarter_after(budget.quarter).isoformat(),
    )
