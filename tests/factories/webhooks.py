"""Subscriptions of webhooks, and what happens to be told of."""

from datetime import timedelta

from rewards.access.types import SystemActor
from rewards.webhooks import service
from rewards.webhooks.types import EVENTS

SYSTEM = SystemActor()
LATER = timedelta(seconds=20)


def subscribe(node, now, *, url, events=EVENTS, name="区数据平台"):
    """Return a subscription with its secret, that counts already."""
    return service.subscribe(
        actor=SYSTEM, node_id=node.id, name=name, url=url, events=events, now=now - LATER
    )
