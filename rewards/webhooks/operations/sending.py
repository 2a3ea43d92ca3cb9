"""Deliveries: made of messages, leased to whoever sends them, and settled."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from rewards.core import secrecy
from rewards.core.db import db, insert, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation

from .. import queries, rules
from ..models import DeliveryRow, MessageRow, SubscriptionRow
from ..types import (
    DeliveryId,
    DeliveryState,
    Fault,
    MessageId,
    Outcome,
    Parcel,
    StopReason,
    SubscriptionId,
)
from . import standing

MESSAGES_AT_ONCE = 500
PARCELS_AT_ONCE = 100
RECEIVERS_AT_ONCE = 50
# Whoever takes parcels on and is not heard of again has lost them by then.
LEASE = timedelta(seconds=90)

_subscriptions = table_of(SubscriptionRow)
_messages = table_of(MessageRow)
_deliveries = table_of(DeliveryRow)


@operation
def make_deliveries(*, now: datetime, limit: int = MESSAGES_AT_ONCE) -> int:
    """Make deliveries of messages that are new; return of how many."""
    news = db.session.execute(
        sa.select(_messages.c.id, _messages.c.event, _messages.c.node_path, _messages.c.recorded_at)
        .where(_messages.c.is_new)
        .order_by(_messages.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not news:
        return 0
    queries.forget()
    subscriptions = queries.list_lasting()
    deliveries = [
        {
            "id": new_id(),
            "message_id": message.id,
            "subscription_id": each.id,
            "state": DeliveryState.WAITING,
            "attempts": 0,
            "next_at": now,
            "fault": Fault.NONE,
        }
        for message in news
        for each in subscriptions
        if rules.covers(each, message.node_path, message.event)
        and each.starts_at <= message.recorded_at
    ]
    if deliveries:
        db.session.execute(
            insert(_deliveries).on_conflict_do_nothing(
                index_elements=["message_id", "subscription_id"]
            ),
            deliveries,
        )
    db.session.execute(
        sa.update(_messages)
        .where(_messages.c.id.in_([message.id for message in news]))
        .values(is_new=False)
    )
    return len(news)


@operation
def lease(*, now: datetime) -> tuple[Parcel, ...]:
    """Take on what is to be sent by now, each parcel for a while.

    A receiver that fails gets one parcel, to see whether it is back.
    """
    receivers = db.session.execute(
        queries.select_receivers(now)
        # Whoever got something last waits for the others.
        .order_by(_subscriptions.c.delivered_at.asc().nulls_first(), _subscriptions.c.id)
        .limit(RECEIVERS_AT_ONCE)
    ).all()
    secrets = {receiver.id: _open_secrets(receiver, now=now) for receiver in receivers}
    # Before any delivery is locked: whoever changes both locks the subscription first.
    for receiver in receivers:
        if not secrets[receiver.id]:
            standing.disable(receiver.id, StopReason.SEALED, now=now)
    return tuple(
        parcel
        for receiver in receivers
        if secrets[receiver.id]
        for parcel in _lease_of(receiver, secrets[receiver.id], now=now)
    )


@operation
def settle(parcel: Parcel, outcome: Outcome) -> bool:
    """Write down what came of an attempt; return whether it is the last one begun.

    One that was taken on again meanwhile is left to whoever did so.
    """
    values: dict[str, Any] = {
        "tried_at": outcome.at,
        "status": outcome.status,
        "fault": outcome.fault,
        "milliseconds": outcome.milliseconds,
        "state": DeliveryState.DELIVERED,
        "next_at": None,
    }
    if not outcome.has_arrived:
        delay = rules.delay_after(parcel.attempt, outcome, chance=random.random())  # noqa: S311
        is_last = delay is None
        values["state"] = DeliveryState.FAILED if is_last else DeliveryState.WAITING
        values["next_at"] = None if delay is None else outcome.at + delay
    # Whoever changes deliveries and their subscription locks the subscription first.
    _lock(parcel.subscription_id)
    settled = db.session.execute(
        sa.update(_deliveries)
        .where(*_is_still(parcel))
        .values(**values)
        .returning(_deliveries.c.id)
    ).one_or_none()
    if settled is None:
        return False
    standing.note(parcel.subscription_id, outcome)
    return True


@operation
def put_off(parcels: Sequence[Parcel], *, now: datetime) -> None:
    """Give back parcels that were taken on and not tried."""
    for parcel in parcels:
        db.session.execute(
            sa.update(_deliveries)
            .where(*_is_still(parcel))
            .values(attempts=parcel.attempt - 1, next_at=now)
        )


def _lock(subscription_id: SubscriptionId) -> None:
    db.session.execute(
        sa.select(_subscriptions.c.id)
        .where(_subscriptions.c.id == subscription_id)
        .with_for_update()
    )


def _choose(receiver: Any, *, now: datetime) -> Sequence[Any]:
    return db.session.execute(
        sa.select(_deliveries.c.id, _deliveries.c.message_id, _deliveries.c.attempts)
        .where(
            _deliveries.c.subscription_id == receiver.id,
            _deliveries.c.state == DeliveryState.WAITING,
            _deliveries.c.next_at <= now,
        )
        .order_by(_deliveries.c.next_at, _deliveries.c.id)
        .limit(1 if receiver.failures else PARCELS_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()


def _lease_of(receiver: Any, secrets: tuple[str, ...], *, now: datetime) -> list[Parcel]:
    rows = _choose(receiver, now=now)
    if not rows:
        return []
    db.session.execute(
        sa.update(_deliveries)
        .where(_deliveries.c.id.in_([row.id for row in rows]))
        .values(attempts=_deliveries.c.attempts + 1, next_at=now + LEASE)
    )
    bodies = {
        row.id: row.body
        for row in db.session.execute(
            sa.select(_messages.c.id, _messages.c.body).where(
                _messages.c.id.in_([row.message_id for row in rows])
            )
        )
    }
    return [
        Parcel(
            delivery_id=DeliveryId(row.id),
            subscription_id=SubscriptionId(receiver.id),
            message_id=MessageId(row.message_id),
            attempt=row.attempts + 1,
            url=receiver.url,
            secrets=secrets,
            body=bodies[row.message_id],
        )
        for row in rows
    ]


def _open_secrets(receiver: Any, *, now: datetime) -> tuple[str, ...]:
    sealed = [receiver.secret]
    if receiver.old_secret_until is not None and now < receiver.old_secret_until:
        sealed.append(receiver.old_secret)
    opened = map(secrecy.vault().find_text, sealed)
    # Of the old ones there may be two, side by side.
    return tuple(secret for secrets in opened if secrets is not None for secret in secrets.split())


def _is_still(parcel: Parcel) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _deliveries.c.id == parcel.delivery_id,
        _deliveries.c.state == DeliveryState.WAITING,
        _deliveries.c.attempts == parcel.attempt,
    )
