"""Use cases of the desks that go on without a network: open, upload, settle, forget."""

from .opening import forget_old, hear, open_device
from .settling import check_in_another_way, drop, try_again
from .uploading import upload

__all__ = [
    "check_in_another_way",
    "drop",
    "forget_old",
    "hear",
    "open_device",
    "try_again",
    "upload",
]
