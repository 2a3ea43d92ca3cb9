"""Reads of occasions."""

from .feeds import find_feed, find_feed_by_token, list_starts
from .occasions import (
    count_free,
    find_by_code_label,
    get_occasion,
    list_attended,
    list_by_ids,
    list_occasions,
    list_offered,
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
    "count_free",
    "find_by_code_label",
    "find_feed",
    "find_feed_by_token",
    "get_occasion",
    "get_series",
    "get_template",
    "list_attended",
    "list_behind",
    "list_by_ids",
    "list_occasions",
    "list_of_series",
    "list_offered",
    "list_seats",
    "list_series",
    "list_starts",
    "list_templates",
    "map_times",
    "page_occasions",
    "select_starts",
]
