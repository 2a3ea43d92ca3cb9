"""One producer per slide and process: however many screens watch, a slide is made once.

A watcher has a queue of two for each of its slides; one that does not read
gets the newest and misses those before. A producer runs while anybody watches and holds no
database session between two rounds.
"""

import queue
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import structlog

from .shown import Snapshot

log = structlog.get_logger(__name__)

ROUND_SECONDS = 2.0
QUEUE_LENGTH = 2
THREAD_NAME = "board-feed"
# No address may take more than this part of the places.
SHARE_OF_ADDRESS = 2

Watcher = queue.Queue[Snapshot]


def build_watcher(slides: int) -> Watcher:
    """Return an empty queue for a screen that shows so many slides."""
    return queue.Queue(QUEUE_LENGTH * slides)


class Feed:
    """Makes one slide every few seconds while anybody watches it."""

    def __init__(self, make: Callable[[], Snapshot], *, seconds: float = ROUND_SECONDS) -> None:
        self._make = make
        self._seconds = seconds
        self._lock = threading.Lock()
        self._watchers: set[Watcher] = set()
        self._is_running = False
        self._latest: Snapshot | None = None
        self._wake = threading.Event()

    def join(self, watcher: Watcher | None = None) -> Watcher:
        """Put every change of the slide into *watcher*, or into a new one, and return it."""
        watcher = build_watcher(1) if watcher is None else watcher
        with self._lock:
            self._watchers.add(watcher)
            if self._latest is not None:
                _put(watcher, self._latest)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name=THREAD_NAME, daemon=True).start()
        return watcher

    def leave(self, watcher: Watcher) -> bool:
        """Put nothing more into *watcher*; tell whether nobody watches any more."""
        with self._lock:
            self._watchers.discard(watcher)
            is_deserted = not self._watchers
        if is_deserted:
            self._wake.set()
        return is_deserted

    def _run(self) -> None:
        while self._goes_on():
            self._round()
            self._wake.wait(self._seconds)

    def _goes_on(self) -> bool:
        with self._lock:
            self._wake.clear()
            self._is_running = bool(self._watchers)
            if not self._is_running:
                # What is shown first after a pause must not be what was shown before it.
                self._latest = None
            return self._is_running

    def _round(self) -> None:
        try:
            snapshot = self._make()
        except Exception:
            # The screens keep what they have and say how old it is.
            log.exception("feed.not_made")
            return
        with self._lock:
            if self._latest is not None and self._latest.etag == snapshot.etag:
                return
            self._latest = snapshot
            watchers = tuple(self._watchers)
        for watcher in watchers:
            _put(watcher, snapshot)


class Hub:
    """The feeds of this process, and how many screens may watch at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._feeds: dict[str, Feed] = {}
        self._seats: Counter[str] = Counter()

    def take_seat(self, address: str, *, most: int) -> bool:
        """Take a place for a screen at *address* out of *most*, or tell that there is none."""
        with self._lock:
            share = max(most // SHARE_OF_ADDRESS, 1)
            if self._seats.total() >= most or self._seats[address] >= share:
                return False
            self._seats[address] += 1
            return True

    def give_seat(self, address: str) -> None:
        """Give a place back."""
        with self._lock:
            self._seats[address] -= 1
            if not self._seats[address]:
                del self._seats[address]

    def count_seats(self) -> int:
        """Return how many screens watch."""
        with self._lock:
            return self._seats.total()

    def join(
        self, key: str, make: Callable[[], Snapshot], watcher: Watcher | None = None
    ) -> tuple[Feed, Watcher]:
        """Have *watcher* get what *make* makes of *key*, which is made once for all of them."""
        with self._lock:
            feed = self._feeds.get(key)
            if feed is None:
                feed = self._feeds[key] = Feed(make)
            return feed, feed.join(watcher)

    def leave(self, key: str, feed: Feed, watcher: Watcher) -> None:
        """Leave a feed; the last one to leave ends it."""
        with self._lock:
            if feed.leave(watcher) and self._feeds.get(key) is feed:
                del self._feeds[key]


def _put(watcher: Watcher, snapshot: Snapshot) -> None:
    while True:
        try:
            watcher.put_nowait(snapshot)
        except queue.Full:
            with suppress(queue.Empty):
                watcher.get_nowait()
        else:
            return
