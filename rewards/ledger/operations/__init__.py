"""The only writers of the books. Each joins the unit of work that is open.

Lock order: the participant's account first, before any other row of the unit.
"""

from .accounts import lock_account
from .closing import set_closing_policy
from .expiring import expire_account, lock_spendable
from .freezing import freeze, thaw
from .holds import capture_hold, place_hold, release_hold, split_hold
from .posting import post_entry
from .reversing import reverse_entry
from .sealing import seal

__all__ = [
    "capture_hold",
    "expire_account",
    "freeze",
    "lock_account",
    "lock_spendable",
    "place_hold",
    "post_entry",
    "release_hold",
    "reverse_entry",
    "seal",
    "set_closing_policy",
    "split_hold",
    "thaw",
]
