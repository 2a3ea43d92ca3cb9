"""Reads of reward items with their levels."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.network.rules import center_path
from rewards.network.types import NodeId

from ..errors import RewardNotFoundError
from ..models import RewardPictureRow, RewardRow, SpaceRow, StockLevelRow
from ..types import LOW_AT, Offer, Reward, RewardId, RewardKind, SpaceId

_SPACES = table_of(SpaceRow)
_REWARDS = table_of(RewardRow)
_LEVELS = table_of(StockLevelRow)
_PICTURES = table_of(RewardPictureRow)
# The columns of an item that a Reward has under the same name.
_CONDITIONS = (
    "description",
    "picture_id",
    "limit_count",
    "limit_period",
    "counts_in_month",
    "min_balance",
    "age_min",
    "age_max",
    "visible_node_id",
    "visible_path",
    "low_at",
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
    *(_REWARDS.c[name] for name in _CONDITIONS),
    _LEVELS.c.on_hand,
    _LEVELS.c.reserved,
    _PICTURES.c.digest.label("picture_digest"),
).select_from(
    _REWARDS.join(_LEVELS, _LEVELS.c.reward_id == _REWARDS.c.id).outerjoin(
        _PICTURES, _PICTURES.c.id == _REWARDS.c.picture_id
    )
)
_offers = _rewards.add_columns(
    _SPACES.c.node_id,
    _SPACES.c.node_path,
    _SPACES.c.name.label("space_name"),
    _SPACES.c.closed_at.label("space_closed_at"),
).join(_SPACES, _SPACES.c.id == _REWARDS.c.space_id)
_offer = _offers.where(_REWARDS.c.id == sa.bindparam("wanted"))


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


def list_low(node_path: str) -> tuple[Reward, ...]:
    """Return the listed items of a branch that are nearly gone, the fewest pieces first."""
    left = _LEVELS.c.on_hand - _LEVELS.c.reserved
    rows = db.session.execute(
        _rewards.join(_SPACES, _SPACES.c.id == _REWARDS.c.space_id)
        .where(
            _SPACES.c.node_path.startswith(node_path, autoescape=True),
            _SPACES.c.closed_at.is_(None),
            _REWARDS.c.is_listed,
            _REWARDS.c.kind != RewardKind.GIVING,
            left <= sa.func.coalesce(_REWARDS.c.low_at, LOW_AT),
        )
        .order_by(left, _REWARDS.c.name, _REWARDS.c.id)
    )
    return tuple(_reward(row) for row in rows)


def list_giving(node_path: str) -> tuple[Offer, ...]:
    """Return the items of giving that are offered in the center of a node."""
    rows = db.session.execute(
        _offers.where(
            _SPACES.c.node_path.startswith(center_path(node_path), autoescape=True),
            _SPACES.c.closed_at.is_(None),
            _REWARDS.c.is_listed,
            _REWARDS.c.kind == RewardKind.GIVING,
        ).order_by(_REWARDS.c.id)
    )
    return tuple(_build_offer(row) for row in rows)


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
        picture_digest=row.picture_digest or "",
        **{name: getattr(row, name) for name in _CONDITIONS},
    )
