"""Writes of redemptions. Each joins the unit of work that is open.

Lock order: the participant's account, the stock level, then the redemption.
"""

from .closing import close_redemption, open_redemption
from .returning import add_return
from .splitting import split_off

__all__ = ["add_return", "close_redemption", "open_redemption", "split_off"]
