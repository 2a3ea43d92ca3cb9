"""What the database says of an exchange, in the plainest way: no rule of the program is used."""

import sqlalchemy as sa

from rewards.core.db import db
from rewards.ledger.models import AccountRow, EntryRow, LotRow
from rewards.ledger.types import Asset
from rewards.redemptions.models import RedemptionBudgetRow, RedemptionProxyRow, RedemptionRow
from rewards.stock.models import StockLevelRow
from rewards.stockroom.models import (
    StockChangeRequestRow,
    StockTransferLineRow,
    StockTransferRow,
)
from rewards.wishes.models import WishRow

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
    came = ("receive", "adjust", "return", "stocktake", "transfer_in")
    left = ("fulfil", "replace", "damage", "transfer_out")
    parts = dict.fromkeys(came, 1) | dict.fromkeys(left, -1)
    rows = db.session.execute(
        sa.text(
            "SELECT kind, SUM(quantity) FROM stock_movements WHERE reward_id = :id GROUP BY 1"
        ).bindparams(sa.bindparam("id", type_=sa.Uuid())),
        {"id": reward_id},
    )
    return sum(parts.get(kind, 0) * total for kind, total in rows)


def read_levels(reward_ids):
    """Return how many pieces of each item stand on its shelf."""
    rows = dict(db.session.execute(sa.select(StockLevelRow.reward_id, StockLevelRow.on_hand)).all())
    return [rows[reward_id] for reward_id in reward_ids]


def list_waiting(space_id):
    """Return the items and the quantities of the changes that wait for a second person."""
    row = StockChangeRequestRow
    rows = db.session.execute(
        sa.select(row.reward_id, row.quantity).where(
            row.space_id == space_id, row.status == "pending"
        )
    )
    return sorted((each.reward_id, each.quantity) for each in rows)


def list_sent(space_ids):
    """Return how many pieces are on their way from one of the spaces."""
    row, line = StockTransferRow, StockTransferLineRow
    return db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(line.quantity), 0))
        .join(row, row.id == line.transfer_id)
        .where(row.from_space_id.in_(space_ids), row.status == "sent")
    )


def read_given(wish_ids):
    """Return how many points were given to each wish."""
    rows = dict(db.session.execute(sa.select(WishRow.id, WishRow.given_points)).all())
    return [rows[wish_id] for wish_id in wish_ids]


def list_with_proxy(redemption_ids):
    """Return those of the redemptions for which somebody is named to collect."""
    row = RedemptionProxyRow
    wanted = list(redemption_ids)
    return set(
        db.session.scalars(sa.select(row.redemption_id).where(row.redemption_id.in_(wanted)))
    )
