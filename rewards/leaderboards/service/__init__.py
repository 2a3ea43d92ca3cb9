"""What the worker and the commands start: following the books, making anew, comparing."""

from .projecting import follow, mend, project, rebuild, seal_all, seal_pending, verify
from .watching import Watcher

__all__ = [
    "Watcher",
    "follow",
    "mend",
    "project",
    "rebuild",
    "seal_all",
    "seal_pending",
    "verify",
]
