"""Reads of redemptions, as read models, and checks of them."""

from .lookups import (
    build_redemption,
    count_due,
    find_by_code,
    get_redemption,
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
    "get_redemption",
    "list_due",
    "list_handed_over",
    "list_open",
    "list_overdue",
    "list_reused_codes",
    "list_unaudited",
    "list_unsettled",
    "page_redemptions",
    "refresh",
    "sum_handed_over",
]
