"""Reads of redemptions, as read models, and checks of them."""

from .allowances import get_allowance, get_circumstances, list_allowances, list_taken
from .budgets import (
    find_budget,
    get_budget,
    list_budgets_above,
    list_budgets_below,
    list_wrong_budgets,
    sum_redeemed,
)
from .later import find_proxy, find_rest, find_return, list_proxies, list_to_remind
from .lookups import (
    build_redemption,
    count_due,
    find_by_code,
    get_deadline,
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
from .reports import page_missed, page_waiting, sum_spent
from .verification import (
    list_reused_codes,
    list_unaudited,
    list_unforgotten,
    list_unsettled,
    list_wrong_slots,
)

__all__ = [
    "build_redemption",
    "count_due",
    "find_budget",
    "find_by_code",
    "find_proxy",
    "find_rest",
    "find_return",
    "get_allowance",
    "get_budget",
    "get_circumstances",
    "get_deadline",
    "get_redemption",
    "list_allowances",
    "list_budgets_above",
    "list_budgets_below",
    "list_by_ids",
    "list_due",
    "list_handed_over",
    "list_open",
    "list_overdue",
    "list_proxies",
    "list_reused_codes",
    "list_taken",
    "list_to_remind",
    "list_unaudited",
    "list_unforgotten",
    "list_unsettled",
    "list_wrong_budgets",
    "list_wrong_slots",
    "page_missed",
    "page_redemptions",
    "page_waiting",
    "refresh",
    "sum_handed_over",
    "sum_redeemed",
    "sum_spent",
]
