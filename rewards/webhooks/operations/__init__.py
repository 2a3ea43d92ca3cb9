"""Writing messages, and what becomes of them."""

from .keeping import forget_messages
from .replaying import begin_replay, continue_replay, replay_one, wake
from .sending import lease, make_deliveries, put_off, settle
from .subscribing import change, end, open_subscription, rotate_secret, start, stop
from .telling import follow_check_in, follow_fulfilment, follow_seals, mark_head, write_test

__all__ = [
    "begin_replay",
    "change",
    "continue_replay",
    "end",
    "follow_check_in",
    "follow_fulfilment",
    "follow_seals",
    "forget_messages",
    "lease",
    "make_deliveries",
    "mark_head",
    "open_subscription",
    "put_off",
    "replay_one",
    "rotate_secret",
    "settle",
    "start",
    "stop",
    "wake",
    "write_test",
]
