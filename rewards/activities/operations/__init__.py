"""What other use cases do with occasions."""

from .codes import change_code_key
from .eligibility import check_eligible
from .feeds import forget_feed
from .seats import (
    count_taken,
    free_seat,
    hold_occasion,
    keep_scheduled,
    lock_occasion,
    lock_seats,
    set_capacity,
    take_seat,
)

__all__ = [
    "change_code_key",
    "check_eligible",
    "count_taken",
    "forget_feed",
    "free_seat",
    "hold_occasion",
    "keep_scheduled",
    "lock_occasion",
    "lock_seats",
    "set_capacity",
    "take_seat",
]
