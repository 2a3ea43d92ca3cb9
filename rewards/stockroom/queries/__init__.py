"""Reads of the registers of the stockroom, and their checks."""

from .changes import count_waiting, get_change, has_difference, list_waiting, page_changes
from .deliveries import find_same, get_delivery
from .stocktakes import find_open, get_stocktake, list_counted, page_stocktakes
from .transfers import (
    count_on_the_way,
    count_overdue,
    get_transfer,
    list_coming,
    page_on_the_way,
    page_transfers,
)
from .verification import list_unaudited, list_unmatched_shelves

__all__ = [
    "count_on_the_way",
    "count_overdue",
    "count_waiting",
    "find_open",
    "find_same",
    "get_change",
    "get_delivery",
    "get_stocktake",
    "get_transfer",
    "has_difference",
    "list_coming",
    "list_counted",
    "list_unaudited",
    "list_unmatched_shelves",
    "list_waiting",
    "page_changes",
    "page_on_the_way",
    "page_stocktakes",
    "page_transfers",
]
