"""Webhooks: other systems that are told of what happens."""

from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, json, url_for
from marshmallow import Schema

from rewards.access.types import StaffActor, Verb
from rewards.core import clock
from rewards.network.errors import NodeNotFoundError
from rewards.web import sessions
from rewards.webhooks import queries, service
from rewards.webhooks.errors import WebhookNotFoundError
from rewards.webhooks.types import Delivery, DeliveryId, MadeSecret, Subscription, SubscriptionId

from .resources import Resource, answer, answer_once, answer_page, instance_of
from .schemas.webhooks import (
    DeliveriesPage,
    DeliveriesQuery,
    DeliveryResponse,
    ReplayRequest,
    ReplayResponse,
    WebhookChange,
    WebhookRequest,
    WebhookResponse,
    WebhookSecretResponse,
    WebhooksPage,
    WebhooksQuery,
)
from .visibility import authorize_read, check_visible, find_readable_path, get_visible_node

webhooks = Resource(
    "webhooks", description="Other systems that are told of what happens, by signed messages."
)

REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
WRITE_REFUSALS = (*REFUSALS, HTTPStatus.CONFLICT)


@webhooks.call(
    "POST",
    "/webhooks",
    body=WebhookRequest,
    answers={HTTPStatus.CREATED: WebhookSecretResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def subscribe(body: dict[str, Any]) -> Response:
    """Have an address told of what happens at a node and below it; the answer holds the secret."""
    actor, now = sessions.require_staff(), clock.now()
    get_visible_node(actor, body["node_id"], NodeNotFoundError)
    response = answer_once(
        service.subscribe,
        render=lambda made: (HTTPStatus.CREATED, _dump_made(made)),
        location=lambda made: url_for("webhooks.get_webhook", webhook_id=made["id"]),
        actor=actor,
        now=now,
        **body,
    )
    return _with_secret(response, actor, now)


@webhooks.call(
    "GET",
    "/webhooks",
    query=WebhooksQuery,
    answers={HTTPStatus.OK: WebhooksPage},
    refusals=REFUSALS,
)
def list_webhooks(query: dict[str, Any]) -> Response:
    """List the webhooks of a branch of the network, the oldest first."""
    verb = Verb.MANAGE_WEBHOOKS
    path = find_readable_path(sessions.require_staff(), query.pop("node_id"), verb)
    return answer_page(WebhookResponse, queries.page_subscriptions(node_path=path, **query))


@webhooks.call(
    "GET",
    "/webhooks/<uuid:webhook_id>",
    answers={HTTPStatus.OK: WebhookResponse},
    refusals=REFUSALS,
)
def get_webhook(webhook_id: UUID) -> Response:
    """Show a webhook and how it stands."""
    return answer(WebhookResponse, _known(webhook_id))


@webhooks.call(
    "PATCH",
    "/webhooks/<uuid:webhook_id>",
    body=WebhookChange,
    answers={HTTPStatus.OK: WebhookResponse},
    refusals=REFUSALS,
)
def change_webhook(body: dict[str, Any], webhook_id: UUID) -> Response:
    """Change a webhook, keep its messages back, or let them go out again."""
    actor = sessions.require_staff()
    return answer_once(
        service.change,
        render=lambda changed: (HTTPStatus.OK, _dump(WebhookResponse, changed)),
        actor=actor,
        subscription_id=_visible(actor, webhook_id).id,
        now=clock.now(),
        **body,
    )


@webhooks.call(
    "DELETE",
    "/webhooks/<uuid:webhook_id>",
    answers={HTTPStatus.NO_CONTENT: Schema},
    refusals=REFUSALS,
)
def end_webhook(webhook_id: UUID) -> Response:
    """End a webhook for good; its secret is forgotten."""
    actor = sessions.require_staff()
    found = _visible(actor, webhook_id)
    service.end(actor=actor, subscription_id=found.id, now=clock.now())
    return Response(status=HTTPStatus.NO_CONTENT)


@webhooks.call(
    "POST",
    "/webhooks/<uuid:webhook_id>/secret/rotation",
    answers={HTTPStatus.OK: WebhookSecretResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def rotate_secret(webhook_id: UUID) -> Response:
    """Make a new secret; messages are signed by the old one too for another day."""
    actor, now = sessions.require_staff(), clock.now()
    response = answer_once(
        service.rotate_secret,
        render=lambda made: (HTTPStatus.OK, _dump_made(made)),
        actor=actor,
        subscription_id=_visible(actor, webhook_id).id,
        now=now,
    )
    return _with_secret(response, actor, now)


@webhooks.call(
    "POST",
    "/webhooks/<uuid:webhook_id>/test",
    answers={HTTPStatus.ACCEPTED: DeliveryResponse},
    refusals=WRITE_REFUSALS,
    is_keyed=True,
)
def send_test(webhook_id: UUID) -> Response:
    """Send a message that tells of nothing; what came of it is in the list of deliveries."""
    actor = sessions.require_staff()
    return answer_once(
        service.send_test,
        render=lambda delivery: (HTTPStatus.ACCEPTED, _dump(DeliveryResponse, delivery)),
        actor=actor,
        subscription_id=_visible(actor, webhook_id).id,
        now=clock.now(),
    )


@webhooks.call(
    "GET",
    "/webhooks/<uuid:webhook_id>/deliveries",
    query=DeliveriesQuery,
    answers={HTTPStatus.OK: DeliveriesPage},
    refusals=REFUSALS,
)
def list_deliveries(query: dict[str, Any], webhook_id: UUID) -> Response:
    """List what was and will be sent in the last thirty days, the newest first."""
    found = _known(webhook_id)
    return answer_page(DeliveryResponse, queries.page_deliveries(subscription_id=found.id, **query))


@webhooks.call(
    "POST",
    "/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/redelivery",
    answers={HTTPStatus.ACCEPTED: DeliveryResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def redeliver(webhook_id: UUID, delivery_id: UUID) -> Response:
    """Send one message again, under the same `webhook-id`."""
    actor = sessions.require_staff()
    found = _visible(actor, webhook_id)

    def render(_count: int) -> tuple[int, dict[str, Any]]:
        delivery = queries.get_delivery(found.id, DeliveryId(delivery_id))
        return HTTPStatus.ACCEPTED, _dump(DeliveryResponse, delivery)

    return answer_once(
        service.replay,
        render=render,
        actor=actor,
        subscription_id=found.id,
        delivery_id=DeliveryId(delivery_id),
        now=clock.now(),
    )


@webhooks.call(
    "POST",
    "/webhooks/<uuid:webhook_id>/replay",
    body=ReplayRequest,
    answers={HTTPStatus.ACCEPTED: ReplayResponse},
    refusals=REFUSALS,
    is_keyed=True,
)
def replay(body: dict[str, Any], webhook_id: UUID) -> Response:
    """Send all that was recorded since a moment again, each under its own `webhook-id`."""
    actor = sessions.require_staff()
    return answer_once(
        service.replay,
        render=lambda count: (HTTPStatus.ACCEPTED, {"deliveries": count}),
        actor=actor,
        subscription_id=_visible(actor, webhook_id).id,
        since=body["since"],
        now=clock.now(),
    )


def _visible(actor: StaffActor, webhook_id: UUID) -> Subscription:
    found = queries.get_subscription(SubscriptionId(webhook_id))
    check_visible(actor, found.node_path, WebhookNotFoundError)
    return found


def _known(webhook_id: UUID) -> Subscription:
    actor = sessions.require_staff()
    found = queries.get_subscription(SubscriptionId(webhook_id))
    authorize_read(actor, Verb.MANAGE_WEBHOOKS, found.node_path, WebhookNotFoundError)
    return found


def _dump_made(made: MadeSecret) -> dict[str, Any]:
    # Kept for replays, and so without the secret: that is kept sealed alone.
    return _dump(WebhookResponse, made.subscription)


def _with_secret(response: Response, actor: StaffActor, now: datetime) -> Response:
    body = json.loads(response.get_data())
    secret = queries.find_fresh_secret(SubscriptionId(UUID(body["id"])), actor=actor, now=now)
    response.set_data(json.dumps({**body, "secret": secret}))
    response.headers["Cache-Control"] = "no-store"
    return response


def _dump(schema: type[Schema], value: Subscription | Delivery) -> dict[str, Any]:
    dumped: dict[str, Any] = instance_of(schema).dump(asdict(value))
    return dumped
