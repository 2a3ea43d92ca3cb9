"""Reads of what reward items cost over time."""

from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db, table_of

from ..models import RewardPriceRow, RewardRow, SpaceRow
from ..types import Price, PriceChange, RewardId

PRICES_MAX = 200
_PRICES = table_of(RewardPriceRow)
_REWARDS = table_of(RewardRow)
_SPACES = table_of(SpaceRow)


def list_prices(reward_id: RewardId) -> tuple[Price, ...]:
    """Return what a reward item cost from when on, the newest price first."""
    row = RewardPriceRow
    found = db.session.execute(
        sa.select(row.points, row.valid_from, row.changed_by)
        .where(row.reward_id == reward_id)
        .order_by(row.id.desc())
        .limit(PRICES_MAX)
    )
    return tuple(
        Price(points=each.points, valid_from=each.valid_from, changed_by=each.changed_by)
        for each in found
    )


def list_price_changes(
    *, node_path: str, since: datetime, before: datetime, limit: int
) -> tuple[PriceChange, ...]:
    """Return which items of a branch came to take other points in a period, the latest first.

    With what an item takes at first nothing changes.
    """
    price = _PRICES.c
    old = sa.func.lag(price.points).over(partition_by=price.reward_id, order_by=price.id)
    told = (
        sa.select(
            price.id,
            price.reward_id,
            _REWARDS.c.name.label("reward_name"),
            _REWARDS.c.unit,
            _SPACES.c.name.label("space_name"),
            old.label("before"),
            price.points,
            price.changed_by,
            price.valid_from.label("at"),
        )
        .join(_REWARDS, _REWARDS.c.id == price.reward_id)
        .join(_SPACES, _SPACES.c.id == _REWARDS.c.space_id)
        .where(_SPACES.c.node_path.startswith(node_path, autoescape=True))
        .subquery()
        .c
    )
    rows = db.session.execute(
        sa.select(*(column for column in told if column.name != "id"))
        .where(told.at >= since, told.at < before, told.before != told.points)
        .order_by(told.id.desc())
        .limit(limit)
    )
    return tuple(PriceChange(**row._asdict()) for row in rows)
