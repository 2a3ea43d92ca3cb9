"""What was and will be sent to a subscription."""

from typing import Any

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.paging import PAGE_SIZE, Page, encode_cursor

from ..errors import WebhookDeliveryNotFoundError
from ..models import DeliveryRow, MessageRow
from ..types import Delivery, DeliveryId, DeliveryState, MessageId, SubscriptionId
from .cursors import read_cursor

_messages = table_of(MessageRow)
_deliveries = table_of(DeliveryRow)
_delivery = sa.select(
    _deliveries, _messages.c.event, _messages.c.recorded_at, _messages.c.body
).join_from(_deliveries, _messages, _messages.c.id == _deliveries.c.message_id)


def get_delivery(subscription_id: SubscriptionId, delivery_id: DeliveryId) -> Delivery:
    """Return a delivery to a subscription.

    :raises WebhookDeliveryNotFoundError: if there is none.
    """
    row = db.session.execute(
        _delivery.where(
            _deliveries.c.id == delivery_id, _deliveries.c.subscription_id == subscription_id
        )
    ).one_or_none()
    if row is None:
        raise WebhookDeliveryNotFoundError
    return _to_delivery(row)


def page_deliveries(
    *,
    subscription_id: SubscriptionId,
    state: DeliveryState | None = None,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Delivery]:
    """Return what was and will be sent to a subscription, the newest first.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    statement = (
        _delivery.where(_deliveries.c.subscription_id == subscription_id)
        .order_by(_deliveries.c.id.desc())
        .limit(limit + 1)
    )
    if state is not None:
        statement = statement.where(_deliveries.c.state == state)
    if cursor is not None:
        statement = statement.where(_deliveries.c.id < read_cursor(cursor))
    found = tuple(map(_to_delivery, db.session.execute(statement)))
    following = encode_cursor([found[limit - 1].id.hex]) if len(found) > limit else None
    return Page(items=found[:limit], next=following)


def count_unarrived(subscription_id: SubscriptionId) -> dict[DeliveryState, int]:
    """Return how many deliveries to a subscription wait, and how many have failed.

    Those that arrived may be very many, and are not counted.
    """
    states = (DeliveryState.WAITING, DeliveryState.FAILED)
    return {state: _count(subscription_id, state) for state in states}


def _count(subscription_id: SubscriptionId, state: DeliveryState) -> int:
    counted = (
        sa.select(sa.func.count())
        # As it stands in the partial indexes, which a parameter would not match.
        .where(_deliveries.c.subscription_id == subscription_id, sa.text(f"state = '{state}'"))
    )
    return db.session.scalar(counted.select_from(_deliveries)) or 0


def _to_delivery(row: Any) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        subscription_id=SubscriptionId(row.subscription_id),
        message_id=MessageId(row.message_id),
        event=row.event,
        recorded_at=row.recorded_at,
        body=row.body,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at,
        tried_at=row.tried_at,
        status=row.status,
        fault=row.fault,
        milliseconds=row.milliseconds,
    )
