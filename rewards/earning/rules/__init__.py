"""What acts are worth: pure decisions over rules as data."""

from .acts import attend, check_act, list_unverified, list_verified
from .caps import list_guard_limits, list_limits, list_shared
from .definitions import Definition, merge, read, read_caps
from .dry_run import compare
from .evaluation import evaluate, find_served, list_main, usage_span
from .proposals import (
    check_changed,
    is_replaced,
    list_changes,
    list_places,
    list_planned,
    preview,
    propose,
)
from .sets import build_rule_set, find_rule, get_rule
from .validation import NEEDS, check_definition, check_period

__all__ = [
    "NEEDS",
    "Definition",
    "attend",
    "build_rule_set",
    "check_act",
    "check_changed",
    "check_definition",
    "check_period",
    "compare",
    "evaluate",
    "find_rule",
    "find_served",
    "get_rule",
    "is_replaced",
    "list_changes",
    "list_guard_limits",
    "list_limits",
    "list_main",
    "list_places",
    "list_planned",
    "list_shared",
    "list_unverified",
    "list_verified",
    "merge",
    "preview",
    "propose",
    "read",
    "read_caps",
    "usage_span",
]
