"""Keeps the boards of a center equal to the books, makes them anew, and compares the two."""

from .following import catch_up, find_cause, follow
from .rebuilding import NumberEpoch, OnProgress, rebuild
from .verifying import verify
from .watching import Watch

__all__ = [
    "NumberEpoch",
    "OnProgress",
    "Watch",
    "catch_up",
    "find_cause",
    "follow",
    "rebuild",
    "verify",
]
