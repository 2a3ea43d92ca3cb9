"""Pieces set aside, handed over and put back, times to collect them, and what is kept of items.

Each joins the unit of work that is open.
"""

from .catalogue import (
    drop_picture,
    keep_picture,
    lock_pictures,
    lock_reward,
    note_price,
    show_picture,
)
from .levels import (
    fulfil,
    lock_branch,
    lock_level,
    lock_levels,
    lock_space,
    move,
    put_back,
    release,
    replace,
    reserve,
    share_space,
)
from .slots import book_slot, leave_slot

__all__ = [
    "book_slot",
    "drop_picture",
    "fulfil",
    "keep_picture",
    "leave_slot",
    "lock_branch",
    "lock_level",
    "lock_levels",
    "lock_pictures",
    "lock_reward",
    "lock_space",
    "move",
    "note_price",
    "put_back",
    "release",
    "replace",
    "reserve",
    "share_space",
    "show_picture",
]
