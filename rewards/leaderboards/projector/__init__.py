"""Keeps the boards of a center equal to the books, makes them anew, and compares the two."""

from .closing import Closed, close, list_due, verify_closing
from .following import catch_up, find_cause, follow
from .rebuilding import NumberEpoch, OnProgress, rebuild
from .repeating import repeating
from .verifying import verify
from .watching import Watch

__all__ = [
    "Closed",
    "NumberEpoch",
    "OnProgress",
    "Watch",
    "catch_up",
    "close",
    "find_cause",
    "follow",
    "list_due",
    "rebuild",
    "repeating",
    "verify",
    "verify_closing",
]
