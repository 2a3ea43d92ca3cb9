"""Reads of signing up, as read models, and checks of it."""

from .lookups import (
    ACTIVE,
    count_at_door,
    count_confirmed,
    count_missed,
    count_missed_for,
    count_signed_up,
    find_pause,
    find_sign_up,
    get_sign_up,
    list_active,
    list_of,
    list_overdue,
    list_sign_ups,
    page_of_participant,
    page_sign_ups,
    tally,
)
from .verification import list_kept_places

__all__ = [
    "ACTIVE",
    "count_at_door",
    "count_confirmed",
    "count_missed",
    "count_missed_for",
    "count_signed_up",
    "find_pause",
    "find_sign_up",
    "get_sign_up",
    "list_active",
    "list_kept_places",
    "list_of",
    "list_overdue",
    "list_sign_ups",
    "page_of_participant",
    "page_sign_ups",
    "tally",
]
