"""One producer per slide and process: however many screens watch, a slide is made once.

It is made anew a second after something changed at its node, and every few
seconds otherwise. A few threads make all slides and rest seven times as long
as they worked, so that many different slides are made more rarely instead of
taking more of the machine. They run while anybody watches.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

import structlog

from rewards.core import clock
from rewards.web import metrics

from .mailboxes import Mailbox
from .shown import Snapshot

log = structlog.get_logger(__name__)

# Most of the time of each is spent waiting for the database.
PRODUCERS = 4
THREAD_NAME = "screen-feed"
# For a second of a processor so many of rest: all four together take half of one at most.
REST_FOR_WORK = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often slides are made, in seconds."""

    # Something was booked: what shows it is made anew after `changed`, again and again for
    # as long as what was booked may take to arrive on the boards.
    changed: float = 1.0
    arrives_within: float = 5.0
    # Nothing is known to have changed.
    quiet: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A slide that can be watched, and the path of the branch of which it tells."""

    key: str
    path: str
    make: Callable[[], Snapshot]


@dataclass(slots=True, eq=False)
class Feed:
    """A slide that somebody watches."""

    source: Source
    due: float
    hot_until: float = 0.0
    made_at: float = 0.0
    is_being_made: bool = False
    is_failing: bool = False
    etag: str = ""
    latest: bytes | None = None
    mailboxes: set[Mailbox] = field(default_factory=set)


_rest = time.sleep


class Feeds:
    """Every slide that is watched in this process, and the threads that make them."""

    def __init__(self, *, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._wakes = threading.Condition(threading.Lock())
        self._feeds: dict[str, Feed] = {}
        self._running = 0

    def join(self, sources: Collection[Source], mailbox: Mailbox) -> None:
        """Put every change of *sources* into *mailbox*, beginning with how they are now."""
        now = time.monotonic()
        with self._wakes:
            for source in sources:
                feed = self._feeds.get(source.key)
                if feed is None:
                    feed = self._feeds[source.key] = Feed(source, due=now)
                feed.mailboxes.add(mailbox)
                if feed.latest is not None:
                    mailbox.put(source.key, feed.latest)
            while self._feeds and self._running < PRODUCERS:
                self._running += 1
                threading.Thread(target=self._produce, name=THREAD_NAME, daemon=True).start()
            self._wakes.notify_all()

    def leave(self, sources: Collection[Source], mailbox: Mailbox) -> None:
        """Put nothing more into *mailbox*; what nobody watches any more is not made."""
        with self._wakes:
            for source in sources:
                feed = self._feeds.get(source.key)
                if feed is None:
                    continue
                feed.mailboxes.discard(mailbox)
                if not feed.mailboxes:
                    del self._feeds[source.key]
            self._wakes.notify_all()

    def mark_changed(self, paths: Collection[str]) -> None:
        """Make the slides anew that tell of what happens at *paths*."""
        now = time.monotonic()
        branches = {path[:end] for path in paths for end in _ends(path)}
        with self._wakes:
            for feed in self._feeds.values():
                if feed.source.path in branches:
                    feed.hot_until = now + self._pace.arrives_within
                    feed.due = min(feed.due, feed.made_at + self._pace.changed)
            self._wakes.notify_all()

    def count(self) -> int:
        """Return how many different slides are watched."""
        with self._wakes:
            return len(self._feeds)

    def _produce(self) -> None:
        while True:
            feed = self._next()
            if feed is None:
                return
            began = time.thread_time()
            snapshot = _make(feed)
            metrics.count_slide(is_made=snapshot is not None)
            self._publish(feed, snapshot, time.monotonic())
            _rest((time.thread_time() - began) * REST_FOR_WORK)

    def _next(self) -> Feed | None:
        with self._wakes:
            while self._feeds:
                waiting = [feed for feed in self._feeds.values() if not feed.is_being_made]
                feed = min(waiting, key=lambda each: each.due, default=None)
                pause = None if feed is None else feed.due - time.monotonic()
                if feed is not None and pause is not None and pause <= 0:
                    feed.is_being_made = True
                    return feed
                self._wakes.wait(pause)
            self._running -= 1
            return None

    def _publish(self, feed: Feed, snapshot: Snapshot | None, now: float) -> None:
        with self._wakes:
            feed.is_being_made = False
            feed.made_at = now
            is_hot = now < feed.hot_until
            feed.due = now + (self._pace.changed if is_hot else self._pace.quiet)
            self._wakes.notify()
            if snapshot is None:
                return
            if snapshot.expires_at is not None:
                left = (snapshot.expires_at - clock.now()).total_seconds()
                feed.due = min(feed.due, now + max(left, self._pace.changed))
            if snapshot.etag == feed.etag:
                return
            feed.etag = snapshot.etag
            feed.latest = _write_event(snapshot)
            mailboxes, event = tuple(feed.mailboxes), feed.latest
        for mailbox in mailboxes:
            mailbox.put(feed.source.key, event)


def _write_event(snapshot: Snapshot) -> bytes:
    return f"id: {snapshot.etag}\nevent: slide\ndata: {snapshot.body}\n\n".encode()


def _ends(path: str) -> Iterator[int]:
    # Of the path a/b/c/ those of a/, a/b/ and a/b/c/.
    return (place for place, sign in enumerate(path, 1) if sign == "/")


def _make(feed: Feed) -> Snapshot | None:
    try:
        snapshot = feed.source.make()
    except Exception:
        # The screens keep what they have and say how old it is; once is enough in the log.
        if not feed.is_failing:
            log.exception("feed.not_made")
        feed.is_failing = True
        return None
    feed.is_failing = False
    return snapshot
