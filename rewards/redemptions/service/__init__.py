"""Use cases of redemption: reserve, fulfil, cancel, expire, and what comes back later.

Points and pieces move in one transaction with the redemption, so that at any
moment either all three know of it or none. Every use case takes the locks in
one order: the participant's account, the stock level, the redemption.
"""

from .budgets import drop_budget, set_budget
from .calling import show_owner
from .closing import EXPIRED_AT_ONCE_MAX, cancel, expire, expire_due, fulfil
from .collecting import extend, forget_old_proxies, forget_proxy, name_proxy, remind, remind_due
from .desk import hand_over
from .giving import give
from .reserving import reserve
from .returning import take_back, undo
from .slots import choose_slot

__all__ = [
    "EXPIRED_AT_ONCE_MAX",
    "cancel",
    "choose_slot",
    "drop_budget",
    "expire",
    "expire_due",
    "extend",
    "forget_old_proxies",
    "forget_proxy",
    "fulfil",
    "give",
    "hand_over",
    "name_proxy",
    "remind",
    "remind_due",
    "reserve",
    "set_budget",
    "show_owner",
    "take_back",
    "undo",
]
