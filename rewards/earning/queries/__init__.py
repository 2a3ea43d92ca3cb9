"""Reads of point rules, and checks of what they gave."""

from .rule_sets import (
    CACHE_SECONDS,
    forget_rule_set,
    get_rule_set,
    list_versions,
    read_rule_set,
)
from .verification import list_misdated, list_over_caps
from .withheld import count_withheld, find_verified, is_withheld, list_withheld

__all__ = [
    "CACHE_SECONDS",
    "count_withheld",
    "find_verified",
    "forget_rule_set",
    "get_rule_set",
    "is_withheld",
    "list_misdated",
    "list_over_caps",
    "list_versions",
    "list_withheld",
    "read_rule_set",
]
