"""Everybody who watches a stream of this process: how many may, and until when.

One thread looks after all streams. It learns what changed, ends the streams of
screens that were disconnected or are to show something else, and cuts those
that nobody reads. It runs while anybody watches.
"""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from rewards.screens.types import ScreenId
from rewards.web import metrics

from .feeds import Feeds, Source
from .mailboxes import Mailbox

log = structlog.get_logger(__name__)

THREAD_NAME = "screen-care"
LOOK_SECONDS = 1.0
# Of 24 looks each the first: who watches is written down once a minute at most anyway.
LOOKS_FOR_SEEN = 24
STUCK_SECONDS = 30.0
GONE = b"event: gone\ndata: {}\n\n"


class World(Protocol):
    """What streams have to know, and tell, of the rest of the service."""

    def is_stopping(self) -> bool:
        """Tell whether this process was asked to stop."""

    def list_changed(self) -> Collection[str]:
        """Return the paths of nodes at which something happened since the last time."""

    def list_versions(self, screen_ids: Collection[ScreenId]) -> Mapping[ScreenId, int]:
        """Return the version of those screens that may show something still."""

    def note_seen(self, screen_ids: Collection[ScreenId]) -> None:
        """Write down that screens are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who has streams, and how many at most. The oldest of one that `gives_way` makes room."""

    key: str
    most: int
    gives_way: bool = False


def _write_nothing(_version: int) -> bytes:
    return b""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watch:
    """An open stream.

    `version` is that of the screen when it began; `write_change` makes of a
    newer one what the screen is told. `ends_at`: when whoever watches is asked
    anew who they are, on the clock of `time.monotonic`.
    """

    holder: Holder
    sources: tuple[Source, ...]
    screen_id: ScreenId | None = None
    version: int = 0
    write_change: Callable[[int], bytes] = _write_nothing
    ends_at: float | None = None
    mailbox: Mailbox = field(default_factory=Mailbox)


class Hub:
    """The open streams of this process."""

    def __init__(self, world: World, *, feeds: Feeds | None = None) -> None:
        self._world = world
        self._feeds = feeds or Feeds()
        self._lock = threading.Lock()
        # In the order in which they came.
        self._watches: dict[Watch, None] = {}
        self._is_looked_after = False
        self._deserted = threading.Event()

    def join(self, watch: Watch, *, most: int) -> bool:
        """Begin a stream, or tell that there is no room among *most*."""
        with self._lock:
            own = [each for each in self._watches if each.holder.key == watch.holder.key]
            is_too_many = len(own) >= watch.holder.most
            oldest = own[0] if is_too_many and watch.holder.gives_way else None
            if oldest is not None:
                del self._watches[oldest]
            elif is_too_many or len(self._watches) >= most:
                return False
            self._watches[watch] = None
            self._deserted.clear()
            if not self._is_looked_after:
                self._is_looked_after = True
                threading.Thread(target=self._look_after, name=THREAD_NAME, daemon=True).start()
        if oldest is not None:
            _end(oldest)
        self._feeds.join(watch.sources, watch.mailbox)
        self._tell()
        return True

    def leave(self, watch: Watch) -> None:
        """End a stream; may be called again."""
        watch.mailbox.close()
        self._feeds.leave(watch.sources, watch.mailbox)
        with self._lock:
            self._watches.pop(watch, None)
            if not self._watches:
                self._deserted.set()
        self._tell()

    def count(self) -> int:
        """Return how many streams are open."""
        with self._lock:
            return len(self._watches)

    def count_slides(self) -> int:
        """Return how many different slides they show."""
        return self._feeds.count()

    def _tell(self) -> None:
        metrics.gauge_streams(streams=self.count(), slides=self.count_slides())

    def _look_after(self) -> None:
        looks, is_failing = 0, False
        while self._goes_on():
            try:
                self._look(is_seen_due=looks % LOOKS_FOR_SEEN == 0)
            except Exception:
                # The next look is soon; until then streams go on as they are.
                if not is_failing:
                    log.exception("streams.not_looked_after")
                is_failing = True
            else:
                is_failing = False
            looks += 1
            self._deserted.wait(LOOK_SECONDS)

    def _goes_on(self) -> bool:
        with self._lock:
            self._is_looked_after = bool(self._watches)
            return self._is_looked_after

    def _look(self, *, is_seen_due: bool) -> None:
        with self._lock:
            watches = tuple(self._watches)
        if self._world.is_stopping():
            # The server would wait for streams as for any answer that is not whole.
            for watch in watches:
                watch.mailbox.close()
            return
        _end_overdue(watches)
        self._feeds.mark_changed(self._world.list_changed())
        screens = {each.screen_id for each in watches if each.screen_id is not None}
        if not screens:
            return
        versions = self._world.list_versions(screens)
        _end_changed(watches, versions)
        if is_seen_due:
            self._world.note_seen(versions)


def _end_overdue(watches: Collection[Watch]) -> None:
    now = time.monotonic()
    for watch in watches:
        if watch.mailbox.is_stuck(STUCK_SECONDS):
            _end(watch)
        elif watch.ends_at is not None and now >= watch.ends_at:
            watch.mailbox.close()


def _end_changed(watches: Collection[Watch], versions: Mapping[ScreenId, int]) -> None:
    for watch in watches:
        if watch.screen_id is None:
            continue
        version = versions.get(watch.screen_id)
        if version is None:
            watch.mailbox.close(GONE)
        elif version != watch.version:
            watch.mailbox.close(watch.write_change(version))


def _end(watch: Watch) -> None:
    # Whoever is just sending to it waits for a reader who may never come.
    watch.mailbox.close()
    watch.mailbox.line.cut()
