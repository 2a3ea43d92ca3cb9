"""Reads of attendance, as read models, and checks of them."""

from .codes import (
    find_member,
    find_scanned,
    freeze_scan,
    get_display_code,
    get_member_code,
    get_present,
)
from .judged import find_judged, list_unrewarded
from .lookups import (
    count_attendance,
    count_not_checked_out,
    count_wrong_digits,
    find_elsewhere,
    find_receipt,
    get_receipt,
    get_star_level,
    list_attendance,
    list_receipts,
    list_refused,
    list_turnouts,
)
from .past import list_past_acts
from .pending import (
    is_pending,
    list_lapsing,
    list_own_hours,
    list_pending,
    list_pending_occasions,
)
from .verification import (
    list_overlaps,
    list_reused_tickets,
    list_unaudited,
    list_wrong_minutes,
    list_wrong_seats,
)

__all__ = [
    "count_attendance",
    "count_not_checked_out",
    "count_wrong_digits",
    "find_elsewhere",
    "find_judged",
    "find_member",
    "find_receipt",
    "find_scanned",
    "freeze_scan",
    "get_display_code",
    "get_member_code",
    "get_present",
    "get_receipt",
    "get_star_level",
    "is_pending",
    "list_attendance",
    "list_lapsing",
    "list_overlaps",
    "list_own_hours",
    "list_past_acts",
    "list_pending",
    "list_pending_occasions",
    "list_receipts",
    "list_refused",
    "list_reused_tickets",
    "list_turnouts",
    "list_unaudited",
    "list_unrewarded",
    "list_wrong_minutes",
    "list_wrong_seats",
]
