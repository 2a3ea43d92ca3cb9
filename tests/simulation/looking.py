"""What the database says of an exchange, in the plainest way: no rule of the program is used."""

import sqlalchemy as sa

from rewards.core.db import db
from rewards.ledger.models import AccountRow, EntryRow, LotRow
from rewards.ledger.types import Asset
from rewards.redemptions.models import RedemptionBudgetRow, RedemptionRow

from .exchange import quarter_of


def read_budgets(node):
    """Return the points and what is used of them, by quarter."""
    rows = db.session.execute(
        sa.select(
            RedemptionBudgetRow.quarter, RedemptionBudgetRow.points, RedemptionBudgetRow.used
        ).where(RedemptionBudgetRow.node_id == node.id)
    )
    return {quarter_of(row.quarter): (row.points, row.used) for row in rows}


def list_redemptions(redemption_ids):
    """Return the state, the pieces and the points of each redemption."""
    rows = db.session.execute(
        sa.select(
            RedemptionRow.id, RedemptionRow.status, RedemptionRow.quantity, RedemptionRow.points
        ).where(RedemptionRow.id.in_(list(redemption_ids)))
    )
    return {row.id: (row.status.value, row.quantity, row.points) for row in rows}


def list_lots(person):
    """Return what is left of each lot, the oldest first."""
    rows = db.session.execute(
        sa.select(LotRow.remaining)
        .join(EntryRow, EntryRow.id == LotRow.entry_id)
        .join(AccountRow, AccountRow.id == LotRow.account_id)
        .where(
            AccountRow.participant_id == person.participant_id,
            AccountRow.asset == Asset.POINTS,
        )
        .order_by(LotRow.valid_until, LotRow.entry_id)
    )
    return list(rows.scalars())


def sum_movements(reward_id):
    """Return what came onto the shelf, less what left it."""
    parts = {"receive": 1, "adjust": 1, "return": 1, "fulfil": -1, "replace": -1}
    rows = db.session.execute(
        sa.text(
            "SELECT kind, SUM(quantity) FROM stock_movements WHERE reward_id = :id GROUP BY 1"
        ).bindparams(sa.bindparam("id", type_=sa.Uuid())),
        {"id": reward_id},
    )
    return sum(parts.get(kind, 0) * total for kind, total in rows)
