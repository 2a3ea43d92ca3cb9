"""The boards in Redis: their keys, the scripts that guard them, and the connections.

Only the projection writes. Whatever is here can be made anew from the books.
"""

from .boards import find_lines, find_moved
from .cells import Cells
from .connections import Connections, RedisClient, connect, find_connections
from .epochs import FOREIGN, LOST, Epochs, State, hold_lease
from .names import LAYOUT, follower, keeper, watcher

__all__ = [
    "FOREIGN",
    "LAYOUT",
    "LOST",
    "Cells",
    "Connections",
    "Epochs",
    "RedisClient",
    "State",
    "connect",
    "find_connections",
    "find_lines",
    "find_moved",
    "follower",
    "hold_lease",
    "keeper",
    "watcher",
]
