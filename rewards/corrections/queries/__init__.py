"""Reads of corrections, as read models, and checks of them."""

from .hands import list_hands
from .lookups import (
    count_waiting,
    find_reversal,
    get_allowance,
    get_correction,
    list_by_entries,
    page_corrections,
    sum_alone,
    sum_given,
)
from .verification import list_self_approved, list_unaudited, list_unmatched

__all__ = [
    "count_waiting",
    "find_reversal",
    "get_allowance",
    "get_correction",
    "list_by_entries",
    "list_hands",
    "list_self_approved",
    "list_unaudited",
    "list_unmatched",
    "page_corrections",
    "sum_alone",
    "sum_given",
]
