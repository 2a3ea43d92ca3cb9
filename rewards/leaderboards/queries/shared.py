"""What was made once and is shared by all who ask within a moment, in this process."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

KEYS_MAX = 512
# For so long after its end may something be handed out while it is made anew.
STALE_SECONDS = 5.0


class Shared:
    """Keeps what was made under a key for some seconds.

    One caller makes it. Meanwhile the others are given what there was, if that
    ended a moment ago; otherwise they wait. What was not used for longest goes
    first when all together weighs more than *weight_max*; the last one stays.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        weigh: Callable[[Any], int] = lambda _value: 1,
        weight_max: int = KEYS_MAX,
    ) -> None:
        self._clock = clock
        self._weigh = weigh
        self._weight_max = weight_max
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, tuple[Any, float, int]] = OrderedDict()
        self._weight = 0
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], tuple[Any, float]]) -> Any:
        """Return what is kept under *key*, or what *make* returns and for how many seconds."""
        with self._lock:
            kept = self._made.get(key)
            if kept is not None:
                self._made.move_to_end(key)
                if self._clock() < kept[1]:
                    return kept[0]
            making = self._making.setdefault(key, threading.Lock())
        is_usable = kept is not None and self._clock() < kept[1] + STALE_SECONDS
        if not making.acquire(blocking=not is_usable):
            assert kept is not None
            return kept[0]
        try:
            kept = self._made.get(key)
            if kept is not None and self._clock() < kept[1]:
                return kept[0]
            value, seconds = make()
            self._keep(key, value, seconds)
            return value
        finally:
            with self._lock:
                if self._making.get(key) is making:
                    del self._making[key]
            making.release()

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._made.clear()
            self._weight = 0
            self._making.clear()

    def _keep(self, key: Hashable, value: Any, seconds: float) -> None:
        weight = self._weigh(value)
        with self._lock:
            replaced = self._made.pop(key, None)
            self._weight += weight - (0 if replaced is None else replaced[2])
            self._made[key] = (value, self._clock() + seconds, weight)
            while self._weight > self._weight_max and len(self._made) > 1:
                _key, (_value, _end, dropped) = self._made.popitem(last=False)
                self._weight -= dropped


boards = Shared()


def forget() -> None:
    """Forget the boards shared in this process."""
    boards.forget()
