"""Visitors who try numbers out, held back by the process that they try them on.

Kept in memory: writing down every wrong guess would let guessing fill the
database. Several processes together allow several times as much, which is
still nothing beside how many numbers there are.
"""

import ipaddress
import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from flask import request

VISITORS_MAX = 10_000
# One household or one office has a network of this size under IPv6.
IPV6_PREFIX = 64


class Misses:
    """How often each visitor found nothing lately; the longest unseen are forgotten first."""

    def __init__(self, *, misses_max: int, span: timedelta) -> None:
        self._misses_max = misses_max
        self._span = span
        self._moments: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_seconds(self, visitor: str, *, now: datetime) -> int:
        """Return after how many seconds *visitor* may try again, 0 if at once."""
        with self._lock:
            moments = self._moments.get(visitor)
            if moments is None or len(moments) < self._misses_max:
                return 0
            left = moments[0] + self._span - now
        return max(0, -(-left // timedelta(seconds=1)))

    def add(self, visitor: str, *, now: datetime) -> None:
        """Remember that *visitor* found nothing."""
        with self._lock:
            moments = self._moments.setdefault(visitor, deque(maxlen=self._misses_max))
            moments.append(now)
            self._moments.move_to_end(visitor)
            if len(self._moments) > VISITORS_MAX:
                self._moments.popitem(last=False)


def visitor() -> str:
    """Return the network that the request comes from."""
    text = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
    return text
