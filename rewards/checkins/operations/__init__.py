"""Writing attendance, how it ended, and refused attempts."""

from .attending import check_in, check_out
from .closing import confirm, decline, lapse
from .refusals import forget_refusals, note_refusal, store_refusal
from .withheld import credit_withheld

__all__ = [
    "check_in",
    "check_out",
    "confirm",
    "credit_withheld",
    "decline",
    "forget_refusals",
    "lapse",
    "note_refusal",
    "store_refusal",
]
