"""Keeps the boards of a center equal to the books, makes them anew, and compares the two."""

from .following import catch_up, follow
from .rebuilding import OnProgress, rebuild
from .verifying import verify

__all__ = ["OnProgress", "catch_up", "follow", "rebuild", "verify"]
