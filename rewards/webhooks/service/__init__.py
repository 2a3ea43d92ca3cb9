"""Use cases of webhooks: those of staff, and those of the worker."""

from .sending import (
    continue_replay,
    follow_seals,
    forget_messages,
    lease,
    make_deliveries,
    settle,
)
from .subscribing import (
    change,
    end,
    replay,
    rotate_secret,
    send_test,
    subscribe,
)

__all__ = [
    "change",
    "continue_replay",
    "end",
    "follow_seals",
    "forget_messages",
    "lease",
    "make_deliveries",
    "replay",
    "rotate_secret",
    "send_test",
    "settle",
    "subscribe",
]
