"""Reads of attendance, as read models, and checks of them."""

from .codes import (
    check_typed,
    find_scanned,
    freeze_digits,
    freeze_scan,
    get_display_code,
)
from .decided import (
    list_long_days,
    list_undecided_audits,
    list_unfounded_minutes,
    list_unproved_credits,
)
from .hands import list_hands
from .judged import find_judged, list_unrewarded
from .latest import list_latest
from .lookups import (
    count_attendance,
    count_not_checked_out,
    find_elsewhere,
    find_last,
    find_next_start,
    find_receipt,
    find_renewal,
    get_receipt,
    get_star_level,
    is_counted_without_leaving,
    list_attendance,
    list_receipts,
    list_turnouts,
)
from .members import find_member, get_card_code, get_member_code, get_present, recognize
from .pages import page_pending, page_requested, page_reviewed
from .past import list_past_acts
from .pending import (
    is_pending,
    list_lapsing,
    list_own_hours,
    list_pending,
    list_pending_occasions,
)
from .posters import (
    find_scanned_poster,
    freeze_poster,
    get_poster,
    get_poster_code,
    list_here,
    list_posters,
)
from .refused import count_wrong_digits, list_refused, list_unplaced
from .reviews import (
    count_day_minutes,
    get_back_fill,
    get_review,
    list_back_fills_of,
    list_requested,
    list_reviews,
    list_reviews_of,
    list_waiting_reviews,
)
from .sightings import list_by_word, list_leavings, list_sightings
from .verification import (
    list_overlaps,
    list_reused_tickets,
    list_unaudited,
    list_wrong_minutes,
    list_wrong_seats,
)

__all__ = [
    "check_typed",
    "count_attendance",
    "count_day_minutes",
    "count_not_checked_out",
    "count_wrong_digits",
    "find_elsewhere",
    "find_judged",
    "find_last",
    "find_member",
    "find_next_start",
    "find_receipt",
    "find_renewal",
    "find_scanned",
    "find_scanned_poster",
    "freeze_digits",
    "freeze_poster",
    "freeze_scan",
    "get_back_fill",
    "get_card_code",
    "get_display_code",
    "get_member_code",
    "get_poster",
    "get_poster_code",
    "get_present",
    "get_receipt",
    "get_review",
    "get_star_level",
    "is_counted_without_leaving",
    "is_pending",
    "list_attendance",
    "list_back_fills_of",
    "list_by_word",
    "list_hands",
    "list_here",
    "list_lapsing",
    "list_latest",
    "list_leavings",
    "list_long_days",
    "list_overlaps",
    "list_own_hours",
    "list_past_acts",
    "list_pending",
    "list_pending_occasions",
    "list_posters",
    "list_receipts",
    "list_refused",
    "list_requested",
    "list_reused_tickets",
    "list_reviews",
    "list_reviews_of",
    "list_sightings",
    "list_turnouts",
    "list_unaudited",
    "list_undecided_audits",
    "list_unfounded_minutes",
    "list_unplaced",
    "list_unproved_credits",
    "list_unrewarded",
    "list_waiting_reviews",
    "list_wrong_minutes",
    "list_wrong_seats",
    "page_pending",
    "page_requested",
    "page_reviewed",
    "recognize",
]
