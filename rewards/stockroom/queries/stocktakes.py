"""Reads of stocktakes. An open one is read with its levels: whoever shows it leaves them out."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.paging import PAGE_SIZE, Page
from rewards.network.types import NodeId
from rewards.stock import queries as stock
from rewards.stock.types import Reward, RewardId, SpaceId

from ..errors import StocktakeNotFoundError
from ..models import StocktakeCountRow, StocktakeRow
from ..types import Count, CountedItem, Stocktake, StocktakeId, StocktakeStatus
from .common import after, cursor_of, is_in, name_principals

_stocktakes = table_of(StocktakeRow)
_counts = table_of(StocktakeCountRow)
_all = sa.select(_stocktakes)


def get_stocktake(stocktake_id: StocktakeId) -> Stocktake:
    """Return a stocktake with its items and their counts.

    :raises StocktakeNotFoundError: if there is none.
    """
    row = db.session.execute(_all.where(_stocktakes.c.id == stocktake_id)).one_or_none()
    if row is None:
        raise StocktakeNotFoundError
    return _build(row, _read_items(row))


def find_open(space_id: SpaceId) -> StocktakeId | None:
    """Return the stocktake that goes on in a space, if there is one."""
    found = db.session.scalar(
        sa.select(_stocktakes.c.id).where(
            _stocktakes.c.space_id == space_id, _stocktakes.c.status == StocktakeStatus.OPEN
        )
    )
    return None if found is None else StocktakeId(found)


def list_counted(node_path: str) -> frozenset[SpaceId]:
    """Return the spaces of a branch in which a stocktake goes on."""
    found = db.session.scalars(
        sa.select(_stocktakes.c.space_id).where(
            is_in(_stocktakes.c.node_path, (node_path,)),
            _stocktakes.c.status == StocktakeStatus.OPEN,
        )
    )
    return frozenset(SpaceId(each) for each in found)


def page_stocktakes(
    *,
    node_paths: Sequence[str],
    space_id: SpaceId | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Stocktake]:
    """Return the stocktakes of those branches without their items, the newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = _all.where(is_in(_stocktakes.c.node_path, node_paths))
    if space_id is not None:
        statement = statement.where(_stocktakes.c.space_id == space_id)
    if cursor is not None:
        statement = statement.where(_stocktakes.c.id < after(cursor))
    rows = db.session.execute(statement.order_by(_stocktakes.c.id.desc()).limit(limit + 1)).all()
    items = tuple(_build(row, ()) for row in rows[:limit])
    last = items[-1].id if items else None
    return Page(items=items, next=cursor_of(last, has_more=len(rows) > limit))


def _build(row: Any, items: tuple[CountedItem, ...]) -> Stocktake:
    names = name_principals({row.started_by, row.closed_by})
    return Stocktake(
        id=StocktakeId(row.id),
        status=row.status,
        space_id=SpaceId(row.space_id),
        space_name=stock.name_spaces({row.space_id})[row.space_id],
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        started_by=row.started_by,
        started_by_name=names.get(row.started_by, ""),
        started_at=row.started_at,
        closed_by=row.closed_by,
        closed_by_name=names.get(row.closed_by, ""),
        closed_at=row.closed_at,
        left_out=row.left_out,
        items=items,
    )


def _read_items(row: Any) -> tuple[CountedItem, ...]:
    counts = _read_counts(row.id)
    is_open = row.status is StocktakeStatus.OPEN
    return tuple(
        CountedItem(
            reward_id=reward.id,
            name=reward.name,
            unit=reward.unit,
            counts=tuple(counts.get(reward.id, ())),
        )
        for reward in stock.list_rewards(SpaceId(row.space_id), listed_only=False)
        if reward.id in counts or (is_open and _stands_there(reward))
    )


def _stands_there(reward: Reward) -> bool:
    # Giving has no shelf; what was taken off the list may still lie there.
    return reward.has_shelf and (reward.is_listed or reward.on_hand > 0)


def _read_counts(stocktake_id: UUID) -> dict[RewardId, list[Count]]:
    rows = db.session.execute(
        sa.select(_counts).where(_counts.c.stocktake_id == stocktake_id).order_by(_counts.c.id)
    ).all()
    names = name_principals({row.counted_by for row in rows})
    found: dict[RewardId, list[Count]] = defaultdict(list)
    for row in rows:
        found[RewardId(row.reward_id)].append(
            Count(
                counted=row.counted,
                on_hand=row.on_hand,
                counted_by=row.counted_by,
                counted_by_name=names.get(row.counted_by, ""),
                counted_at=row.counted_at,
            )
        )
    return found
