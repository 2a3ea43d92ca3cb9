"""Deliveries that are sent again, because staff ask for it or a receiver is back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.ids import first_id
from rewards.core.unit import operation

from ..models import DeliveryRow, MessageRow, SubscriptionRow
from ..types import DeliveryId, DeliveryState, Subscription, SubscriptionId

_subscriptions = table_of(SubscriptionRow)
_messages = table_of(MessageRow)
_deliveries = table_of(DeliveryRow)
REPLAYED_AT_ONCE = 500
# Ids of deliveries are of the clock of the host that made them.
MARGIN = timedelta(days=1)
_NO_REPLAY = {
    "replay_since": None,
    "replay_after": None,
    "replay_through": None,
    "replay_total": 0,
    "replay_done": 0,
}


@operation
def replay_one(subscription_id: SubscriptionId, delivery_id: DeliveryId, *, now: datetime) -> None:
    """Send one delivery again, at once."""
    wake(subscription_id)
    _let_wait(_deliveries.c.id == delivery_id, now=now)


@operation
def begin_replay(subscription_id: SubscriptionId, *, since: datetime, now: datetime) -> int:
    """Send again what was recorded since a moment, some now; return of how many messages.

    The rest is for `continue_replay`: however much it is, no transaction takes on all of it.
    A replay that is under way begins anew, with the earlier of both moments.
    """
    wake(subscription_id)
    row = _lock(subscription_id)
    if row.replay_since is not None:
        since = min(since, row.replay_since)
    # What is made later waits anyway.
    through = db.session.scalar(
        sa.select(_deliveries.c.id)
        .where(_deliveries.c.subscription_id == subscription_id)
        .order_by(_deliveries.c.id.desc())
        .limit(1)
    )
    if through is None:
        # A new one, or one whose messages are forgotten by now.
        _note(subscription_id, **_NO_REPLAY)
        return 0
    after = first_id(since - MARGIN)
    counted = _select_since(subscription_id, since).where(_deliveries.c.id > after)
    total = int(db.session.scalar(counted.with_only_columns(sa.func.count())) or 0)
    _note(
        subscription_id,
        replay_since=since,
        replay_after=after,
        replay_through=through,
        replay_total=total,
        replay_done=0,
    )
    continue_replay(subscription_id, now=now)
    return total


@operation
def continue_replay(subscription_id: SubscriptionId, *, now: datetime) -> int:
    """Let some more of what is sent again wait for the worker; return how many.

    Where it has come to stands with the subscription: whoever is cut off goes on there.
    """
    # Held until the unit ends, so that two workers take turns.
    row = _lock(subscription_id)
    if row.replay_since is None:
        return 0
    found = db.session.scalars(
        _select_since(subscription_id, row.replay_since)
        .where(_deliveries.c.id > row.replay_after, _deliveries.c.id <= row.replay_through)
        .order_by(_deliveries.c.id)
        .limit(REPLAYED_AT_ONCE)
    ).all()
    if found:
        _let_wait(_deliveries.c.id.in_(found), now=now)
    if len(found) < REPLAYED_AT_ONCE:
        _note(subscription_id, **_NO_REPLAY)
    else:
        done = row.replay_done + len(found)
        _note(subscription_id, replay_after=found[-1], replay_done=done)
    return len(found)


def _select_since(subscription_id: SubscriptionId, since: datetime) -> sa.Select[UUID]:
    return (
        sa.select(_deliveries.c.id)
        .join(_messages, _messages.c.id == _deliveries.c.message_id)
        .where(_deliveries.c.subscription_id == subscription_id, _messages.c.recorded_at >= since)
    )


def _let_wait(wanted: sa.ColumnElement[bool], *, now: datetime) -> None:
    db.session.execute(
        sa.update(_deliveries)
        .where(wanted)
        .values(state=DeliveryState.WAITING, attempts=0, next_at=now)
    )


def _lock(subscription_id: SubscriptionId) -> Any:
    # Whoever changes deliveries and their subscription locks the subscription first.
    columns = (_subscriptions.c[name] for name in _NO_REPLAY)
    query = sa.select(*columns).where(_subscriptions.c.id == subscription_id)
    return db.session.execute(query.with_for_update()).one()


def _note(subscription_id: SubscriptionId, **values: object) -> None:
    db.session.execute(
        sa.update(_subscriptions).where(_subscriptions.c.id == subscription_id).values(**values)
    )


@operation
def begin_anew(subscription: Subscription, *, now: datetime) -> None:
    """Let what a receiver did not take go out at once, with all its attempts.

    What ran out of attempts since it began to fail was kept too: nothing arrived in that time.
    """
    row = _deliveries.c
    is_kept = row.state == DeliveryState.WAITING
    if subscription.failing_since is not None:
        is_lost = sa.and_(
            row.state == DeliveryState.FAILED, row.tried_at >= subscription.failing_since
        )
        is_kept = sa.or_(is_kept, is_lost)
    db.session.execute(
        sa.update(_deliveries)
        .where(row.subscription_id == subscription.id, is_kept)
        .values(state=DeliveryState.WAITING, attempts=0, next_at=now)
    )


@operation
def wake(subscription_id: SubscriptionId) -> None:
    """Ask a receiver again at once, though it failed a moment ago."""
    db.session.execute(
        sa.update(_subscriptions)
        .where(_subscriptions.c.id == subscription_id)
        .values(retry_at=None)
    )
