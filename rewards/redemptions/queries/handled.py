"""Reads for whoever looks after the clerks: who handed over and took back how much, and by what."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.paging import Page, encode_cursor
from rewards.stock import queries as stock

from ..models import RedemptionReturnRow, RedemptionRow
from ..types import (
    DeskAct,
    Handled,
    HandledOne,
    RedemptionId,
    RedemptionStatus,
    ReturnKind,
    ShownBy,
)
from .lookups import list_by_ids
from .reports import decode_moment

_row = table_of(RedemptionRow).c
_back = table_of(RedemptionReturnRow).c
_ACTS = {
    ReturnKind.UNDONE: DeskAct.UNDONE,
    ReturnKind.REFUNDED: DeskAct.REFUNDED,
    ReturnKind.REPLACED: DeskAct.REPLACED,
}
_SHOWN = {DeskAct.BY_CARD: ShownBy.CARD, DeskAct.UNSEEN: ShownBy.NOTHING}
# Of what was replaced no points came back: what the pieces were worth is told.
_points_back = sa.case(
    (_back.kind == ReturnKind.REPLACED, _row.points * _back.quantity // _row.quantity),
    else_=_row.points,
)
# How many of what is paid back were faulty is noted, but all of it comes back.
_pieces_back = sa.case((_back.kind == ReturnKind.REPLACED, _back.quantity), else_=_row.quantity)


def sum_handled(*, node_path: str, since: datetime, before: datetime) -> tuple[Handled, ...]:
    """Return what each principal handed over and took back at the desks of a branch.

    Takes two statements. What was given to wishes was handed over by nobody.
    """
    given = db.session.execute(
        sa.select(
            _row.closed_by.label("by"),
            sa.func.count().label("times"),
            sa.func.sum(_row.points).label("points"),
            _row.shown_by,
        )
        .where(*_handed_over(node_path, since, before))
        .group_by(_row.closed_by, _row.shown_by)
    ).all()
    sums: dict[tuple[str, DeskAct], tuple[int, int]] = {}
    for row in given:
        shown = [act for act, proof in _SHOWN.items() if proof == row.shown_by]
        for act in (DeskAct.HANDED_OVER, *shown):
            count, points = sums.get((row.by, act), (0, 0))
            sums[row.by, act] = (count + int(row.times), points + int(row.points))
    taken = db.session.execute(
        sa.select(
            _back.returned_by.label("by"),
            _back.kind,
            sa.func.count().label("times"),
            sa.func.sum(_points_back).label("points"),
        )
        .select_from(_join())
        .where(*_taken_back(node_path, since, before))
        .group_by(_back.returned_by, _back.kind)
    )
    sums |= {(row.by, _ACTS[row.kind]): (int(row.times), int(row.points)) for row in taken}
    return tuple(
        Handled(by=by, act=act, count=count, points=points)
        for (by, act), (count, points) in sums.items()
    )


def page_handled(
    *,
    node_path: str,
    act: DeskAct,
    by: str,
    since: datetime,
    before: datetime,
    cursor: str | None = None,
    limit: int,
) -> Page[HandledOne]:
    """Return what a principal did of one kind at the desks of a branch, the latest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    is_back = act in _ACTS.values()
    at = _back.returned_at if is_back else _row.closed_at
    query = _select_back(act) if is_back else _select_given(act)
    conditions = (_taken_back if is_back else _handed_over)(node_path, since, before)
    who = _back.returned_by if is_back else _row.closed_by
    query = query.where(*conditions, who == by)
    if cursor is not None:
        query = query.where(sa.tuple_(at, _row.id) < sa.tuple_(*decode_moment(cursor)))
    rows = db.session.execute(query.order_by(at.desc(), _row.id.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    known = list_by_ids([RedemptionId(row.id) for row in shown])
    following = None
    if len(rows) > limit:
        following = encode_cursor([shown[-1].at.isoformat(), shown[-1].id.hex])
    return Page(
        items=tuple(
            HandledOne(
                redemption=known[RedemptionId(row.id)],
                by=by,
                at=row.at,
                quantity=int(row.quantity),
                points=int(row.points),
            )
            for row in shown
        ),
        next=following,
    )


def sum_by_price(
    *, node_path: str, since: datetime, before: datetime
) -> dict[tuple[Any, int], int]:
    """Return how many pieces were reserved in a branch, by item and the price of a piece."""
    price = _row.points // _row.quantity
    rows = db.session.execute(
        sa.select(_row.reward_id, price.label("price"), sa.func.sum(_row.quantity).label("pieces"))
        .where(
            _row.space_id.in_(stock.select_space_ids(node_path)),
            _row.status.in_((RedemptionStatus.RESERVED, RedemptionStatus.FULFILLED)),
            _row.reserved_at >= since,
            _row.reserved_at < before,
        )
        .group_by(_row.reward_id, price)
    )
    return {(row.reward_id, int(row.price)): int(row.pieces) for row in rows}


def _select_given(act: DeskAct) -> sa.Select[Any]:
    query = sa.select(_row.id, _row.closed_at.label("at"), _row.quantity, _row.points)
    proof = _SHOWN.get(act)
    return query if proof is None else query.where(_row.shown_by == proof)


def _select_back(act: DeskAct) -> sa.Select[Any]:
    columns = (
        _row.id,
        _back.returned_at.label("at"),
        _pieces_back.label("quantity"),
        _points_back.label("points"),
    )
    query = sa.select(*columns).select_from(_join())
    return query.where(_back.kind.in_([kind for kind, each in _ACTS.items() if each is act]))


def _join() -> sa.FromClause:
    backs = table_of(RedemptionReturnRow)
    return table_of(RedemptionRow).join(backs, _back.redemption_id == _row.id)


def _handed_over(
    node_path: str, since: datetime, before: datetime
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _row.space_id.in_(stock.select_space_ids(node_path)),
        _row.status == RedemptionStatus.FULFILLED,
        _row.wish_id.is_(None),
        _row.closed_at >= since,
        _row.closed_at < before,
    )


def _taken_back(
    node_path: str, since: datetime, before: datetime
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _row.space_id.in_(stock.select_space_ids(node_path)),
        _back.returned_at >= since,
        _back.returned_at < before,
    )
