"""Reads of the books, as read models."""

from .capping import list_above_by_rule, list_above_overall, list_above_together
from .closing import get_closing_policy
from .credited import (
    has_credit,
    list_credited,
    list_credited_by,
    list_parts,
    select_credited,
)
from .earned import (
    count_earned,
    find_next_amount,
    find_standing,
    list_standings,
    list_totals,
    open_fold,
    sum_earned,
)
from .entered import (
    EnteredEntry,
    EnteredSum,
    NodeSum,
    list_awarded,
    list_entered,
    sum_by_node,
    sum_entered,
)
from .facts import (
    list_occasion_days,
    stream_decided,
    stream_entered,
    stream_holds,
    stream_spending,
)
from .freezing import find_freeze
from .history import (
    find_by_source,
    find_reversal,
    get_balance,
    get_entry,
    list_entries,
    list_rest,
    list_usage,
    page_entries,
    select_day_sum,
)
from .lot_sums import list_wrong_lots
from .lots import (
    list_due,
    list_end_days,
    list_expiring,
    list_expiring_of,
    list_fates,
    sum_expiring,
)
from .minutes import DecidedMinutes, list_decided_minutes, list_minutes_by
from .periods import list_expired, list_posted, list_reversed, list_served, sum_posted, sum_served
from .proving import (
    GENESIS,
    OnSealed,
    find_last_seal,
    list_broken_links,
    list_contradictions,
    list_departures,
    list_late,
    list_loose_ends,
)
from .reversals import list_decided_twice, list_wrong_reversals
from .sealed import find_seal_hash, get_head, has_unsealed, list_sealed, measure_backlog
from .sums import list_wrong_sums
from .verification import (
    list_double_credits,
    list_overdrawn,
    list_unbalanced,
)

__all__ = [
    "GENESIS",
    "DecidedMinutes",
    "EnteredEntry",
    "EnteredSum",
    "NodeSum",
    "OnSealed",
    "count_earned",
    "find_by_source",
    "find_freeze",
    "find_last_seal",
    "find_next_amount",
    "find_reversal",
    "find_seal_hash",
    "find_standing",
    "get_balance",
    "get_closing_policy",
    "get_entry",
    "get_head",
    "has_credit",
    "has_unsealed",
    "list_above_by_rule",
    "list_above_overall",
    "list_above_together",
    "list_awarded",
    "list_broken_links",
    "list_contradictions",
    "list_credited",
    "list_credited_by",
    "list_decided_minutes",
    "list_decided_twice",
    "list_departures",
    "list_double_credits",
    "list_due",
    "list_end_days",
    "list_entered",
    "list_entries",
    "list_expired",
    "list_expiring",
    "list_expiring_of",
    "list_fates",
    "list_late",
    "list_loose_ends",
    "list_minutes_by",
    "list_occasion_days",
    "list_overdrawn",
    "list_parts",
    "list_posted",
    "list_rest",
    "list_reversed",
    "list_sealed",
    "list_served",
    "list_standings",
    "list_totals",
    "list_unbalanced",
    "list_usage",
    "list_wrong_lots",
    "list_wrong_reversals",
    "list_wrong_sums",
    "measure_backlog",
    "open_fold",
    "page_entries",
    "select_credited",
    "select_day_sum",
    "stream_decided",
    "stream_entered",
    "stream_holds",
    "stream_spending",
    "sum_by_node",
    "sum_earned",
    "sum_entered",
    "sum_expiring",
    "sum_posted",
    "sum_served",
]
