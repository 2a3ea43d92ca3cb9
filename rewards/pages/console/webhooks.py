"""Other systems that are told of what happens: which, a new one, and its secret, shown once."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.network.types import Node, NodeId
from rewards.pages.trees import nest
from rewards.web import sentences, statuses
from rewards.webhooks import queries, rules, service
from rewards.webhooks.types import EVENTS, Subscription, SubscriptionId, WebhookEvent

from . import frame, safety, webhook_words
from .frame import Post

blueprint = Blueprint("console_webhooks", __name__)

LIST = "/console/webhooks"
PAGE = 100


@blueprint.get(LIST)
def index() -> ResponseReturnValue:
    """List the webhooks of the branch."""
    post = frame.enter(Verb.MANAGE_WEBHOOKS)
    page = queries.page_subscriptions(
        node_path=post.node.path, cursor=request.args.get("cursor"), limit=PAGE
    )
    nodes = network.list_by_ids({each.node_id for each in page.items})
    return frame.show(
        "webhooks.html",
        post=post,
        current="books",
        rows=[tell(each, nodes[each.node_id]) for each in page.items],
        next_cursor=page.next,
        ended="ended" in request.args,
    )


@blueprint.get(f"{LIST}/new")
def show_form() -> ResponseReturnValue:
    """Show the form of a new webhook."""
    post = frame.enter(Verb.MANAGE_WEBHOOKS)
    return _form(post, typed={}, chosen=EVENTS)


@blueprint.post(f"{LIST}/new")
def subscribe() -> ResponseReturnValue:
    """Have an address told of what happens, and show its secret this once."""
    post = frame.enter(Verb.MANAGE_WEBHOOKS)
    node_id = NodeId(safety.read_id(request.form.get("node", "")))
    try:
        answer = safety.run_once(
            service.subscribe,
            post=post,
            route=f"{LIST}/new",
            # What is kept for a form sent twice does not hold the secret.
            render=lambda made: {"id": made.subscription.id.hex},
            node_id=node_id,
            name=request.form.get("name", ""),
            url=request.form.get("url", ""),
            events=read_events(),
        )
    except RewardsError as error:
        page = _form(post, typed=request.form, chosen=read_events(), error=error)
        return page, statuses.status_of(error)
    return show_secret(post, SubscriptionId(UUID(answer.body["id"])), is_new=True)


def show_secret(
    post: Post, subscription_id: SubscriptionId, *, is_new: bool
) -> ResponseReturnValue:
    """Show the secret that was made just now; later the page says where to make another one."""
    subscription = queries.get_subscription(subscription_id)
    page = frame.show(
        "webhook_secret.html",
        post=post,
        current="books",
        webhook=subscription,
        is_new=is_new,
        secret=queries.find_fresh_secret(subscription_id, actor=post.actor, now=post.now),
    )
    return page, {"Cache-Control": "no-store"}


def read_events() -> tuple[WebhookEvent, ...]:
    """Return the events that are ticked in a form."""
    ticked = set(request.form.getlist("event"))
    return tuple(event for event in EVENTS if event.value in ticked)


def tell(subscription: Subscription, node: Node) -> dict[str, Any]:
    """Return what a page shows of a webhook."""
    word, badge = webhook_words.name_state(subscription)
    return {
        "webhook": subscription,
        "node": node,
        # The whole address may hold what only the receiver is to know.
        "host": urlsplit(subscription.url).hostname,
        "events": webhook_words.list_events(subscription),
        "state": word,
        "badge": badge,
    }


def list_choices(chosen: tuple[WebhookEvent, ...]) -> list[tuple[str, object, bool]]:
    """Return the events that can be ticked, their names, and whether they are."""
    return [(event.value, webhook_words.EVENTS[event], event in chosen) for event in EVENTS]


def _form(
    post: Post,
    *,
    typed: Mapping[str, str],
    chosen: tuple[WebhookEvent, ...],
    error: RewardsError | None = None,
) -> str:
    return frame.show(
        "webhook_new.html",
        post=post,
        current="books",
        typed=typed,
        key=typed.get(safety.KEY_FIELD) or safety.new_key(),
        choices=list_choices(chosen),
        nodes=[
            node
            for node in nest(network.list_branch(post.node.path))
            if node.closed_at is None and access.may(post.actor, Verb.MANAGE_WEBHOOKS, node.path)
        ],
        name_length=rules.NAME_LENGTH_MAX,
        url_length=rules.URL_LENGTH_MAX,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
    )
