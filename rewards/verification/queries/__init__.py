"""All checks over one snapshot, and what the last of them left."""

from .running import CHECKS, OnProgress, check_all, check_new, find_mark

__all__ = ["CHECKS", "OnProgress", "check_all", "check_new", "find_mark"]
