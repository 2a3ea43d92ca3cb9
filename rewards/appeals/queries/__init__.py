"""Reads of appeals, as read models, and checks of them."""

from .lookups import (
    count_open,
    get_appeal,
    get_subject,
    list_wordy,
    map_latest,
    page_closed,
    page_mine,
    page_open,
)
from .verification import list_partial, list_unaudited

__all__ = [
    "count_open",
    "get_appeal",
    "get_subject",
    "list_partial",
    "list_unaudited",
    "list_wordy",
    "map_latest",
    "page_closed",
    "page_mine",
    "page_open",
]
