"""What other use cases do with sign-ups."""

from .arriving import arrive, believe, undo_arrival
from .following import close_account, drop_all, follow_change, move_up
from .pausing import excuse, lift_pause
from .releasing import release
from .reminding import remind
from .signing import cancel, let_through, sign_up

__all__ = [
    "arrive",
    "believe",
    "cancel",
    "close_account",
    "drop_all",
    "excuse",
    "follow_change",
    "let_through",
    "lift_pause",
    "move_up",
    "release",
    "remind",
    "sign_up",
    "undo_arrival",
]
