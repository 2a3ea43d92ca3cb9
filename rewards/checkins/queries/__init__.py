"""Reads of attendance, as read models, and checks of them."""

from .judged import find_judged, list_unrewarded
from .lookups import (
    count_attendance,
    count_not_checked_out,
    count_wrong_digits,
    find_member,
    find_receipt,
    find_scanned,
    freeze_scan,
    get_display_code,
    get_member_code,
    get_present,
    list_attendance,
    list_attended,
    list_receipts,
    list_refused,
    list_turnouts,
)
from .verification import list_unaudited, list_wrong_minutes, list_wrong_seats

__all__ = [
    "count_attendance",
    "count_not_checked_out",
    "count_wrong_digits",
    "find_judged",
    "find_member",
    "find_receipt",
    "find_scanned",
    "freeze_scan",
    "get_display_code",
    "get_member_code",
    "get_present",
    "list_attendance",
    "list_attended",
    "list_receipts",
    "list_refused",
    "list_turnouts",
    "list_unaudited",
    "list_unrewarded",
    "list_wrong_minutes",
    "list_wrong_seats",
]
