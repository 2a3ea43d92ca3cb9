"""Writes of participants."""

from .accounts import close, register, remask, update
from .showing import remove_nickname, set_board_display
from .writing import lock

__all__ = ["close", "lock", "register", "remask", "remove_nickname", "set_board_display", "update"]
