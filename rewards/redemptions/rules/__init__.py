"""Who may redeem what, and when. Pure."""

from .closing import (
    build_refusal,
    can_expire,
    check_is_collectable,
    check_is_open,
    check_may_cancel,
    check_may_fulfil,
    is_overdue,
)
from .codes import CODE_LENGTH, read_code
from .reserving import (
    KEPT_DAYS,
    QUANTITY_MAX,
    check_may_reserve,
    check_offer,
    check_price,
    expires_at,
)
from .verification import TRACES, Trace, list_discrepancies

__all__ = [
    "CODE_LENGTH",
    "KEPT_DAYS",
    "QUANTITY_MAX",
    "TRACES",
    "Trace",
    "build_refusal",
    "can_expire",
    "check_is_collectable",
    "check_is_open",
    "check_may_cancel",
    "check_may_fulfil",
    "check_may_reserve",
    "check_offer",
    "check_price",
    "expires_at",
    "is_overdue",
    "list_discrepancies",
    "read_code",
]
