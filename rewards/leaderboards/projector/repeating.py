"""Doing something again and again beside what takes long and cannot say that it goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from redis.exceptions import RedisError


@contextmanager
def repeating(act: Callable[[], object], *, seconds: float) -> Iterator[None]:
    """Call *act* every so many *seconds*, in a thread of its own, until the block ends.

    A server that does not answer is asked again the next time.
    """
    is_over = threading.Event()

    def run() -> None:
        while not is_over.wait(seconds):
            try:
                act()
            except RedisError:
                continue

    thread = threading.Thread(target=run, name="repeating", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
