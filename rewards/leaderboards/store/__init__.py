"""The boards in Redis: their keys, the scripts that guard them, and the connections.

Only the projection writes. Whatever is here can be made anew from the books.
"""

from .boards import find_lines, find_moved
from .cells import Cells
from .connections import Connections, RedisClient, connect, find_connections
from .epochs import FOREIGN, LOST, Epochs, State, hold_lease
from .names import FOLLOWER, KEEPER, LAYOUT, WATCHER

__all__ = [
    "FOLLOWER",
    "FOREIGN",
    "KEEPER",
    "LAYOUT",
    "LOST",
    "WATCHER",
    "Cells",
    "Connections",
    "Epochs",
    "RedisClient",
    "State",
    "connect",
    "find_connections",
    "find_lines",
    "find_moved",
    "hold_lease",
]
