"""Deliveries that are sent again, because staff ask for it or a receiver is back."""

from datetime import datetime

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.unit import operation

from ..models import DeliveryRow, MessageRow, SubscriptionRow
from ..types import DeliveryId, DeliveryState, Subscription, SubscriptionId

_subscriptions = table_of(SubscriptionRow)
_messages = table_of(MessageRow)
_deliveries = table_of(DeliveryRow)


@operation
def replay(
    subscription_id: SubscriptionId,
    *,
    delivery_id: DeliveryId | None = None,
    since: datetime | None = None,
    now: datetime,
) -> int:
    """Send one delivery again, or those of what was recorded since a moment; return how many.

    What waits anyway goes out at once, and counts too.
    """
    wanted = _deliveries.c.id == delivery_id
    if since is not None:
        recorded = sa.select(_messages.c.id).where(_messages.c.recorded_at >= since)
        wanted = _deliveries.c.message_id.in_(recorded)
    wake(subscription_id)
    replayed = db.session.execute(
        sa.update(_deliveries)
        .where(_deliveries.c.subscription_id == subscription_id, wanted)
        .values(state=DeliveryState.WAITING, attempts=0, next_at=now)
    )
    return int(replayed.rowcount)  # type: ignore[attr-defined]


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
