"""The wire format of budgets."""

from marshmallow import Schema, fields

from rewards.redemptions.rules import BUDGET_POINTS_MAX

from .common import Count, Day, Request, page_of


class BudgetsQuery(Request):
    day = Day(load_default=None, metadata={"description": "A day of the quarter; today."})


class BudgetRequest(Request):
    day = Day(required=True, metadata={"description": "A day of this quarter or the next."})
    points = Count(at_most=BUDGET_POINTS_MAX, required=True)


class BudgetRemoval(Request):
    day = Day(required=True, metadata={"description": "A day of this quarter or the next."})


class BudgetResponse(Schema):
    node_id = fields.UUID(required=True)
    quarter = fields.Date(required=True, metadata={"description": "Its first day."})
    points = fields.Integer(required=True)
    used = fields.Integer(
        required=True,
        metadata={"description": "Reserved or handed over in the quarter, and not brought back."},
    )
    left = fields.Integer(required=True)


class BudgetRemovalResponse(Schema):
    node_id = fields.UUID(required=True)


BudgetsPage = page_of(BudgetResponse, name="BudgetsPage")
