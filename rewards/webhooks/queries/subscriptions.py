"""Subscriptions: those of a branch, and who is to be told of what happens."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.core import secrecy
from rewards.core.db import db, looking, table_of
from rewards.core.paging import PAGE_SIZE, Page, encode_cursor
from rewards.network.types import NodeId

from .. import rules
from ..errors import WebhookNotFoundError
from ..models import SubscriptionRow
from ..types import Replay, Subscription, SubscriptionId, SubscriptionState, WebhookEvent
from .cursors import read_cursor

CACHE_SECONDS = 2.0

_subscriptions = table_of(SubscriptionRow)
_lasting = sa.select(_subscriptions).where(_subscriptions.c.state != SubscriptionState.ENDED)


@dataclass(frozen=True, slots=True)
class _Read:
    """Subscriptions are asked for at every check-in and change a few times a year."""

    subscriptions: tuple[Subscription, ...]
    at: float


# Swapped as a whole: other threads read it meanwhile, or forget it.
_last: list[_Read | None] = [None]


def list_lasting() -> tuple[Subscription, ...]:
    """Return every subscription that has not ended.

    A change is seen by every process within CACHE_SECONDS.
    """
    last = _last[0]
    if last is None or time.monotonic() - last.at > CACHE_SECONDS:
        with looking() as connection:
            found = tuple(map(to_subscription, connection.execute(_lasting)))
        _last[0] = last = _Read(subscriptions=found, at=time.monotonic())
    return last.subscriptions


def forget() -> None:
    """Read the subscriptions anew the next time they are asked for."""
    _last[0] = None


def get_subscription(
    subscription_id: SubscriptionId, *, is_ended_too: bool = False
) -> Subscription:
    """Return a subscription.

    :raises WebhookNotFoundError: if there is none, or it has ended and *is_ended_too* is not said.
    """
    query = sa.select(_subscriptions) if is_ended_too else _lasting
    row = db.session.execute(query.where(_subscriptions.c.id == subscription_id)).one_or_none()
    if row is None:
        raise WebhookNotFoundError
    return to_subscription(row)


def page_subscriptions(
    *, node_path: str, cursor: str | None = None, limit: int = PAGE_SIZE
) -> Page[Subscription]:
    """Return the subscriptions of a branch, the oldest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = (
        _lasting.where(_subscriptions.c.node_path.startswith(node_path, autoescape=True))
        .order_by(_subscriptions.c.id)
        .limit(limit + 1)
    )
    if cursor is not None:
        statement = statement.where(_subscriptions.c.id > read_cursor(cursor))
    found = tuple(map(to_subscription, db.session.execute(statement)))
    following = encode_cursor([found[limit - 1].id.hex]) if len(found) > limit else None
    return Page(items=found[:limit], next=following)


def count_subscriptions(node_id: NodeId) -> int:
    """Return how many subscriptions a node has."""
    counted = _lasting.where(_subscriptions.c.node_id == node_id).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def count_disabled(node_path: str) -> int:
    """Return how many subscriptions of a branch were switched off because nothing arrived."""
    counted = _lasting.where(
        _subscriptions.c.node_path.startswith(node_path, autoescape=True),
        _subscriptions.c.state == SubscriptionState.DISABLED,
    ).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def find_fresh_secret(
    subscription_id: SubscriptionId, *, actor: Actor, now: datetime
) -> str | None:
    """Return the secret of a subscription if *actor* made it just now, else None.

    The answer that shows it may be lost on the way and asked for again; later
    nobody reads it, and a new one has to be made.
    """
    row = db.session.execute(
        sa.select(
            _subscriptions.c.secret, _subscriptions.c.secret_at, _subscriptions.c.secret_by
        ).where(_subscriptions.c.id == subscription_id)
    ).one_or_none()
    if row is None or not row.secret or row.secret_by != actor.principal:
        return None
    if not row.secret_at <= now < row.secret_at + rules.SECRET_SHOWN:
        return None
    return secrecy.vault().find_text(row.secret)


def to_subscription(row: Any) -> Subscription:
    """Return a row of the table as a read model."""
    return Subscription(
        id=SubscriptionId(row.id),
        node_id=NodeId(row.node_id),
        node_path=row.node_path,
        name=row.name,
        url=row.url,
        events=tuple(WebhookEvent(event) for event in row.events.split(",")),
        state=row.state,
        stop_reason=row.stop_reason,
        stopped_at=row.stopped_at,
        starts_at=row.starts_at,
        secret_at=row.secret_at,
        old_secret_until=row.old_secret_until,
        failures=row.failures,
        failing_since=row.failing_since,
        delivered_at=row.delivered_at,
        created_by=row.created_by,
        created_at=row.created_at,
        replay=None
        if row.replay_since is None
        else Replay(since=row.replay_since, done=row.replay_done, total=row.replay_total),
    )
