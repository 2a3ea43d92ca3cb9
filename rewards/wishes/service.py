"""Use cases of staff: wishes are opened and closed."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core.db import db, table_of
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.types import NodeId

from . import queries, rules
from .models import WishRow
from .types import Wish, WishId

_wishes = table_of(WishRow)


@use_case
def open_wish(
    *,
    actor: Actor,
    node_id: NodeId,
    title: str,
    details: str = "",
    target_points: int,
    now: datetime,
) -> Wish:
    """Let people give points towards something that somebody near a node needs.

    :raises NodeNotFoundError: if there is no such node.
    :raises NodeClosedError: if the node is closed.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises InvalidWishError: if a value does not fit.
    """
    node = network.get_open_node(node_id)
    access.authorize(actor, Verb.MANAGE_STOCK, node.path)
    title, details = title.strip(), details.strip()
    rules.check_wish(title=title, details=details, target_points=target_points)
    wish_id = WishId(new_id())
    db.session.execute(
        sa.insert(_wishes).values(
            id=wish_id,
            node_id=node.id,
            node_path=node.path,
            title=title,
            details=details,
            target_points=target_points,
            given_points=0,
            closed_at=None,
            opened_by=actor.principal,
            opened_at=now,
        )
    )
    wish = queries.get_wish(wish_id)
    _audit(actor, "wish.opened", wish, points=target_points, now=now)
    return wish


@use_case
def close_wish(*, actor: Actor, wish_id: WishId, now: datetime) -> Wish:
    """Take no more points for a wish; what was given stays given.

    :raises WishNotFoundError: if there is no such wish.
    :raises NotAllowedError: if the actor may not manage stock there.
    :raises WishClosedError: if it was closed before.
    """
    wish = queries.get_wish(wish_id)
    access.authorize(actor, Verb.MANAGE_STOCK, wish.node_path)
    closed = db.session.execute(
        sa.update(_wishes)
        .where(_wishes.c.id == wish_id, _wishes.c.closed_at.is_(None))
        .values(closed_at=now)
    )
    if not closed.rowcount:  # type: ignore[attr-defined]
        raise rules.build_refusal(queries.get_wish(wish_id), points=0)
    wish = queries.get_wish(wish_id)
    _audit(actor, "wish.closed", wish, points=wish.given_points, now=now)
    return wish


def _audit(actor: Actor, action: str, wish: Wish, *, points: int, now: datetime) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=wish.node_id,
        subject=f"wish:{wish.id.hex}",
        details={"points": points},
        now=now,
    )
