"""Reads of transfers between spaces."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.paging import PAGE_SIZE, Page
from rewards.network.types import NodeId
from rewards.stock import queries as stock
from rewards.stock.types import RewardId, SpaceId

from ..errors import TransferNotFoundError
from ..models import StockTransferLineRow, StockTransferRow
from ..types import Coming, Transfer, TransferId, TransferLine, TransferStatus
from .common import after, cursor_of, is_in, name_principals

_transfers = table_of(StockTransferRow)
_lines = table_of(StockTransferLineRow)
_all = sa.select(_transfers)


def get_transfer(transfer_id: TransferId) -> Transfer:
    """Return a transfer with its lines.

    :raises TransferNotFoundError: if there is none.
    """
    found = _read(_all.where(_transfers.c.id == transfer_id))
    if not found:
        raise TransferNotFoundError
    return found[0]


def page_transfers(
    *,
    node_paths: Sequence[str],
    status: TransferStatus | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Transfer]:
    """Return the transfers from or to those branches, the newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = _all.where(_touches(node_paths)).order_by(_transfers.c.id.desc())
    if status is not None:
        statement = statement.where(_transfers.c.status == status)
    if cursor is not None:
        statement = statement.where(_transfers.c.id < after(cursor))
    return _page(statement, limit)


def page_on_the_way(
    *, node_paths: Sequence[str], cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Transfer]:
    """Return what is on its way from or to those branches, what was sent first before the rest.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = _all.where(
        _touches(node_paths), _transfers.c.status == TransferStatus.SENT
    ).order_by(_transfers.c.id)
    if cursor is not None:
        statement = statement.where(_transfers.c.id > after(cursor))
    return _page(statement, limit)


def count_on_the_way(*, node_path: str, sent_from: datetime | None = None) -> int:
    """Return how many transfers are on their way to a branch, or those sent from a moment on."""
    query = sa.select(sa.func.count()).where(
        is_in(_transfers.c.to_path, (node_path,)), _transfers.c.status == TransferStatus.SENT
    )
    if sent_from is not None:
        query = query.where(_transfers.c.sent_at >= sent_from)
    return int(db.session.scalar(query) or 0)


def list_coming(node_path: str, *, at: datetime) -> tuple[Coming, ...]:
    """Return the pieces that were on their way from or to a branch at a moment, item by item."""
    rows = db.session.execute(
        sa.select(_lines.c.reward_id, _lines.c.to_reward_id, sa.func.sum(_lines.c.quantity))
        .join(_transfers, _transfers.c.id == _lines.c.transfer_id)
        .where(
            _touches((node_path,)),
            _transfers.c.sent_at <= at,
            sa.or_(_transfers.c.closed_at.is_(None), _transfers.c.closed_at > at),
        )
        .group_by(_lines.c.reward_id, _lines.c.to_reward_id)
    )
    return tuple(
        Coming(
            reward_id=RewardId(reward_id), to_reward_id=RewardId(to_reward_id), quantity=int(pieces)
        )
        for reward_id, to_reward_id, pieces in rows
    )


def count_overdue(*, node_path: str, before: datetime, sends: bool) -> int:
    """Return how many transfers to a branch were sent before a moment and not counted in.

    With *sends*, those from it as well: whoever may take pieces back is asked too.
    """
    is_ours = _touches((node_path,)) if sends else is_in(_transfers.c.to_path, (node_path,))
    query = sa.select(sa.func.count()).where(
        is_ours, _transfers.c.status == TransferStatus.SENT, _transfers.c.sent_at < before
    )
    return int(db.session.scalar(query) or 0)


def _touches(node_paths: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.or_(
        is_in(_transfers.c.from_path, node_paths), is_in(_transfers.c.to_path, node_paths)
    )


def _page(statement: sa.Select[Any], limit: int) -> Page[Transfer]:
    found = _read(statement.limit(limit + 1))
    items = found[:limit]
    last = items[-1].id if items else None
    return Page(items=items, next=cursor_of(last, has_more=len(found) > limit))


def _read(statement: sa.Select[Any]) -> tuple[Transfer, ...]:
    rows = db.session.execute(statement).all()
    if not rows:
        return ()
    lines = _read_lines([row.id for row in rows])
    spaces = stock.name_spaces(
        {each for row in rows for each in (row.from_space_id, row.to_space_id)}
    )
    names = name_principals({who for row in rows for who in (row.sent_by, row.closed_by)})
    return tuple(
        Transfer(
            id=TransferId(row.id),
            status=row.status,
            from_space_id=SpaceId(row.from_space_id),
            from_name=spaces[row.from_space_id],
            from_node_id=NodeId(row.from_node_id),
            from_path=row.from_path,
            to_space_id=SpaceId(row.to_space_id),
            to_name=spaces[row.to_space_id],
            to_node_id=NodeId(row.to_node_id),
            to_path=row.to_path,
            note=row.note,
            sent_by=row.sent_by,
            sent_by_name=names.get(row.sent_by, ""),
            sent_at=row.sent_at,
            closed_by=row.closed_by,
            closed_by_name=names.get(row.closed_by, ""),
            closed_at=row.closed_at,
            closing_note=row.closing_note,
            lines=lines[row.id],
        )
        for row in rows
    )


def _read_lines(transfer_ids: Sequence[UUID]) -> dict[UUID, tuple[TransferLine, ...]]:
    rows = db.session.execute(sa.select(_lines).where(_lines.c.transfer_id.in_(transfer_ids))).all()
    offers = stock.list_offers(RewardId(row.reward_id) for row in rows)
    found: dict[UUID, list[TransferLine]] = defaultdict(list)
    for row in rows:
        reward = offers[RewardId(row.reward_id)].reward
        found[row.transfer_id].append(
            TransferLine(
                reward_id=reward.id,
                to_reward_id=RewardId(row.to_reward_id),
                name=reward.name,
                unit=reward.unit,
                quantity=row.quantity,
                received=row.received,
            )
        )
    return {
        transfer_id: tuple(sorted(lines, key=lambda line: (line.name, line.reward_id)))
        for transfer_id, lines in found.items()
    }
