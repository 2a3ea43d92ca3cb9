"""Use cases of staff: spaces and what comes onto the shelf."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, SystemActor, Verb
from rewards.core.db import db, insert
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.errors import NodeClosedError
from rewards.network.types import NodeId

from .. import operations, queries, rules
from ..errors import SpaceExistsError, StockNeedsTwoError
from ..models import SpaceRow, SpaceZoneRow
from ..types import MovementKind, Offer, Reward, RewardId, Space, SpaceId, Zone


@use_case
def create_space(
    *,
    actor: Actor,
    node_id: NodeId,
    name: str,
    address: str = "",
    hours: str = "",
    phone: str = "",
    zones: Sequence[Zone] = (),
    now: datetime,
) -> Space:
    """Open an offline space at a node.

    :raises NodeNotFoundError: if there is no such node.
    :raises NodeClosedError: if the node is closed.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises InvalidSpaceError: if a value does not fit.
    :raises SpaceExistsError: if the node has a space of this name.
    """
    node = network.get_node(node_id)
    access.authorize(actor, Verb.MANAGE_STOCK, node.path)
    if node.closed_at is not None:
        raise NodeClosedError
    rules.check_space(name=name, address=address, hours=hours, phone=phone, zones=zones)
    space_id = SpaceId(new_id())
    created = db.session.execute(
        insert(SpaceRow)
        .values(
            id=space_id,
            node_id=node_id,
            node_path=node.path,
            name=name,
            address=address,
            hours=hours,
            phone=phone,
        )
        .on_conflict_do_nothing(index_elements=["node_id", "name"])
        .returning(SpaceRow.id)
    ).one_or_none()
    if created is None:
        raise SpaceExistsError
    if zones:
        db.session.execute(
            sa.insert(SpaceZoneRow).values(
                [
                    {
                        "id": new_id(),
                        "space_id": space_id,
                        "kind": zone.kind,
                        "name": zone.name,
                        "position": position,
                    }
                    for position, zone in enumerate(zones)
                ]
            )
        )
    audit_trail.audit(
        actor=actor,
        action="space.created",
        node_id=node_id,
        subject=f"space:{space_id.hex}",
        details={"zones": len(zones)},
        now=now,
    )
    return queries.get_space(space_id)


@use_case
def close_space(*, actor: Actor, space_id: SpaceId, now: datetime) -> Space:
    """Let nothing more be reserved at a space; what is reserved can still be collected.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock there.
    """
    return _set_closed_at(actor, space_id, now, now=now)


@use_case
def reopen_space(*, actor: Actor, space_id: SpaceId, now: datetime) -> Space:
    """Let rewards be reserved at a closed space again.

    :raises SpaceNotFoundError: if there is no such space.
    :raises NotAllowedError: if the actor may not manage stock there.
    """
    return _set_closed_at(actor, space_id, None, now=now)


@use_case
def record_movement(
    *,
    actor: Actor,
    reward_id: RewardId,
    kind: MovementKind,
    quantity: int,
    note: str = "",
    now: datetime,
) -> Reward:
    """Record pieces that came in; corrections by it are left to the system itself.

    :raises RewardNotFoundError: if there is no such reward item.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises InvalidMovementError: if a value does not fit.
    :raises StockNeedsTwoError: if staff want to correct the level alone.
    :raises StockReservedError: if fewer pieces were left than are reserved.
    """
    offer = _get_managed_offer(actor, reward_id)
    rules.check_movement(kind=kind, quantity=quantity, note=note)
    if kind is MovementKind.ADJUST and not isinstance(actor, SystemActor):
        raise StockNeedsTwoError
    operations.move(
        reward_id=reward_id, kind=kind, quantity=quantity, note=note, actor=actor, now=now
    )
    audit_trail.audit(
        actor=actor,
        action="stock.moved",
        node_id=offer.node_id,
        subject=f"reward:{reward_id.hex}",
        details={"kind": kind.value, "quantity": quantity},
        now=now,
    )
    return queries.get_reward(reward_id)


def _get_managed_offer(actor: Actor, reward_id: RewardId) -> Offer:
    offer = queries.get_offer(reward_id)
    access.authorize(actor, Verb.MANAGE_STOCK, offer.node_path)
    return offer


def _set_closed_at(
    actor: Actor, space_id: SpaceId, closed_at: datetime | None, *, now: datetime
) -> Space:
    space = queries.get_space(space_id)
    access.authorize(actor, Verb.MANAGE_STOCK, space.node_path)
    db.session.execute(
        sa.update(SpaceRow)
        .where(SpaceRow.id == space_id)
        .values(closed_at=closed_at)
        .execution_options(synchronize_session=False)
    )
    audit_trail.audit(
        actor=actor,
        action="space.closed" if closed_at else "space.reopened",
        node_id=space.node_id,
        subject=f"space:{space_id.hex}",
        details={},
        now=now,
    )
    return queries.get_space(space_id)
