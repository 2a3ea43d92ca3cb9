"""Reads of what moved on and off a shelf."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from rewards.identity import queries as identity
from rewards.network.types import NodeId

from .. import rules
from ..models import RewardRow, SpaceRow, StockMovementRow
from ..types import Movement, MovementKind, RewardId, SpaceId

FETCH_ROWS = 2_000
ID_MAX = 2**63
STAFF = "staff:"

_moved = table_of(StockMovementRow)
_rewards = table_of(RewardRow)
_spaces = table_of(SpaceRow)
# What a movement does to what is on hand.
_on_hand = (
    sa.case({kind: rules.effect(kind, 1)[0] for kind in MovementKind}, value=_moved.c.kind)
    * _moved.c.quantity
)
_history = (
    sa.select(
        _moved,
        _rewards.c.name.label("reward_name"),
        _rewards.c.unit,
        _rewards.c.space_id,
        _spaces.c.name.label("space_name"),
        _spaces.c.node_id,
    )
    .join(_rewards, _rewards.c.id == _moved.c.reward_id)
    .join(_spaces, _spaces.c.id == _rewards.c.space_id)
)


def sum_movements(space_id: SpaceId, *, since: datetime) -> dict[RewardId, tuple[int, int]]:
    """Return how many pieces of each reward item came onto and left the shelf since a moment."""
    rows = db.session.execute(
        sa.select(
            _moved.c.reward_id,
            sa.func.sum(sa.case((_on_hand > 0, _on_hand), else_=0)).label("came"),
            sa.func.sum(sa.case((_on_hand < 0, -_on_hand), else_=0)).label("went"),
        )
        .join(_rewards, _rewards.c.id == _moved.c.reward_id)
        .where(_rewards.c.space_id == space_id, _moved.c.moved_at >= since, _on_hand != 0)
        .group_by(_moved.c.reward_id)
    ).all()
    return {RewardId(row.reward_id): (int(row.came), int(row.went)) for row in rows}


def page_movements(
    *,
    node_paths: Sequence[str],
    space_id: SpaceId | None = None,
    reward_id: RewardId | None = None,
    kind: MovementKind | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Movement]:
    """Return what moved in those branches, the newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    is_in = (_spaces.c.node_path.startswith(path, autoescape=True) for path in node_paths)
    wanted = (
        (_rewards.c.space_id.__eq__, space_id),
        (_moved.c.reward_id.__eq__, reward_id),
        (_moved.c.kind.__eq__, kind),
        (_moved.c.moved_at.__ge__, since),
        (_moved.c.moved_at.__lt__, before),
        (_moved.c.id.__lt__, None if cursor is None else _after(cursor)),
    )
    statement = _history.where(
        sa.or_(sa.false(), *is_in),
        *(compare(value) for compare, value in wanted if value is not None),
    )
    rows = db.session.execute(statement.order_by(_moved.c.id.desc()).limit(limit + 1)).all()
    names = _name_staff({row.actor for row in rows})
    items = tuple(_build(row, names) for row in rows[:limit])
    following = encode_cursor([items[-1].id]) if len(rows) > limit else None
    return Page(items=items, next=following)


def list_sourced(
    connection: sa.Connection, *, since: UUID
) -> Iterator[tuple[UUID, UUID, MovementKind, int]]:
    """Yield source, item, kind and quantity of the movements for sources from *since* on."""
    found = connection.execute(
        sa.select(_moved.c.source_id, _moved.c.reward_id, _moved.c.kind, _moved.c.quantity).where(
            _moved.c.source_id >= since, _moved.c.redemption_id.is_(None)
        ),
        execution_options={"yield_per": FETCH_ROWS},
    )
    for row in found:
        yield row.source_id, row.reward_id, row.kind, row.quantity


def list_unsourced(
    connection: sa.Connection, *, since: datetime | None
) -> Iterator[tuple[int, MovementKind, int]]:
    """Yield id, kind and quantity of what staff took off or put on a shelf for no source.

    Only of what came after the first movement with a source: before there were registers
    to name, one person corrected a level.
    """
    first = sa.select(sa.func.min(_moved.c.id)).where(_moved.c.source_id.is_not(None))
    unsourced = sa.select(_moved.c.id, _moved.c.kind, _moved.c.quantity).where(
        _moved.c.source_id.is_(None),
        _moved.c.redemption_id.is_(None),
        _moved.c.kind != MovementKind.RECEIVE,
        _moved.c.actor.startswith(STAFF),
        _moved.c.id > first.scalar_subquery(),
    )
    if since is not None:
        unsourced = unsourced.where(_moved.c.moved_at >= since)
    for row in connection.execute(unsourced, execution_options={"yield_per": FETCH_ROWS}):
        yield row.id, row.kind, row.quantity


def _after(cursor: str) -> int:
    (number,) = decode_cursor(cursor, length=1)
    if type(number) is not int or not 0 < number < ID_MAX:
        raise InvalidCursorError
    return number


def _name_staff(principals: set[str]) -> dict[str, str]:
    ids = {UUID(each.removeprefix(STAFF)) for each in principals if each.startswith(STAFF)}
    names = identity.list_staff_names(ids) if ids else {}
    return {f"{STAFF}{staff_id.hex}": name for staff_id, name in names.items()}


def _build(row: sa.Row[*tuple[Any, ...]], names: dict[str, str]) -> Movement:
    on_hand, reserved = rules.effect(row.kind, row.quantity)
    return Movement(
        id=row.id,
        reward_id=RewardId(row.reward_id),
        reward_name=row.reward_name,
        unit=row.unit,
        space_id=SpaceId(row.space_id),
        space_name=row.space_name,
        node_id=NodeId(row.node_id),
        kind=row.kind,
        quantity=row.quantity,
        on_hand=on_hand,
        reserved=reserved,
        redemption_id=row.redemption_id,
        source_id=row.source_id,
        actor=row.actor,
        actor_name=names.get(row.actor, ""),
        note=row.note,
        moved_at=row.moved_at,
    )
