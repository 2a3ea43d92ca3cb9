"""Writes of redemptions. Each joins the unit of work that is open.

Lock order: the space, the participant's account, the stock level, the budgets from the top,
then the redemption.
"""

from .budgets import charge_budgets, drop_budget, give_back_to_budgets, write_budget
from .closing import close_redemption, open_redemption
from .collecting import (
    copy_proxy,
    extend,
    forget_old_proxies,
    forget_owner,
    forget_proxies,
    keep_proxy,
    mark_reminded,
    set_slot,
)
from .ending import give_back, leave_slot
from .following import cancel_closed
from .hours import follow_hours
from .returning import add_return
from .splitting import split_off

__all__ = [
    "add_return",
    "cancel_closed",
    "charge_budgets",
    "close_redemption",
    "copy_proxy",
    "drop_budget",
    "extend",
    "follow_hours",
    "forget_old_proxies",
    "forget_owner",
    "forget_proxies",
    "give_back",
    "give_back_to_budgets",
    "keep_proxy",
    "leave_slot",
    "mark_reminded",
    "open_redemption",
    "set_slot",
    "split_off",
    "write_budget",
]
