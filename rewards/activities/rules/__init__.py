"""Pure decisions about occasions."""

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

__all__ = [
    "CALLED_BY_CENTER",
    "CHECK_OUT_AFTER",
    "DURATION_MAX",
    "RULES_BY_KIND",
    "check_head_count",
    "check_nameless",
    "check_sign_up_closing",
    "check_times",
    "choose_check_out",
    "choose_rule",
    "choose_window",
    "is_lengthening",
    "move_window",
    "normalize_failure_note",
]
