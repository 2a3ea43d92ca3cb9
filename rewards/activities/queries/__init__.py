"""Reads of occasions."""

from .occasions import (
    find_by_code_label,
    get_occasion,
    list_by_ids,
    list_occasions,
    list_seats,
    map_times,
    page_occasions,
    select_starts,
)

__all__ = [
    "find_by_code_label",
    "get_occasion",
    "list_by_ids",
    "list_occasions",
    "list_seats",
    "map_times",
    "page_occasions",
    "select_starts",
]
