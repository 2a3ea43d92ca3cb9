"""Subscriptions: made, changed, stopped, started and ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.core import secrecy, unit
from rewards.core.db import db, table_of
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.network.types import Node

from .. import rules
from ..errors import TooManyWebhooksError
from ..events import SubscriptionChanged
from ..models import SubscriptionRow
from ..queries import count_subscriptions, get_subscription
from ..types import (
    StopReason,
    Subscription,
    SubscriptionId,
    SubscriptionState,
    WebhookEvent,
)
from .replaying import begin_anew

_subscriptions = table_of(SubscriptionRow)
_NO_FAILURES = {"failures": 0, "failing_since": None, "retry_at": None}


@operation
def open_subscription(
    *,
    actor: Actor,
    node: Node,
    name: str,
    url: str,
    events: tuple[WebhookEvent, ...],
    secret: str,
    now: datetime,
) -> Subscription:
    """Subscribe to what is recorded at a node and below it, a few seconds from now on.

    :raises TooManyWebhooksError: if the node has as many as it may have.
    """
    if count_subscriptions(node.id) >= rules.SUBSCRIPTIONS_MAX:
        raise TooManyWebhooksError(most=rules.SUBSCRIPTIONS_MAX)
    subscription_id = SubscriptionId(new_id())
    db.session.execute(
        sa.insert(_subscriptions).values(
            id=subscription_id,
            node_id=node.id,
            node_path=node.path,
            name=name,
            url=url,
            events=_join(events),
            state=SubscriptionState.ACTIVE,
            stop_reason=StopReason.NONE,
            starts_at=now + rules.STARTS_AFTER,
            secret=secrecy.vault().encrypt(secret),
            secret_at=now,
            secret_by=actor.principal,
            old_secret="",
            failures=0,
            created_by=actor.principal,
            created_at=now,
        )
    )
    return _changed(subscription_id)


@operation
def change(
    subscription: Subscription,
    *,
    name: str | None = None,
    url: str | None = None,
    events: tuple[WebhookEvent, ...] | None = None,
    now: datetime,
) -> Subscription:
    """Change what is given. Another address starts without the failures of the last one."""
    values: dict[str, Any] = {}
    if name is not None:
        values["name"] = name
    if url is not None and url != subscription.url:
        values |= {"url": url, **_NO_FAILURES}
    if events is not None:
        values["events"] = _join(events)
    changed = _update(subscription.id, values)
    if "url" in values:
        begin_anew(subscription, now=now)
    return changed


@operation
def stop(subscription: Subscription, *, now: datetime) -> Subscription:
    """Keep messages back until staff let them go again; what was stopped stays as it was."""
    if subscription.state is not SubscriptionState.ACTIVE:
        return subscription
    values = {
        "state": SubscriptionState.PAUSED,
        "stop_reason": StopReason.STAFF,
        "stopped_at": now,
    }
    return _update(subscription.id, values)


@operation
def start(subscription: Subscription, *, now: datetime) -> Subscription:
    """Let messages go out again, at once those that waited and those that were given up."""
    values = {
        "state": SubscriptionState.ACTIVE,
        "stop_reason": StopReason.NONE,
        "stopped_at": None,
        **_NO_FAILURES,
    }
    started = _update(subscription.id, values)
    if subscription.state is not SubscriptionState.ACTIVE:
        begin_anew(subscription, now=now)
    return started


@operation
def rotate_secret(
    subscription: Subscription, *, actor: Actor, secret: str, now: datetime
) -> Subscription:
    """Sign by a new secret from now on, and by old ones too until they have run out.

    Of those the oldest that is still good is kept beside the one that is replaced: the
    receiver uses it, if nobody has come to put a newer one in place.
    """
    old = _list_good_secrets(subscription.id, now=now)
    kept = " ".join(dict.fromkeys((old[0], old[-1]))) if old else ""
    values = {
        "old_secret": secrecy.vault().encrypt(kept) if kept else "",
        "old_secret_until": now + rules.OLD_SECRET_KEPT if kept else None,
        "secret": secrecy.vault().encrypt(secret),
        "secret_at": now,
        "secret_by": actor.principal,
    }
    return _update(subscription.id, values)


@operation
def end(subscription: Subscription, *, now: datetime) -> None:
    """Tell a subscription of nothing any more; its secrets are forgotten."""
    values = {
        "state": SubscriptionState.ENDED,
        "stop_reason": StopReason.STAFF,
        "stopped_at": now,
        "secret": "",
        "old_secret": "",
        "old_secret_until": None,
    }
    _write(subscription.id, values)
    unit.record(SubscriptionChanged(subscription_id=subscription.id))


def _list_good_secrets(subscription_id: SubscriptionId, *, now: datetime) -> list[str]:
    """Return the secrets that messages are signed by, the oldest first."""
    row = db.session.execute(
        sa.select(
            _subscriptions.c.secret, _subscriptions.c.old_secret, _subscriptions.c.old_secret_until
        )
        .where(_subscriptions.c.id == subscription_id)
        .with_for_update()
    ).one()
    is_old_good = row.old_secret_until is not None and now < row.old_secret_until
    sealed = [row.old_secret, row.secret] if is_old_good else [row.secret]
    opened = (secrecy.vault().find_text(each) or "" for each in sealed)
    return [secret for secrets in opened for secret in secrets.split()]


def _update(subscription_id: SubscriptionId, values: Mapping[str, Any]) -> Subscription:
    if values:
        _write(subscription_id, values)
    return _changed(subscription_id)


def _write(subscription_id: SubscriptionId, values: Mapping[str, Any]) -> None:
    db.session.execute(
        sa.update(_subscriptions).where(_subscriptions.c.id == subscription_id).values(**values)
    )


def _changed(subscription_id: SubscriptionId) -> Subscription:
    unit.record(SubscriptionChanged(subscription_id=subscription_id))
    return get_subscription(subscription_id)


def _join(events: tuple[WebhookEvent, ...]) -> str:
    return ",".join(event.value for event in events)
