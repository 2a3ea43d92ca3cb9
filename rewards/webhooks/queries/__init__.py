"""Reads of subscriptions and of what was sent to them."""

from .deliveries import count_unarrived, get_delivery, page_deliveries
from .subscriptions import (
    count_disabled,
    count_subscriptions,
    find_fresh_secret,
    forget,
    get_subscription,
    list_lasting,
    page_subscriptions,
    to_subscription,
)
from .work import (
    has_due,
    has_new,
    has_unfollowed,
    list_replaying,
    select_new,
    select_receivers,
    tally,
)

__all__ = [
    "count_disabled",
    "count_subscriptions",
    "count_unarrived",
    "find_fresh_secret",
    "forget",
    "get_delivery",
    "get_subscription",
    "has_due",
    "has_new",
    "has_unfollowed",
    "list_lasting",
    "list_replaying",
    "page_deliveries",
    "page_subscriptions",
    "select_new",
    "select_receivers",
    "tally",
    "to_subscription",
]
