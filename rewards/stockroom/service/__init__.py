"""Use cases of whoever keeps the shelf: changes by two, transfers, counts, goods that came."""

from .changes import decide, request_change, withdraw
from .deliveries import take_in, try_sheet
from .stocktakes import abandon, close, count, start
from .transfers import receive, send, take_back

__all__ = [
    "abandon",
    "close",
    "count",
    "decide",
    "receive",
    "request_change",
    "send",
    "start",
    "take_back",
    "take_in",
    "try_sheet",
    "withdraw",
]
