"""What acts are worth: pure decisions over rules as data."""

from .acts import attend, check_act
from .caps import list_guard_limits, list_limits, list_shared
from .definitions import NAMES, OVERRIDABLE, Definition, merge, read, read_caps, write_window
from .dry_run import compare
from .evaluation import count_points, evaluate, find_served, list_main, usage_span
from .proposals import list_changes, list_places, newest_general, preview, propose
from .sets import build_rule_set, find_rule, get_rule, has_ended, list_sharing
from .validation import NEEDS, check_definition, check_names, check_period

__all__ = [
    "NAMES",
    "NEEDS",
    "OVERRIDABLE",
    "Definition",
    "attend",
    "build_rule_set",
    "check_act",
    "check_definition",
    "check_names",
    "check_period",
    "compare",
    "count_points",
    "evaluate",
    "find_rule",
    "find_served",
    "get_rule",
    "has_ended",
    "list_changes",
    "list_guard_limits",
    "list_limits",
    "list_main",
    "list_places",
    "list_shared",
    "list_sharing",
    "merge",
    "newest_general",
    "preview",
    "propose",
    "read",
    "read_caps",
    "usage_span",
    "write_window",
]
