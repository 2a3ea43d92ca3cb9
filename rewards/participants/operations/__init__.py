"""Writes of participants."""

from .accounts import close, register, remask, update
from .cards import issue_card, reissue_card, revoke_card, revoke_cards
from .showing import remove_nickname, set_board_display
from .writing import lock

__all__ = [
    "close",
    "issue_card",
    "lock",
    "register",
    "reissue_card",
    "remask",
    "remove_nickname",
    "revoke_card",
    "revoke_cards",
    "set_board_display",
    "update",
]
