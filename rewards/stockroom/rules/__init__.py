"""What may be done to the shelf, and by whom. Pure."""

from .changes import (
    NOTE_LENGTH_MAX,
    check_may_decide,
    check_pending,
    check_request,
    effect_of,
    normalize_note,
    normalize_words,
)
from .counting import check_can_close, check_count, differences
from .sheets import ROWS_MAX, read_sheet
from .transfers import (
    LINES_MAX,
    check_on_the_way,
    check_receiver,
    check_sent,
    match_items,
    read_received,
)

__all__ = [
    "LINES_MAX",
    "NOTE_LENGTH_MAX",
    "ROWS_MAX",
    "check_can_close",
    "check_count",
    "check_may_decide",
    "check_on_the_way",
    "check_pending",
    "check_receiver",
    "check_request",
    "check_sent",
    "differences",
    "effect_of",
    "match_items",
    "normalize_note",
    "normalize_words",
    "read_received",
    "read_sheet",
]
