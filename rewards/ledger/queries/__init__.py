"""Reads of the books, as read models."""

from .history import get_balance, list_attendance_usage, page_entries

__all__ = ["get_balance", "list_attendance_usage", "page_entries"]
