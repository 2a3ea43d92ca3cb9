"""What staff do with subscriptions. Who may: those who manage webhooks at its node."""

from collections.abc import Collection
from datetime import datetime, timedelta

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.types import NodeId

from .. import operations, queries, rules, store
from ..errors import InvalidReplayTimeError, WebhookStoppedError
from ..types import (
    Delivery,
    DeliveryId,
    MadeSecret,
    Subscription,
    SubscriptionId,
    SubscriptionState,
    WebhookEvent,
)


@use_case
def subscribe(
    *,
    actor: Actor,
    node_id: NodeId,
    name: str,
    url: str,
    events: Collection[WebhookEvent],
    now: datetime,
) -> MadeSecret:
    """Have another system told of what happens at a node and below it; return it with its secret.

    :raises NodeNotFoundError: if there is no such node.
    :raises NodeClosedError: if it is closed.
    :raises NotAllowedError: if the actor may not manage webhooks there.
    :raises InvalidWebhookError: if the name or the events are none.
    :raises InvalidWebhookUrlError: if the address may not be called.
    :raises TooManyWebhooksError: if the node has as many as it may have.
    """
    access.authorize(actor, Verb.MANAGE_WEBHOOKS, network.get_node(node_id).path)
    node = network.get_open_node(node_id)
    secret = rules.new_secret()
    operations.mark_head()
    subscription = operations.open_subscription(
        actor=actor,
        node=node,
        name=rules.normalize_name(name),
        url=rules.normalize_url(url, allow_private=store.allows_private()),
        events=rules.normalize_events(events),
        secret=secret,
        now=now,
    )
    _audit(actor, "webhook.subscribed", subscription, now=now)
    return MadeSecret(subscription=subscription, secret=secret)


@use_case
def change(
    *,
    actor: Actor,
    subscription_id: SubscriptionId,
    name: str | None = None,
    url: str | None = None,
    events: Collection[WebhookEvent] | None = None,
    is_active: bool | None = None,
    now: datetime,
) -> Subscription:
    """Change what is given; *is_active* stops messages, or lets them go out again.

    :raises WebhookNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage webhooks at its node.
    :raises InvalidWebhookError: if the name or the events are none.
    :raises InvalidWebhookUrlError: if the address may not be called.
    """
    subscription = _get(actor, subscription_id)
    subscription = operations.change(
        subscription,
        name=None if name is None else rules.normalize_name(name),
        url=None if url is None else rules.normalize_url(url, allow_private=store.allows_private()),
        events=None if events is None else rules.normalize_events(events),
        now=now,
    )
    if is_active is not None:
        subscription = (
            operations.start(subscription, now=now)
            if is_active
            else operations.stop(subscription, now=now)
        )
    _audit(actor, "webhook.changed", subscription, now=now)
    return subscription


@use_case
def rotate_secret(*, actor: Actor, subscription_id: SubscriptionId, now: datetime) -> MadeSecret:
    """Make a new secret; the old one is good for another day.

    :raises WebhookNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage webhooks at its node.
    """
    secret = rules.new_secret()
    subscription = operations.rotate_secret(
        _get(actor, subscription_id), actor=actor, secret=secret, now=now
    )
    _audit(actor, "webhook.secret-rotated", subscription, now=now)
    return MadeSecret(subscription=subscription, secret=secret)


@use_case
def send_test(*, actor: Actor, subscription_id: SubscriptionId, now: datetime) -> Delivery:
    """Send a message that tells of nothing, to see whether it arrives.

    :raises WebhookNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage webhooks at its node.
    :raises WebhookStoppedError: if nothing is sent to it now.
    """
    subscription = _get(actor, subscription_id)
    if subscription.state is not SubscriptionState.ACTIVE:
        raise WebhookStoppedError
    delivery_id = operations.write_test(subscription, now=now)
    operations.wake(subscription_id)
    _audit(actor, "webhook.tested", subscription, now=now)
    return queries.get_delivery(subscription_id, delivery_id)


@use_case
def replay(
    *,
    actor: Actor,
    subscription_id: SubscriptionId,
    delivery_id: DeliveryId | None = None,
    since: datetime | None = None,
    now: datetime,
) -> int:
    """Send one delivery again, or all of what was recorded since a moment; return how many.

    Of many the worker takes on some at a time.

    :raises WebhookNotFoundError: if there is no such subscription.
    :raises NotAllowedError: if the actor may not manage webhooks at its node.
    :raises WebhookDeliveryNotFoundError: if there is no such delivery to it.
    :raises InvalidReplayTimeError: if the moment is still to come.
    """
    if (delivery_id is None) == (since is None):
        raise ValueError("replay wants one delivery or a moment")
    subscription = _get(actor, subscription_id)
    if since is not None:
        if since > now:
            raise InvalidReplayTimeError
        # Nothing older is kept, and what is very old is no moment in every zone.
        since = max(since, now - rules.MESSAGES_KEPT - timedelta(days=1))
        count = operations.begin_replay(subscription_id, since=since, now=now)
    if delivery_id is not None:
        queries.get_delivery(subscription_id, delivery_id)
        operations.replay_one(subscription_id, delivery_id, now=now)
        count = 1
    _audit(actor, "webhook.replayed", subscription, now=now, deliveries=count)
    return count


@use_case
def end(*, actor: Actor, subscription_id: SubscriptionId, now: datetime) -> None:
    """Tell a subscription of nothing any more, for good.

    :raises WebhookNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage webhooks at its node.
    """
    subscription = _get(actor, subscription_id)
    operations.end(subscription, now=now)
    _audit(actor, "webhook.ended", subscription, now=now)


def _get(actor: Actor, subscription_id: SubscriptionId) -> Subscription:
    subscription = queries.get_subscription(subscription_id)
    access.authorize(actor, Verb.MANAGE_WEBHOOKS, subscription.node_path)
    return subscription


def _audit(
    actor: Actor, action: str, subscription: Subscription, *, now: datetime, **details: object
) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=subscription.node_id,
        subject=f"webhook:{subscription.id.hex}",
        # Not the address: it may hold what only the receiver is to know.
        details={
            "events": [event.value for event in subscription.events],
            "state": subscription.state.value,
            **details,
        },
        now=now,
    )
