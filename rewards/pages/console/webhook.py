"""One webhook: how it stands, what was sent, sending again, another secret, and its end."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.web import sentences, statuses
from rewards.webhooks import queries, rules, service
from rewards.webhooks.errors import InvalidReplayTimeError, WebhookNotFoundError
from rewards.webhooks.types import (
    Delivery,
    DeliveryId,
    DeliveryState,
    Subscription,
    SubscriptionId,
)

from . import frame, safety, webhook_words, webhooks
from .frame import Post

blueprint = Blueprint("console_webhook", __name__)

PAGE = "/console/webhooks/<uuid:webhook_id>"


@blueprint.get(PAGE)
def show(webhook_id: UUID) -> ResponseReturnValue:
    """Show a webhook, and what was sent to it."""
    post, webhook = _enter(webhook_id)
    return _page(post, webhook)


@blueprint.post(f"{PAGE}/change")
def change(webhook_id: UUID) -> ResponseReturnValue:
    """Change its name, its address and what it is told of."""
    form = request.form
    return _do(
        webhook_id,
        service.change,
        "changed",
        name=form.get("name", ""),
        url=form.get("url", ""),
        events=webhooks.read_events(),
    )


@blueprint.post(f"{PAGE}/pause")
def pause(webhook_id: UUID) -> ResponseReturnValue:
    """Keep messages back."""
    return _do(webhook_id, service.change, "paused", is_active=False)


@blueprint.post(f"{PAGE}/resumption")
def resume(webhook_id: UUID) -> ResponseReturnValue:
    """Let messages go out again."""
    return _do(webhook_id, service.change, "resumed", is_active=True)


@blueprint.post(f"{PAGE}/test")
def send_test(webhook_id: UUID) -> ResponseReturnValue:
    """Send a message that tells of nothing."""
    return _do(webhook_id, service.send_test, "tested")


@blueprint.post(f"{PAGE}/replay")
def replay(webhook_id: UUID) -> ResponseReturnValue:
    """Send all since a moment again."""
    post, webhook = _enter(webhook_id)
    try:
        since = datetime.fromisoformat(request.form.get("since", ""))
    except ValueError:
        error = InvalidReplayTimeError()
        return _page(post, webhook, error=error), statuses.status_of(error)
    return _do(webhook_id, service.replay, "replayed", since=since.replace(tzinfo=clock.zone()))


@blueprint.post(f"{PAGE}/deliveries/<uuid:delivery_id>/redelivery")
def redeliver(webhook_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """Send one message again."""
    return _do(webhook_id, service.replay, "replayed", delivery_id=DeliveryId(delivery_id))


@blueprint.post(f"{PAGE}/secret")
def rotate_secret(webhook_id: UUID) -> ResponseReturnValue:
    """Make another secret and show it this once."""
    post, webhook = _enter(webhook_id)
    safety.run_once(
        service.rotate_secret,
        post=post,
        route=request.path,
        render=lambda made: {"id": made.subscription.id.hex},
        subscription_id=webhook.id,
    )
    return webhooks.show_secret(post, webhook.id, is_new=False)


@blueprint.post(f"{PAGE}/end")
def end(webhook_id: UUID) -> ResponseReturnValue:
    """End the webhook for good."""
    post, webhook = _enter(webhook_id, is_ended_too=True)
    safety.run_once(
        service.end,
        post=post,
        route=request.path,
        render=lambda _none: {},
        subscription_id=webhook.id,
    )
    return redirect(f"{webhooks.LIST}?ended=1", code=303)


def _enter(webhook_id: UUID, *, is_ended_too: bool = False) -> tuple[Post, Subscription]:
    post = frame.enter()
    webhook = queries.get_subscription(SubscriptionId(webhook_id), is_ended_too=is_ended_too)
    if not access.may(post.actor, Verb.VIEW_CONSOLE, webhook.node_path):
        raise WebhookNotFoundError
    access.authorize(post.actor, Verb.MANAGE_WEBHOOKS, webhook.node_path)
    return post, webhook


def _do(
    webhook_id: UUID, use_case: Callable[..., Any], done: str, **arguments: Any
) -> ResponseReturnValue:
    post, webhook = _enter(webhook_id)
    try:
        safety.run_once(
            use_case,
            post=post,
            route=request.path,
            render=lambda _result: {},
            subscription_id=webhook.id,
            **arguments,
        )
    except RewardsError as error:
        return _page(post, webhook, error=error), statuses.status_of(error)
    return redirect(f"{webhooks.LIST}/{webhook.id}?done={done}", code=303)


def _page(post: Post, webhook: Subscription, *, error: RewardsError | None = None) -> str:
    wanted = request.args.get("state", "")
    state = DeliveryState(wanted) if wanted in set(DeliveryState) else None
    cursor = request.args.get("cursor")
    page = queries.page_deliveries(subscription_id=webhook.id, state=state, cursor=cursor)
    is_change = error is not None and request.path.endswith("/change")
    chosen = webhooks.read_events() if is_change else webhook.events
    return frame.show(
        "webhook.html",
        post=post,
        current="books",
        **webhooks.tell(webhook, network.get_node(webhook.node_id)),
        stopped=webhook_words.STOPPED.get(webhook.stop_reason),
        deliveries=[_tell_delivery(each) for each in page.items],
        counts=queries.count_unarrived(webhook.id),
        states=[(each.value, webhook_words.DELIVERY_STATES[each][0]) for each in DeliveryState],
        shown=state.value if state else "",
        next_cursor=page.next,
        is_first=cursor is None,
        key=safety.new_key(),
        typed=request.form if is_change else {"name": webhook.name, "url": webhook.url},
        is_changing=is_change,
        choices=webhooks.list_choices(chosen),
        since=f"{post.now.astimezone(clock.zone()):%Y-%m-%dT00:00}",
        done=request.args.get("done", ""),
        name_length=rules.NAME_LENGTH_MAX,
        url_length=rules.URL_LENGTH_MAX,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )


def _tell_delivery(delivery: Delivery) -> dict[str, Any]:
    word, badge = webhook_words.DELIVERY_STATES[delivery.state]
    return {
        "delivery": delivery,
        "event": webhook_words.EVENTS[delivery.event],
        "state": word,
        "badge": badge,
        "fault": webhook_words.explain_fault(delivery),
    }
