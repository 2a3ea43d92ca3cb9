"""Reads of the boards: from Redis, or from the books when Redis cannot answer."""

from .boards import get_board, prepare_board
from .shared import forget

__all__ = ["forget", "get_board", "prepare_board"]
