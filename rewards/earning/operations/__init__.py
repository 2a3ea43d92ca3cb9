"""Crediting acts, and keeping those that wait for it or came to nothing."""

from .crediting import count_served, credit_act, credit_attendance, credit_withheld
from .describing import describe, recall
from .keeping import note_refused, settle_withheld
from .teams import find_team

__all__ = [
    "count_served",
    "credit_act",
    "credit_attendance",
    "credit_withheld",
    "describe",
    "find_team",
    "note_refused",
    "recall",
    "settle_withheld",
]
