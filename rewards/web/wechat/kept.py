"""A value that somebody else gives out for a while, fetched by one thread for all."""

import threading
from collections.abc import Callable

from .errors import WechatUnavailableError

# Fetched anew before it ends: a page that was just signed must still count when it is used.
SPARE_SECONDS = 300
# After a failure nobody asks again for so long: an outage must not hold every thread.
PAUSE_SECONDS = 15
WAIT_SECONDS_MAX = 8


class Kept:
    """Keeps what *fetch* returns, a value and for how many seconds it counts."""

    def __init__(self, fetch: Callable[[], tuple[str, int]], *, tick: Callable[[], float]) -> None:
        self._fetch = fetch
        self._tick = tick
        self._lock = threading.Lock()
        self._value = ""
        self._until = 0.0
        self._paused_until = 0.0

    def get(self) -> str:
        """Return the value.

        :raises WechatUnavailableError: if there is none and none is to be had.
        """
        if self._is_good():
            return self._value
        if self._tick() < self._paused_until or not self._lock.acquire(timeout=WAIT_SECONDS_MAX):
            raise WechatUnavailableError
        try:
            return self._renew()
        finally:
            self._lock.release()

    def drop(self, value: str) -> None:
        """Forget *value*, unless another one has taken its place."""
        with self._lock:
            if self._value == value:
                self._until = 0.0

    def _is_good(self) -> bool:
        return self._tick() < self._until

    def _renew(self) -> str:
        # Whoever waited for the lock finds what the one before has fetched.
        if self._is_good():
            return self._value
        if self._tick() < self._paused_until:
            raise WechatUnavailableError
        try:
            self._value, seconds = self._fetch()
        except WechatUnavailableError:
            self._paused_until = self._tick() + PAUSE_SECONDS
            raise
        self._until = self._tick() + max(0, seconds - SPARE_SECONDS)
        return self._value
