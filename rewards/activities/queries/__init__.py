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
from .series import (
    get_series,
    get_template,
    list_behind,
    list_of_series,
    list_series,
    list_templates,
)

__all__ = [
    "find_by_code_label",
    "get_occasion",
    "get_series",
    "get_template",
    "list_behind",
    "list_by_ids",
    "list_occasions",
    "list_of_series",
    "list_seats",
    "list_series",
    "list_templates",
    "map_times",
    "page_occasions",
    "select_starts",
]
