"""Use cases of staff: reward items, what is told of them and what they cost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core.db import constraint_of, db, insert
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network import rules as network_rules

from .. import operations, queries, rules
from ..errors import InvalidRewardError, RewardExistsError
from ..models import RewardRow, StockLevelRow
from ..types import (
    Conditions,
    Reward,
    RewardId,
    RewardKind,
    RewardValues,
    Space,
    SpaceId,
)

ONE_OF_A_NAME = "uq_rewards__space_id_name"


@use_case
def create_reward(
    *,
    actor: Actor,
    space_id: SpaceId,
    name: str,
    unit: str = "件",
    kind: RewardKind = RewardKind.GOODS,
    picture: str = "gift",
    points: int,
    now: datetime,
    **conditions: Unpack[Conditions],
) -> Reward:
    """Add a reward item to a space, listed, with an empty shelf.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises InvalidRewardError: if a value does not fit.
    :raises RewardExistsError: if the space has an item of this name.
    """
    space = queries.get_space(space_id)
    access.authorize(actor, Verb.MANAGE_STOCK, space.node_path)
    values: RewardValues = {
        "name": name,
        "unit": unit,
        "kind": kind,
        "picture": picture,
        "points": points,
        "is_listed": True,
        **conditions,
    }
    reward_id = _add(actor, space, values, now=now)
    if reward_id is None:
        raise RewardExistsError
    return queries.get_reward(reward_id)


@use_case
def create_usual_rewards(*, actor: Actor, space_id: SpaceId, now: datetime) -> tuple[Reward, ...]:
    """Add the items that many stations offer to a space, each with an empty shelf.

    What the space has of that name stays as it is. Returns those that were added.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock there.
    """
    space = queries.get_space(space_id)
    access.authorize(actor, Verb.MANAGE_STOCK, space.node_path)
    added = []
    for item in rules.USUAL_ITEMS:
        values: RewardValues = {
            "name": item.name,
            "unit": item.unit,
            "kind": item.kind,
            "picture": item.picture,
            "points": item.points,
            "is_listed": True,
            **item.conditions,
        }
        reward_id = _add(actor, space, values, is_usual=True, now=now)
        if reward_id is not None:
            added.append(queries.get_reward(reward_id))
    return tuple(added)


@use_case
def update_reward(
    *, actor: Actor, reward_id: RewardId, now: datetime, **changes: Unpack[RewardValues]
) -> Reward:
    """Change what is told of a reward item; what is not named stays as it is.

    What was reserved before keeps its price.

    :raises RewardNotFoundError: if there is no such reward item.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises RewardKeepsShelfError: if an item with a shelf would be one of giving, or the other
        way round.
    :raises InvalidRewardError: if a value does not fit, or not to the others.
    :raises RewardExistsError: if the space has another item of this name.
    """
    access.authorize(actor, Verb.MANAGE_STOCK, queries.get_offer(reward_id).node_path)
    # Two who change the price at once are written down one after the other.
    operations.lock_reward(reward_id)
    offer = queries.get_offer(reward_id)
    values = {
        name: value for name, value in changes.items() if value != getattr(offer.reward, name)
    }
    if not values:
        return offer.reward
    rules.check_keeps_shelf(offer.reward, changes.get("kind", offer.reward.kind))
    rules.check_reward(_all_of(offer.reward, changes))
    _write(reward_id, values | _place(changes, offer.node_path))
    if "points" in values:
        operations.note_price(reward_id=reward_id, points=changes["points"], actor=actor, now=now)
    audit_trail.audit(
        actor=actor,
        action="reward.updated",
        node_id=offer.node_id,
        subject=f"reward:{reward_id.hex}",
        details=_plain_all(values)
        | {"was": _plain_all({name: getattr(offer.reward, name) for name in values})},
        now=now,
    )
    return queries.get_reward(reward_id)


def _add(
    actor: Actor, space: Space, values: RewardValues, *, is_usual: bool = False, now: datetime
) -> RewardId | None:
    """Add an item; return None if the space has one of this name."""
    rules.check_reward(values)
    reward_id = RewardId(new_id())
    created = db.session.execute(
        insert(RewardRow)
        .values(id=reward_id, space_id=space.id, **(values | _place(values, space.node_path)))
        .on_conflict_do_nothing(index_elements=["space_id", "name"])
        .returning(RewardRow.id)
    ).one_or_none()
    if created is None:
        return None
    db.session.execute(sa.insert(StockLevelRow).values(reward_id=reward_id, on_hand=0, reserved=0))
    operations.note_price(reward_id=reward_id, points=values["points"], actor=actor, now=now)
    audit_trail.audit(
        actor=actor,
        action="reward.created",
        node_id=space.node_id,
        subject=f"reward:{reward_id.hex}",
        details={"points": values["points"]} | ({"is_usual": True} if is_usual else {}),
        now=now,
    )
    return reward_id


def _place(values: Conditions, space_path: str) -> dict[str, Any]:
    """Return the columns of the branch that an item is for, if *values* tell of one."""
    if "visible_node_id" not in values:
        return {}
    node_id = values["visible_node_id"]
    if node_id is None:
        return {"visible_node_id": None, "visible_path": ""}
    node = network.find_node(node_id)
    center = network_rules.center_path(space_path)
    if node is None or not node.path.startswith(center):
        raise InvalidRewardError(field="visible_node_id")
    return {"visible_node_id": node_id, "visible_path": node.path}


def _all_of(reward: Reward, changes: RewardValues) -> RewardValues:
    names = RewardValues.__annotations__
    told: Any = {name: getattr(reward, name) for name in names}
    merged: RewardValues = told | changes
    return merged


def _write(reward_id: RewardId, columns: dict[str, Any]) -> None:
    try:
        db.session.execute(
            sa.update(RewardRow)
            .where(RewardRow.id == reward_id)
            .values(**columns)
            .execution_options(synchronize_session=False)
        )
    except IntegrityError as error:
        if constraint_of(error) == ONE_OF_A_NAME:
            raise RewardExistsError from error
        raise


def _plain_all(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
