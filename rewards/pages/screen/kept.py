"""Keeps what was made for a moment, so that many screens cost what one does."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

KEPT_MAX = 2048

T = TypeVar("T")


class Kept(Generic[T]):
    """What was made under each key, for so many seconds."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._made: dict[Hashable, tuple[float, T]] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under *key*, or what *make* returns."""
        kept = self._made.get(key)
        if kept is not None and time.monotonic() < kept[0]:
            return kept[1]
        made = make()
        with self._lock:
            if len(self._made) >= KEPT_MAX:
                self._made.clear()
            self._made[key] = (time.monotonic() + self._seconds, made)
        return made
