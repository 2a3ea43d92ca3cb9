"""Parts of the shelves' tables, for use inside other queries."""

from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import table_of

from ..models import RewardRow, SpaceRow
from ..types import RewardKind

_spaces = table_of(SpaceRow)
_rewards = table_of(RewardRow)


def select_space_ids(node_path: str) -> sa.Select[UUID]:
    """Return a selection of the ids of the spaces of a branch, for use inside another query."""
    return sa.select(_spaces.c.id).where(_spaces.c.node_path.startswith(node_path, autoescape=True))


def select_reward_ids(node_path: str) -> sa.Select[UUID]:
    """Return a selection of the ids of the reward items of a branch, for use inside a query."""
    return sa.select(_rewards.c.id).where(_rewards.c.space_id.in_(select_space_ids(node_path)))


def select_space_paths() -> sa.Select[UUID, str]:
    """Return a selection of the id and the path of every space, for use inside another query."""
    return sa.select(_spaces.c.id, _spaces.c.node_path)


def select_items() -> sa.Select[UUID, RewardKind, bool]:
    """Return a selection of what limits ask of every reward item, for use inside another query."""
    return sa.select(_rewards.c.id, _rewards.c.kind, _rewards.c.counts_in_month)
