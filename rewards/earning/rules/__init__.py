"""What acts are worth: pure decisions over rules as data."""

from .acts import check_act
from .caps import CHANGE_SEEN_WITHIN, find_cap, list_lowest
from .definitions import NAMES, OVERRIDABLE, Definition, merge, read, read_caps, write_window
from .evaluation import count_points, evaluate, find_served, list_main, usage_span
from .periods import period_bounds, widest
from .sets import build_rule_set, find_rule, get_rule, has_ended, list_sharing, replace

__all__ = [
    "CHANGE_SEEN_WITHIN",
    "NAMES",
    "OVERRIDABLE",
    "Definition",
    "build_rule_set",
    "check_act",
    "count_points",
    "evaluate",
    "find_cap",
    "find_rule",
    "find_served",
    "get_rule",
    "has_ended",
    "list_lowest",
    "list_main",
    "list_sharing",
    "merge",
    "period_bounds",
    "read",
    "read_caps",
    "replace",
    "usage_span",
    "widest",
    "write_window",
]
