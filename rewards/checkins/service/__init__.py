"""Use cases of check-in: coming and leaving, and what counts where nobody left by the code."""

from .codes import rotate_code
from .decisions import decide_back_fill, decide_minutes, may_decide, request_back_fill
from .entering import check_in_by_staff, check_out_by_staff
from .hours import (
    check_out_at,
    confirm_hours,
    correct_hours,
    decline_hours,
    end_attendance,
    erase_words,
    lapse_due,
)
from .imports import AttendanceLine, import_attendance
from .keeping import forget_browsers, forget_refusals, forget_uses, note_refused_scan
from .posters import issue_poster, revoke_poster
from .scanning import (
    check_in_by_code,
    check_in_by_digits,
    check_in_by_ticket,
    check_out_by_code,
    check_out_by_digits,
    check_out_by_ticket,
)
from .undoing import undo_check_in, undo_check_out
from .withheld import credit_withheld

__all__ = [
    "AttendanceLine",
    "check_in_by_code",
    "check_in_by_digits",
    "check_in_by_staff",
    "check_in_by_ticket",
    "check_out_at",
    "check_out_by_code",
    "check_out_by_digits",
    "check_out_by_staff",
    "check_out_by_ticket",
    "confirm_hours",
    "correct_hours",
    "credit_withheld",
    "decide_back_fill",
    "decide_minutes",
    "decline_hours",
    "end_attendance",
    "erase_words",
    "forget_browsers",
    "forget_refusals",
    "forget_uses",
    "import_attendance",
    "issue_poster",
    "lapse_due",
    "may_decide",
    "note_refused_scan",
    "request_back_fill",
    "revoke_poster",
    "rotate_code",
    "undo_check_in",
    "undo_check_out",
]
