"""Keeps the boards of a center equal to the books, makes them anew, and compares the two."""

from .following import catch_up, find_cause, follow
from .rebuilding import NumberEpoch, OnProgress, rebuild
from .verifying import verify

__all__ = [
    "NumberEpoch",
    "OnProgress",
    "catch_up",
    "find_cause",
    "follow",
    "rebuild",
    "verify",
]
