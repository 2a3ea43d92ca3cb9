"""Writes of participants."""

from .accounts import close, register, update
from .showing import remove_nickname, set_board_display
from .writing import lock

__all__ = ["close", "lock", "register", "remove_nickname", "set_board_display", "update"]
