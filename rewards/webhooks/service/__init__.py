"""Use cases of webhooks: those of staff, and those of the worker."""

from .sending import (
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
