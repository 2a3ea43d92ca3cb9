"""Reads of the boards: from Redis, or from the books when Redis cannot answer."""

from .boards import get_board, prepare_board
from .progress import is_mark_due, list_progress
from .shared import forget

__all__ = ["forget", "get_board", "is_mark_due", "list_progress", "prepare_board"]
