"""Reads of the books, as read models."""

from .earned import (
    count_earned,
    find_next_amount,
    find_standing,
    list_standings,
    list_totals,
    open_fold,
    sum_earned,
)
from .history import get_balance, list_attendance_usage, page_entries
from .sealed import find_seal_hash, get_head, has_unsealed, list_sealed

__all__ = [
    "count_earned",
    "find_next_amount",
    "find_seal_hash",
    "find_standing",
    "get_balance",
    "get_head",
    "has_unsealed",
    "list_attendance_usage",
    "list_sealed",
    "list_standings",
    "list_totals",
    "open_fold",
    "page_entries",
    "sum_earned",
]
