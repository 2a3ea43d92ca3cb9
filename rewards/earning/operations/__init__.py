"""Crediting acts, and keeping those that wait for it or came to nothing."""

from .crediting import count_served, credit_act, credit_attendance, credit_withheld
from .describing import describe, recall
from .keeping import note_refused, settle_withheld

__all__ = [
    "count_served",
    "credit_act",
    "credit_attendance",
    "credit_withheld",
    "describe",
    "note_refused",
    "recall",
    "settle_withheld",
]
