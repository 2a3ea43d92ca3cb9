"""What there is to do for the worker, and how it stands."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.core.db import looking, reading, table_of
from rewards.ledger import queries as ledger

from ..models import IS_FAILED, DeliveryRow, MessageRow, SealMarkRow, SubscriptionRow
from ..types import DeliveryState, SubscriptionId, SubscriptionState, Tally

_subscriptions = table_of(SubscriptionRow)
_messages = table_of(MessageRow)
_deliveries = table_of(DeliveryRow)


def has_new() -> bool:
    """Tell whether there is a message of which no deliveries were made yet."""
    with reading() as connection:
        return connection.scalar(select_new(limit=1)) is not None


def has_due(now: datetime) -> bool:
    """Tell whether something is to be sent."""
    with reading() as connection:
        return connection.scalar(select_receivers(now).limit(1)) is not None


def list_replaying() -> tuple[SubscriptionId, ...]:
    """Return the subscriptions that have not yet come to the end of what is sent again."""
    with reading() as connection:
        found = connection.scalars(
            sa.select(_subscriptions.c.id)
            .where(
                _subscriptions.c.replay_since.is_not(None),
                _subscriptions.c.state != SubscriptionState.ENDED,
            )
            .order_by(_subscriptions.c.id)
        )
        return tuple(map(SubscriptionId, found))


def has_unfollowed() -> bool:
    """Tell whether the chain of entries goes on beyond what was followed."""
    with reading() as connection:
        mark = connection.scalar(sa.select(SealMarkRow.seq))
    return mark is None or mark < ledger.get_head().seq


def tally() -> Tally:
    """Return how deliveries and subscriptions stand."""
    with looking() as connection:
        states = connection.execute(
            sa.select(_subscriptions.c.state, sa.func.count()).group_by(_subscriptions.c.state)
        ).all()
        waiting = connection.execute(
            sa.select(sa.func.count(), sa.func.min(_messages.c.recorded_at))
            .join_from(_deliveries, _messages, _messages.c.id == _deliveries.c.message_id)
            .join(_subscriptions, _subscriptions.c.id == _deliveries.c.subscription_id)
            .where(
                _deliveries.c.state == DeliveryState.WAITING,
                _subscriptions.c.state == SubscriptionState.ACTIVE,
            )
        ).one()
        failed = connection.scalar(
            sa.select(sa.func.count()).select_from(_deliveries).where(IS_FAILED)
        )
    return Tally(
        waiting=waiting[0],
        oldest_waiting_at=waiting[1],
        failed=failed or 0,
        subscriptions=dict.fromkeys(SubscriptionState, 0) | {row[0]: row[1] for row in states},
    )


def select_new(*, limit: int) -> sa.Select[Any]:
    """Return a selection of messages of which no deliveries were made yet."""
    return sa.select(_messages.c.id).where(_messages.c.is_new).order_by(_messages.c.id).limit(limit)


def select_receivers(now: datetime) -> sa.Select[Any]:
    """Return a selection of subscriptions to which something is to be sent."""
    due = sa.exists().where(
        _deliveries.c.subscription_id == _subscriptions.c.id,
        _deliveries.c.state == DeliveryState.WAITING,
        _deliveries.c.next_at <= now,
    )
    return sa.select(_subscriptions).where(
        _subscriptions.c.state == SubscriptionState.ACTIVE,
        sa.or_(_subscriptions.c.retry_at.is_(None), _subscriptions.c.retry_at <= now),
        due,
    )
