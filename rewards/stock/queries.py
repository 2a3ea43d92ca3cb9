"""Reads of spaces, reward items and their levels."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import db, table_of
from rewards.network.types import NodeId

from .errors import RewardNotFoundError, SpaceNotFoundError, ZoneNotFoundError
from .models import RewardRow, SpaceRow, SpaceZoneRow, StockLevelRow, StockMovementRow
from .types import MovementFact, MovementKind, Offer, Reward, RewardId, Space, SpaceId, Zone, ZoneId

_SPACES = table_of(SpaceRow)
_ZONES = table_of(SpaceZoneRow)
_REWARDS = table_of(RewardRow)
_LEVELS = table_of(StockLevelRow)

_spaces = sa.select(
    _SPACES.c.id,
    _SPACES.c.node_id,
    _SPACES.c.node_path,
    _SPACES.c.name,
    _SPACES.c.address,
    _SPACES.c.hours,
    _SPACES.c.phone,
    _SPACES.c.closed_at,
)
_rewards = sa.select(
    _REWARDS.c.id,
    _REWARDS.c.space_id,
    _REWARDS.c.name,
    _REWARDS.c.unit,
    _REWARDS.c.kind,
    _REWARDS.c.picture,
    _REWARDS.c.points,
    _REWARDS.c.is_listed,
    _LEVELS.c.on_hand,
    _LEVELS.c.reserved,
).join_from(_REWARDS, _LEVELS, _LEVELS.c.reward_id == _REWARDS.c.id)
_offers = _rewards.add_columns(
    _SPACES.c.node_id,
    _SPACES.c.node_path,
    _SPACES.c.name.label("space_name"),
    _SPACES.c.closed_at.label("space_closed_at"),
).join(_SPACES, _SPACES.c.id == _REWARDS.c.space_id)
# Built once: on the path of a reservation, building a statement costs more than sending it.
_space = _spaces.where(_SPACES.c.id == sa.bindparam("wanted"))
_offer = _offers.where(_REWARDS.c.id == sa.bindparam("wanted"))
_zones = (
    sa.select(_ZONES.c.space_id, _ZONES.c.id, _ZONES.c.kind, _ZONES.c.name, _ZONES.c.closed_at)
    .where(_ZONES.c.space_id.in_(sa.bindparam("wanted", expanding=True)))
    .order_by(_ZONES.c.space_id, _ZONES.c.position)
)

FETCH_ROWS = 2_000


def get_space(space_id: SpaceId) -> Space:
    """Return a space with its zones.

    :raises SpaceNotFoundError: if there is none.
    """
    rows = db.session.execute(_space, {"wanted": space_id}).all()
    if not rows:
        raise SpaceNotFoundError
    return _with_zones(rows)[0]


def is_zone_closed(zone_id: UUID) -> bool:
    """Tell whether nothing takes place in a zone any more: it is closed, or its whole space."""
    found = db.session.execute(
        sa.select(_ZONES.c.closed_at, _SPACES.c.closed_at.label("space_closed_at"))
        .join(_SPACES, _SPACES.c.id == _ZONES.c.space_id)
        .where(_ZONES.c.id == zone_id)
    ).one()
    return found.closed_at is not None or found.space_closed_at is not None


def get_space_of_zone(zone_id: UUID) -> Space:
    """Return the space that a zone is a part of.

    :raises ZoneNotFoundError: if there is no such zone.
    """
    space_id = db.session.scalar(sa.select(_ZONES.c.space_id).where(_ZONES.c.id == zone_id))
    if space_id is None:
        raise ZoneNotFoundError
    return get_space(SpaceId(space_id))


def list_spaces(node_path: str = "") -> tuple[Space, ...]:
    """Return the spaces of a branch of the network, or of all of it, closed ones too."""
    rows = db.session.execute(
        _spaces.where(_SPACES.c.node_path.startswith(node_path, autoescape=True)).order_by(
            _SPACES.c.node_path, _SPACES.c.name
        )
    ).all()
    return _with_zones(rows)


def get_reward(reward_id: RewardId) -> Reward:
    """Return a reward item with its level.

    :raises RewardNotFoundError: if there is none.
    """
    row = db.session.execute(_rewards.where(_REWARDS.c.id == reward_id)).one_or_none()
    if row is None:
        raise RewardNotFoundError
    return _reward(row)


def list_rewards(space_id: SpaceId, *, listed_only: bool = True) -> tuple[Reward, ...]:
    """Return the reward items of a space, the cheapest first."""
    statement = _rewards.where(_REWARDS.c.space_id == space_id)
    if listed_only:
        statement = statement.where(_REWARDS.c.is_listed)
    rows = db.session.execute(statement.order_by(_REWARDS.c.points, _REWARDS.c.name, _REWARDS.c.id))
    return tuple(_reward(row) for row in rows)


def sum_movements(space_id: SpaceId, *, since: datetime) -> dict[RewardId, tuple[int, int]]:
    """Return how many pieces of each reward item came onto and left the shelf since a moment."""
    moved = StockMovementRow
    gone = sa.case((moved.kind == MovementKind.FULFIL, moved.quantity), else_=-moved.quantity)
    is_gain = sa.and_(moved.kind != MovementKind.FULFIL, moved.quantity > 0)
    rows = db.session.execute(
        sa.select(
            moved.reward_id,
            sa.func.sum(sa.case((is_gain, moved.quantity), else_=0)).label("came"),
            sa.func.sum(sa.case((is_gain, 0), else_=gone)).label("went"),
        )
        .join(RewardRow, RewardRow.id == moved.reward_id)
        .where(
            RewardRow.space_id == space_id,
            moved.moved_at >= since,
            moved.kind.in_((MovementKind.RECEIVE, MovementKind.ADJUST, MovementKind.FULFIL)),
        )
        .group_by(moved.reward_id)
    ).all()
    return {RewardId(row.reward_id): (int(row.came), int(row.went)) for row in rows}


def get_offer(reward_id: RewardId) -> Offer:
    """Return a reward item with its level and what must be known of its space.

    :raises RewardNotFoundError: if there is none.
    """
    row = db.session.execute(_offer, {"wanted": reward_id}).one_or_none()
    if row is None:
        raise RewardNotFoundError
    return _build_offer(row)


def list_offers(reward_ids: Iterable[RewardId]) -> dict[RewardId, Offer]:
    """Return the offers of the reward items that exist, by their ids."""
    rows = db.session.execute(_offers.where(_REWARDS.c.id.in_(set(reward_ids))))
    return {RewardId(row.id): _build_offer(row) for row in rows}


def _build_offer(row: sa.Row[*tuple[Any, ...]]) -> Offer:
    return Offer(
        reward=_reward(row),
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        space_name=row.space_name,
        space_closed_at=row.space_closed_at,
    )


def _with_zones(rows: Sequence[sa.Row[*tuple[Any, ...]]]) -> tuple[Space, ...]:
    zones: dict[UUID, list[Zone]] = {row.id: [] for row in rows}
    found = db.session.execute(_zones, {"wanted": list(zones)})
    for zone in found:
        zones[zone.space_id].append(
            Zone(
                id=ZoneId(zone.id),
                kind=zone.kind,
                name=zone.name,
                is_closed=zone.closed_at is not None,
            )
        )
    return tuple(
        Space(
            id=SpaceId(row.id),
            node_id=NodeId(row.node_id),
            node_path=row.node_path,
            name=row.name,
            address=row.address,
            hours=row.hours,
            phone=row.phone,
            zones=tuple(zones[row.id]),
            closed_at=row.closed_at,
        )
        for row in rows
    )


def _reward(row: sa.Row[*tuple[Any, ...]]) -> Reward:
    return Reward(
        id=RewardId(row.id),
        space_id=SpaceId(row.space_id),
        name=row.name,
        unit=row.unit,
        kind=row.kind,
        picture=row.picture,
        points=row.points,
        on_hand=row.on_hand,
        reserved=row.reserved,
        is_listed=row.is_listed,
    )


def list_wrong_levels(connection: sa.Connection, _scope: Scope) -> tuple[Violation, ...]:
    """Return the stock levels that are not the sums of their movements, or impossible (I7)."""
    level, movement = StockLevelRow, StockMovementRow

    def summed(**signs: int) -> sa.ColumnElement[int]:
        signed = sa.case(signs, value=movement.kind, else_=0) * movement.quantity
        return sa.func.coalesce(sa.func.sum(signed), 0)

    on_hand = summed(receive=1, adjust=1, fulfil=-1)
    reserved = summed(reserve=1, release=-1, fulfil=-1)
    rows = connection.execute(
        sa.select(
            level.reward_id,
            level.on_hand,
            level.reserved,
            on_hand.label("moved"),
            reserved.label("set_aside"),
        )
        .outerjoin(movement, movement.reward_id == level.reward_id)
        .group_by(level.reward_id, level.on_hand, level.reserved)
        .having(
            sa.or_(
                level.on_hand != on_hand,
                level.reserved != reserved,
                sa.not_(level.reserved.between(0, level.on_hand)),
            )
        )
        .limit(FOUND_MAX)
    )
    return tuple(
        Violation(
            invariant="I7",
            subject=f"reward:{row.reward_id}",
            expected=f"{row.moved} on hand, {row.set_aside} of them reserved",
            found=f"{row.on_hand} on hand, {row.reserved} of them reserved",
        )
        for row in rows
    )


def stream_movements(
    connection: sa.Connection, *, since: UUID
) -> Iterator[tuple[UUID, MovementFact]]:
    """Yield the movements for redemptions from *since* on, in the order of their identifiers."""
    row = StockMovementRow
    found = connection.execute(
        sa.select(row.redemption_id, row.reward_id, row.kind, row.quantity)
        .where(row.redemption_id >= since)
        .order_by(row.redemption_id),
        execution_options={"yield_per": FETCH_ROWS},
    )
    for each in found:
        yield (
            each.redemption_id,
            MovementFact(reward_id=each.reward_id, kind=each.kind, quantity=each.quantity),
        )
