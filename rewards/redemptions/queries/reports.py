"""Reads for whoever looks after the desk: what waits, what nobody came for, what was spent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import Page, decode_cursor, encode_cursor
from rewards.network.types import NodeId
from rewards.stock import queries as stock
from rewards.stock.types import Reward, SpaceId

from ..models import RedemptionReturnRow, RedemptionRow
from ..types import Redemption, RedemptionStatus, Spent
from .lookups import read_redemptions

_row = table_of(RedemptionRow).c
_back = table_of(RedemptionReturnRow).c


def page_waiting(
    space_ids: Sequence[SpaceId], *, cursor: str | None = None, limit: int
) -> Page[Redemption]:
    """Return what waits to be collected at some spaces, the first to expire first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    order = (_row.expires_at, _row.id)
    after = None if cursor is None else sa.tuple_(*order) > sa.tuple_(*decode_moment(cursor))
    return _page(
        RedemptionStatus.RESERVED, space_ids, order=order, after=after, limit=limit, at="expires_at"
    )


def page_missed(
    space_ids: Sequence[SpaceId], *, since: datetime, cursor: str | None = None, limit: int
) -> Page[Redemption]:
    """Return what nobody came for at some spaces, whose points went back since then, newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    pair = sa.tuple_(_row.closed_at, _row.id)
    after = _row.closed_at >= since
    if cursor is not None:
        after = sa.and_(after, pair < sa.tuple_(*decode_moment(cursor)))
    order = (_row.closed_at.desc(), _row.id.desc())
    return _page(
        RedemptionStatus.EXPIRED, space_ids, order=order, after=after, limit=limit, at="closed_at"
    )


def count_missed(space_ids: Sequence[SpaceId], *, since: datetime) -> int:
    """Return how many redemptions nobody came for at some spaces, that ended since then."""
    counted = db.session.scalar(
        sa.select(sa.func.count()).where(
            _row.space_id.in_(list(space_ids)),
            _row.status == RedemptionStatus.EXPIRED,
            _row.closed_at >= since,
        )
    )
    return int(counted or 0)


def sum_given(reward: Reward, *, since: datetime) -> tuple[int, int]:
    """Return the points that were given through an item of giving: ever, and since a moment."""
    lately = sa.case((_row.closed_at >= since, _row.points), else_=0)
    ever, late = db.session.execute(
        sa.select(sa.func.sum(_row.points), sa.func.sum(lately)).where(
            _row.space_id == reward.space_id,
            _row.reward_id == reward.id,
            _row.wish_id.is_not(None),
            _row.status == RedemptionStatus.FULFILLED,
        )
    ).one()
    return int(ever or 0), int(late or 0)


def sum_spent(*, node_path: str, since: datetime, before: datetime) -> dict[NodeId, Spent]:
    """Return what was spent at each node of a branch, came back meanwhile, and was given."""
    node_of = {space.id: space.node_id for space in stock.list_spaces(node_path)}
    here = _row.space_id.in_(list(node_of))
    fulfilled = sa.and_(_row.closed_at >= since, _row.closed_at < before)
    spent = db.session.execute(
        sa.select(
            _row.space_id,
            sa.func.sum(sa.case((_row.wish_id.is_(None), _row.points), else_=0)).label("points"),
            sa.func.sum(sa.case((_row.wish_id.is_(None), 0), else_=_row.points)).label("given"),
        )
        .where(here, fulfilled, _row.status == RedemptionStatus.FULFILLED)
        .group_by(_row.space_id)
    ).all()
    returned = db.session.execute(
        sa.select(_row.space_id, sa.func.sum(_row.points).label("points"))
        .join(RedemptionReturnRow, _back.redemption_id == _row.id)
        .where(
            here,
            _back.entry_id.is_not(None),
            _back.returned_at >= since,
            _back.returned_at < before,
        )
        .group_by(_row.space_id)
    ).all()
    sums: dict[NodeId, Spent] = {}
    for row, points, back, given in (
        *((row, int(row.points), 0, int(row.given)) for row in spent),
        *((row, 0, int(row.points), 0) for row in returned),
    ):
        node_id = node_of[SpaceId(row.space_id)]
        known = sums.get(node_id, Spent())
        sums[node_id] = Spent(
            points=known.points + points,
            returned=known.returned + back,
            given=known.given + given,
        )
    return sums


def _page(
    status: RedemptionStatus,
    space_ids: Sequence[SpaceId],
    *,
    order: Sequence[sa.ColumnElement[Any]],
    after: sa.ColumnElement[bool] | None,
    limit: int,
    at: str,
) -> Page[Redemption]:
    conditions = [_row.space_id.in_(list(space_ids)), _row.status == status]
    if after is not None:
        conditions.append(after)
    found = read_redemptions(conditions, order=order, limit=limit + 1)
    items = found[:limit]
    following = None
    if len(found) > limit:
        moment: datetime = getattr(items[-1], at)
        following = encode_cursor([moment.isoformat(), items[-1].id.hex])
    return Page(items=items, next=following)


def decode_moment(cursor: str) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    """Return the moment and the id of a cursor that holds both, as parts of a query.

    :raises InvalidCursorError: if it does not.
    """
    moment, text = decode_cursor(cursor, length=2)
    try:
        parts = datetime.fromisoformat(moment), UUID(text)
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error
    if parts[0].tzinfo is None:
        raise InvalidCursorError
    return sa.literal(parts[0], _row.expires_at.type), sa.literal(parts[1], _row.id.type)
