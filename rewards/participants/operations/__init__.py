"""Writes of participants."""

from .accounts import close, register, remask, update
from .cards import issue_card, reissue_card, revoke_card, revoke_cards
from .naming import enter_names
from .showing import remove_nickname, set_board_display
from .standing import (
    end_qualification,
    forget_standing,
    give_guardian_consent,
    record_qualification,
    withdraw_guardian_consent,
)
from .writing import lock

__all__ = [
    "close",
    "end_qualification",
    "enter_names",
    "forget_standing",
    "give_guardian_consent",
    "issue_card",
    "lock",
    "record_qualification",
    "register",
    "reissue_card",
    "remask",
    "remove_nickname",
    "revoke_card",
    "revoke_cards",
    "set_board_display",
    "update",
    "withdraw_guardian_consent",
]
