"""Boards made once and shared by all who ask within a moment, in this process."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any

KEYS_MAX = 512


class Shared:
    """Keeps what was made under a key for some seconds.

    While one caller makes it anew, the others are given what there was. The
    first time they wait for it.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._made: dict[Hashable, tuple[Any, float]] = {}
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], tuple[Any, float]]) -> Any:
        """Return what is kept under *key*, or what *make* returns and for how many seconds."""
        kept = self._made.get(key)
        if kept is not None and self._clock() < kept[1]:
            return kept[0]
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        if not making.acquire(blocking=kept is None):
            return kept[0] if kept is not None else make()[0]
        try:
            kept = self._made.get(key)
            if kept is not None and self._clock() < kept[1]:
                return kept[0]
            value, seconds = make()
            self._keep(key, value, seconds)
            return value
        finally:
            making.release()

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._made.clear()
            self._making.clear()

    def _keep(self, key: Hashable, value: Any, seconds: float) -> None:
        with self._lock:
            if len(self._made) >= KEYS_MAX:
                self._made.clear()
                self._making.clear()
            self._made[key] = (value, self._clock() + seconds)


boards = Shared()


def forget() -> None:
    """Forget the boards shared in this process."""
    boards.forget()
