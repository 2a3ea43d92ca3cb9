"""Crediting acts, and keeping those that wait for it or came to nothing."""

from .crediting import (
    count_served,
    credit_act,
    credit_attendance,
    credit_withheld,
    describe,
    recall,
    settle_withheld,
)

__all__ = [
    "count_served",
    "credit_act",
    "credit_attendance",
    "credit_withheld",
    "describe",
    "recall",
    "settle_withheld",
]
