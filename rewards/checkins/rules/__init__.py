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
from .windows import (
    check_in_open,
    check_out_open,
    check_ticket_age,
    count_minutes,
    count_scheduled_minutes,
    is_in_the_way,
)

__all__ = [
    "STEP_SECONDS",
    "accepted_until",
    "build_code",
    "build_member_code",
    "check_digits",
    "check_in_open",
    "check_link",
    "check_member_code",
    "check_out_open",
    "check_ticket_age",
    "count_minutes",
    "count_scheduled_minutes",
    "is_in_the_way",
    "normalize_digits",
    "parse_token",
]
