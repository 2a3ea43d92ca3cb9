"""Refusals, notices, awards and lines of the history as sentences for the person.

The words are those of the pages; the API gives the same ones to its clients.
"""

from .awards import explain_award, kind_name
from .catalogue import reward_ages, reward_kind, reward_limit
from .entries import entry_title, entry_why, explain_entry, join_line
from .fates import appeal_state, entered_by, explain_nothing, level_name, tell_fate
from .lines import line_fates, line_origin, line_rule, line_title, line_why
from .notices import explain_notice
from .opening import tell_day, tell_open, tell_week
from .refusals import explain, explain_status
from .rule_names import field_name, rule_name, rule_order
from .rules_told import board_name, describe_caps, describe_gain, describe_rule, list_caps
from .standing import name_qualification, tell_terms
from .statements import (
    entry_mark,
    entry_origin,
    period_days,
    period_name,
    reason_name,
    void_reason_name,
)
from .stockroom import explain_row
from .teams import name_category
from .words import Sentence

__all__ = [
    "Sentence",
    "appeal_state",
    "board_name",
    "describe_caps",
    "describe_gain",
    "describe_rule",
    "entered_by",
    "entry_mark",
    "entry_origin",
    "entry_title",
    "entry_why",
    "explain",
    "explain_award",
    "explain_entry",
    "explain_nothing",
    "explain_notice",
    "explain_row",
    "explain_status",
    "field_name",
    "join_line",
    "kind_name",
    "level_name",
    "line_fates",
    "line_origin",
    "line_rule",
    "line_title",
    "line_why",
    "list_caps",
    "name_category",
    "name_qualification",
    "period_days",
    "period_name",
    "reason_name",
    "reward_ages",
    "reward_kind",
    "reward_limit",
    "rule_name",
    "rule_order",
    "tell_day",
    "tell_fate",
    "tell_open",
    "tell_terms",
    "tell_week",
    "void_reason_name",
]
