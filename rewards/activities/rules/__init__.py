"""Pure decisions about occasions."""

from .details import details_of, read_details, wall_times, window_of, write_details
from .eligibility import AGE_MAX, check_eligible, check_terms
from .occasions import (
    CALLED_BY_CENTER,
    CHECK_OUT_AFTER,
    DURATION_MAX,
    RULES_BY_KIND,
    check_head_count,
    check_nameless,
    check_sign_up_closing,
    check_times,
    choose_check_out,
    choose_rule,
    choose_window,
    is_lengthening,
    move_window,
    normalize_failure_note,
)
from .recurrence import (
    check_pattern,
    end_after,
    list_slots,
    read_pattern,
    read_rule,
    times_of,
    write_rule,
)
from .spoken import read_spoken

__all__ = [
    "AGE_MAX",
    "CALLED_BY_CENTER",
    "CHECK_OUT_AFTER",
    "DURATION_MAX",
    "RULES_BY_KIND",
    "check_eligible",
    "check_head_count",
    "check_nameless",
    "check_pattern",
    "check_sign_up_closing",
    "check_terms",
    "check_times",
    "choose_check_out",
    "choose_rule",
    "choose_window",
    "details_of",
    "end_after",
    "is_lengthening",
    "list_slots",
    "move_window",
    "normalize_failure_note",
    "read_details",
    "read_pattern",
    "read_rule",
    "read_spoken",
    "times_of",
    "wall_times",
    "window_of",
    "write_details",
    "write_rule",
]
