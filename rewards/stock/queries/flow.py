"""What came onto the shelves and left them in a span of time, piece by piece counted."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.network.types import NodeId

from .. import rules
from ..models import RewardRow, SpaceRow, StockLevelRow, StockMovementRow
from ..types import ItemFlow, MovementKind, RewardId, SpaceId

_moved = table_of(StockMovementRow)
_rewards = table_of(RewardRow)
_spaces = table_of(SpaceRow)
_levels = table_of(StockLevelRow)
# Reserving and releasing move nothing on or off the shelf.
_ON_HAND = [kind for kind, (on_hand, _reserved) in rules.EFFECTS.items() if on_hand]


def list_flows(
    *, node_path: str, since: datetime, before: datetime, always: Collection[RewardId] = ()
) -> tuple[ItemFlow, ...]:
    """Return for each reward item of a branch what stood on its shelf, came and went.

    What stood there at first is told from what does now and what moved since: movements of
    years ago are not added up. Items that were not there and did not move are left out,
    but for those of *always*. Takes one statement, for levels and movements of the same moment.
    """
    inside = _spaces.c.node_path.startswith(node_path, autoescape=True)
    moved = _sum_moved(inside, since, before).subquery()
    rows = db.session.execute(
        sa.select(
            _rewards.c.id,
            _rewards.c.name,
            _rewards.c.unit,
            _rewards.c.space_id,
            _spaces.c.name.label("space_name"),
            _spaces.c.node_id,
            _levels.c.on_hand,
            moved,
        )
        .join(_spaces, _spaces.c.id == _rewards.c.space_id)
        .join(_levels, _levels.c.reward_id == _rewards.c.id)
        .outerjoin(moved, moved.c.reward_id == _rewards.c.id)
        .where(inside)
        .order_by(
            *(_spaces.c.node_path, _spaces.c.name, _rewards.c.points, _rewards.c.name),
            _rewards.c.id,
        )
    ).all()
    flows = (_add_up(list(item)) for _id, item in groupby(rows, key=lambda row: row.id))
    return tuple(
        flow for flow in flows if flow.opening or flow.came or flow.went or flow.reward_id in always
    )


def _add_up(rows: Sequence[Any]) -> ItemFlow:
    """Return the flow of an item from its rows, one for each kind of movement."""
    first = rows[0]
    opening = first.on_hand
    came: dict[MovementKind, int] = {}
    went: dict[MovementKind, int] = {}
    for row in rows:
        if row.kind is None:
            continue
        opening -= rules.effect(row.kind, int(row.later + row.more + row.less))[0]
        for quantity in (int(row.more), int(row.less)):
            change = rules.effect(row.kind, quantity)[0]
            if change > 0:
                came[row.kind] = change
            elif change < 0:
                went[row.kind] = -change
    return ItemFlow(
        reward_id=RewardId(first.id),
        reward_name=first.name,
        unit=first.unit,
        space_id=SpaceId(first.space_id),
        space_name=first.space_name,
        node_id=NodeId(first.node_id),
        opening=opening,
        came=came,
        went=went,
    )


def _sum_moved(inside: sa.ColumnElement[bool], since: datetime, before: datetime) -> sa.Select[Any]:
    is_later = _moved.c.moved_at >= before
    return (
        sa.select(
            _moved.c.reward_id,
            _moved.c.kind,
            _sum(is_later).label("later"),
            _sum(sa.not_(is_later), _moved.c.quantity > 0).label("more"),
            _sum(sa.not_(is_later), _moved.c.quantity < 0).label("less"),
        )
        .join(_rewards, _rewards.c.id == _moved.c.reward_id)
        .join(_spaces, _spaces.c.id == _rewards.c.space_id)
        .where(inside, _moved.c.moved_at >= since, _moved.c.kind.in_(_ON_HAND))
        .group_by(_moved.c.reward_id, _moved.c.kind)
    )


def _sum(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((sa.and_(*conditions), _moved.c.quantity), else_=0))
