"""Reads of changes that two people stand behind."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.paging import PAGE_SIZE, Page
from rewards.network.types import NodeId
from rewards.stock import queries as stock
from rewards.stock.types import RewardId, SpaceId

from ..errors import ChangeNotFoundError
from ..models import StockChangeRequestRow
from ..types import Change, ChangeId, ChangeKind, ChangeStatus, StocktakeId
from .common import after, cursor_of, is_in, name_principals

_changes = table_of(StockChangeRequestRow)
_all = sa.select(_changes)


def get_change(change_id: ChangeId) -> Change:
    """Return a change that was asked for.

    :raises ChangeNotFoundError: if there is none.
    """
    found = _read(_all.where(_changes.c.id == change_id))
    if not found:
        raise ChangeNotFoundError
    return found[0]


def page_changes(
    *,
    node_paths: Sequence[str],
    status: ChangeStatus | None = None,
    is_decided: bool = False,
    space_id: SpaceId | None = None,
    stocktake_id: StocktakeId | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Change]:
    """Return the changes asked for in those branches, the newest first.

    *is_decided*: only those that do not wait any more.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = _all.where(is_in(_changes.c.node_path, node_paths))
    if status is not None:
        statement = statement.where(_changes.c.status == status)
    if is_decided:
        statement = statement.where(_changes.c.status != ChangeStatus.PENDING)
    if space_id is not None:
        statement = statement.where(_changes.c.space_id == space_id)
    if stocktake_id is not None:
        statement = statement.where(_changes.c.stocktake_id == stocktake_id)
    if cursor is not None:
        statement = statement.where(_changes.c.id < after(cursor))
    # Ids are ordered by time.
    found = _read(statement.order_by(_changes.c.id.desc()).limit(limit + 1))
    items = found[:limit]
    last = items[-1].id if items else None
    return Page(items=items, next=cursor_of(last, has_more=len(found) > limit))


def list_waiting(*, node_paths: Sequence[str], limit: int) -> tuple[Change, ...]:
    """Return what waits for a second person in those branches, the oldest first."""
    return _read(
        _all.where(
            is_in(_changes.c.node_path, node_paths), _changes.c.status == ChangeStatus.PENDING
        )
        .order_by(_changes.c.id)
        .limit(limit)
    )


def count_waiting(
    *, node_paths: Sequence[str] = ("",), space_id: SpaceId | None = None, not_by: str = ""
) -> int:
    """Return how many changes wait for another person than *not_by*."""
    query = sa.select(sa.func.count()).where(
        is_in(_changes.c.node_path, node_paths),
        _changes.c.status == ChangeStatus.PENDING,
        _changes.c.requested_by != not_by,
    )
    if space_id is not None:
        query = query.where(_changes.c.space_id == space_id)
    return int(db.session.scalar(query) or 0)


def has_difference(reward_id: RewardId) -> bool:
    """Tell whether what a stocktake found of an item waits for a second person."""
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    _changes.c.reward_id == reward_id,
                    _changes.c.kind == ChangeKind.STOCKTAKE,
                    _changes.c.status == ChangeStatus.PENDING,
                )
            )
        )
    )


def _read(statement: sa.Select[Any]) -> tuple[Change, ...]:
    rows = db.session.execute(statement).all()
    if not rows:
        return ()
    offers = stock.list_offers(RewardId(row.reward_id) for row in rows)
    names = name_principals({who for row in rows for who in (row.requested_by, row.decided_by)})
    changes = []
    for row in rows:
        offer = offers[RewardId(row.reward_id)]
        changes.append(
            Change(
                id=ChangeId(row.id),
                kind=row.kind,
                status=row.status,
                reward_id=offer.reward.id,
                reward_name=offer.reward.name,
                unit=offer.reward.unit,
                on_hand=offer.reward.on_hand,
                reserved=offer.reward.reserved,
                space_id=SpaceId(row.space_id),
                space_name=offer.space_name,
                node_id=NodeId(row.node_id),
                node_path=row.node_path,
                quantity=row.quantity,
                note=row.note,
                stocktake_id=StocktakeId(row.stocktake_id) if row.stocktake_id else None,
                requested_by=row.requested_by,
                requested_by_name=names.get(row.requested_by, ""),
                requested_at=row.requested_at,
                decided_by=row.decided_by,
                decided_by_name=names.get(row.decided_by, ""),
                decided_at=row.decided_at,
                decision_note=row.decision_note,
            )
        )
    return tuple(changes)
