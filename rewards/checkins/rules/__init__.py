"""Pure decisions of check-in: what a code says, and who may check in when."""

from .codes import (
    STEP_SECONDS,
    accepted_until,
    build_code,
    build_member_code,
    check_digits,
    check_link,
    check_member_code,
    normalize_digits,
    parse_token,
)
from .hours import (
    CONFIRM_SPAN,
    check_confirmable,
    check_leaving_time,
    confirm_until,
    judge_stars,
    normalize_reason,
    pending_since,
)
from .windows import (
    attended_span,
    check_in_open,
    check_out_open,
    check_ticket_age,
    count_minutes,
    count_scheduled_minutes,
)

__all__ = [
    "CONFIRM_SPAN",
    "STEP_SECONDS",
    "accepted_until",
    "attended_span",
    "build_code",
    "build_member_code",
    "check_confirmable",
    "check_digits",
    "check_in_open",
    "check_leaving_time",
    "check_link",
    "check_member_code",
    "check_out_open",
    "check_ticket_age",
    "confirm_until",
    "count_minutes",
    "count_scheduled_minutes",
    "judge_stars",
    "normalize_digits",
    "normalize_reason",
    "parse_token",
    "pending_since",
]
