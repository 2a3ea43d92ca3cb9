"""Pieces set aside, handed over and put back, and what is kept of reward items.

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
from .levels import adjust, fulfil, put_back, receive, release, replace, reserve

__all__ = [
    "adjust",
    "drop_picture",
    "fulfil",
    "keep_picture",
    "lock_pictures",
    "lock_reward",
    "note_price",
    "put_back",
    "receive",
    "release",
    "replace",
    "reserve",
    "show_picture",
]
