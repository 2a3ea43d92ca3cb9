"""Writing attendance, how it ended, and refused attempts."""

from .attending import check_in, check_out
from .closing import confirm, decline, lapse
from .correcting import correct
from .erasing import erase_words
from .filling import decide_back_fill, request_back_fill
from .following import refuse_cancelling, refuse_second_place, withdraw
from .holding import check_account_open
from .posters import add_poster, revoke_poster
from .presenting import forget_uses, use_code
from .refusals import forget_browsers, forget_refusals, note_refusal, store_refusal
from .reviewing import decide
from .undoing import undo_check_in, undo_check_out
from .withheld import credit_withheld

__all__ = [
    "add_poster",
    "check_account_open",
    "check_in",
    "check_out",
    "confirm",
    "correct",
    "credit_withheld",
    "decide",
    "decide_back_fill",
    "decline",
    "erase_words",
    "forget_browsers",
    "forget_refusals",
    "forget_uses",
    "lapse",
    "note_refusal",
    "refuse_cancelling",
    "refuse_second_place",
    "request_back_fill",
    "revoke_poster",
    "store_refusal",
    "undo_check_in",
    "undo_check_out",
    "use_code",
    "withdraw",
]
