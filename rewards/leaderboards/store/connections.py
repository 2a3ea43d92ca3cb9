"""Connections to Redis: a hasty one for requests, a patient one for the projection."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable

from prometheus_client import Counter, Gauge
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.retry import Retry

from rewards.core.redis_client import RedisClient, is_cluster, open_client

__all__ = ["Breaker", "Connections", "RedisClient", "connect", "find_connections"]

REQUEST_SECONDS_MAX = 0.25
PROJECTION_SECONDS_MAX = 5.0
PROJECTION_RETRIES = 2
REST_SECONDS = 5.0


_trips = Counter(
    "rewards_boards_breaker_trips_total", "How often Redis stopped answering a process."
)
_resting = Gauge(
    "rewards_boards_breaker_open",
    "Servers that are left alone for now, by processes; boards come from the database.",
    multiprocess_mode="livesum",
)


class Breaker:
    """Keeps requests from waiting for a server that did not answer.

    After a failure nobody asks for REST_SECONDS; then one asks for all.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._is_tripped = False
        self._rests_until = 0.0

    def may_try(self) -> bool:
        """Tell whether this caller may ask the server."""
        if not self._is_tripped:
            return True
        with self._lock:
            now = self._clock()
            if now < self._rests_until:
                return False
            self._rests_until = now + REST_SECONDS
            return True

    def fail(self) -> None:
        """Note that the server did not answer."""
        with self._lock:
            if not self._is_tripped:
                _trips.inc()
                _resting.inc()
            self._is_tripped = True
            self._rests_until = self._clock() + REST_SECONDS

    def succeed(self) -> None:
        """Note that the server answered."""
        if not self._is_tripped:
            return
        with self._lock:
            if self._is_tripped:
                _resting.dec()
            self._is_tripped = False


class Connections:
    """The two connections of this process, and the breakers of the hasty one."""

    def __init__(self, url: str) -> None:
        # A command whose answer is late is never sent again on the way of a
        # request: the books answer instead.
        self.hasty = open_client(url, seconds=REQUEST_SECONDS_MAX, retry=Retry(NoBackoff(), 0))
        # Every script of the projection may be sent twice.
        self.patient = open_client(
            url,
            seconds=PROJECTION_SECONDS_MAX,
            retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), PROJECTION_RETRIES),
        )
        # Then a server that is away is not that of every center.
        self.is_cluster = is_cluster(url)
        self._breakers: defaultdict[str, Breaker] = defaultdict(Breaker)

    def find_breaker(self, center: str) -> Breaker:
        """Return the breaker of the server that has the boards of *center*."""
        return self._breakers[center if self.is_cluster else ""]


_connections: list[Connections] = []


def connect(url: str | None) -> None:
    """Set the Redis of this process, None for none; called once by the composition root."""
    _connections[:] = [] if url is None else [Connections(url)]


def find_connections() -> Connections | None:
    """Return the connections of this process, or None if it has no Redis."""
    return _connections[0] if _connections else None
