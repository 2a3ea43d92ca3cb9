"""Reads of redemptions, as read models, and checks of them."""

from .later import find_proxy, find_rest, find_return, list_proxies, list_to_remind
from .lookups import (
    build_redemption,
    count_due,
    find_by_code,
    get_redemption,
    list_by_ids,
    list_due,
    list_handed_over,
    list_open,
    list_overdue,
    page_redemptions,
    refresh,
    sum_handed_over,
)
from .verification import list_reused_codes, list_unaudited, list_unsettled

__all__ = [
    "build_redemption",
    "count_due",
    "find_by_code",
    "find_proxy",
    "find_rest",
    "find_return",
    "get_redemption",
    "list_by_ids",
    "list_due",
    "list_handed_over",
    "list_open",
    "list_overdue",
    "list_proxies",
    "list_reused_codes",
    "list_to_remind",
    "list_unaudited",
    "list_unsettled",
    "page_redemptions",
    "refresh",
    "sum_handed_over",
]
