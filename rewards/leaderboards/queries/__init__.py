"""Reads of the boards: from Redis, or from the books when Redis cannot answer."""

from . import books, changes, closed, lineage, shared
from .boards import get_board, prepare_board
from .closed import find_closed, list_closings, list_snapshots
from .mine import OwnPart, get_own_part
from .progress import is_drifted, is_mark_due, list_progress


def forget() -> None:
    """Forget what this process knows of boards."""
    shared.forget()
    books.forget()
    changes.known.forget()
    closed.forget()
    lineage.forget()


__all__ = [
    "OwnPart",
    "find_closed",
    "forget",
    "get_board",
    "get_own_part",
    "is_drifted",
    "is_mark_due",
    "list_closings",
    "list_progress",
    "list_snapshots",
    "prepare_board",
]
