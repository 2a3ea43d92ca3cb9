"""What the worker, the commands and the console start about boards."""

from .closing import close_due, set_closing_policy, verify_closed
from .projecting import follow, mend, project, rebuild, seal_all, seal_pending, verify
from .watching import Watcher

__all__ = [
    "Watcher",
    "close_due",
    "follow",
    "mend",
    "project",
    "rebuild",
    "seal_all",
    "seal_pending",
    "set_closing_policy",
    "verify",
    "verify_closed",
]
