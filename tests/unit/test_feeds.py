"""Producers, mailboxes and the hub, without a service behind them."""

import socket
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from rewards.core import clock
from rewards.pages.screen import hub as hubs
from rewards.pages.screen.feeds import PRODUCERS, REST_FOR_WORK, Feeds, Pace, Source
from rewards.pages.screen.hub import Holder, Hub, Watch
from rewards.pages.screen.mailboxes import Line, Mailbox
from tests.factories import watching

SCREEN = UUID(int=1)
WAIT = 10
WORK_SECONDS = 0.005
# Of one, for all slides of a process.
PROCESSOR_MAX = 0.5


@dataclass(frozen=True)
class Picture:
    body: str
    etag: str
    expires_at: datetime | None = None


class Maker:
    """Makes pictures with the numbers 1, 2, 3 and counts them."""

    def __init__(self, *, fails=0, lasts=None):
        self.made = 0
        self.fails = fails
        self.lasts = lasts
        self.has_made = threading.Semaphore(0)

    def __call__(self):
        self.made += 1
        try:
            if self.made <= self.fails:
                raise RuntimeError("database is gone")
            until = clock.now() + self.lasts if self.lasts is not None else None
            return Picture(f"{self.made}", f"{self.made}", until)
        finally:
            self.has_made.release()


class World:
    """Says what a test tells it to say."""

    def __init__(self):
        self.changed = set()
        self.versions = {SCREEN: 1}
        self.seen = []
        self.stops = False

    def is_stopping(self):
        return self.stops

    def list_changed(self):
        changed, self.changed = self.changed, set()
        return changed

    def list_versions(self, screen_ids):
        return {each: self.versions[each] for each in screen_ids if each in self.versions}

    def note_seen(self, screen_ids):
        self.seen.append(set(screen_ids))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(hubs, "LOOK_SECONDS", 0.02)
    yield
    watching.wait_for_threads()
    assert not [each for each in threading.enumerate() if each.name in watching.THREADS]


def source(maker, *, key="board", path="a/b/"):
    return Source(key=key, path=path, make=maker)


def holder(key="10.0.0.1", *, most=100, gives_way=False):
    return Holder(key=key, most=most, gives_way=gives_way)


def watch_of(maker, **about):
    return Watch(**{"holder": holder(), "sources": (source(maker),), **about})


def take(mailbox):
    """Return what comes next, within reason."""
    events = mailbox.take(timeout=WAIT)
    assert events != b"", "nothing came"
    return events


QUIET = Pace(changed=0.01, arrives_within=0.0, quiet=60)


def test_a_picture_is_made_once_however_many_watch():
    maker, feeds = Maker(), Feeds(pace=QUIET)
    mailboxes = [Mailbox() for _ in range(50)]
    for mailbox in mailboxes:
        feeds.join([source(maker)], mailbox)

    sent = {take(mailbox) for mailbox in mailboxes}
    for mailbox in mailboxes:
        feeds.leave([source(maker)], mailbox)

    assert sent == {b"id: 1\nevent: slide\ndata: 1\n\n"}
    assert maker.made == 1


def test_a_screen_that_shows_several_pictures_gets_each():
    first, second, feeds, mailbox = Maker(), Maker(), Feeds(pace=QUIET), Mailbox()
    sources = [source(first, key="one"), source(second, key="two")]
    feeds.join(sources, mailbox)
    first.has_made.acquire(timeout=WAIT)
    second.has_made.acquire(timeout=WAIT)

    sent = take(mailbox)
    while sent.count(b"event: slide") < 2:
        sent += take(mailbox)
    feeds.leave(sources, mailbox)

    assert feeds.count() == 0


@pytest.mark.parametrize(
    ("changed", "is_made"),
    [("a/b/", True), ("a/b/c/", True), ("a/", False), ("a/bb/", False), ("b/", False)],
)
def test_what_happens_in_its_branch_has_a_picture_made_anew(changed, is_made):
    maker, feeds, mailbox = Maker(), Feeds(pace=QUIET), Mailbox()
    feeds.join([source(maker)], mailbox)
    take(mailbox)
    feeds.mark_changed([changed])

    came = mailbox.take(timeout=WAIT if is_made else 0.1)
    feeds.leave([source(maker)], mailbox)

    assert came == (b"id: 2\nevent: slide\ndata: 2\n\n" if is_made else b"")


def test_a_changed_picture_is_made_until_all_of_the_change_has_arrived():
    maker, mailbox = Maker(), Mailbox()
    feeds = Feeds(pace=Pace(changed=0.01, arrives_within=WAIT, quiet=60))
    feeds.join([source(maker)], mailbox)
    take(mailbox)
    feeds.mark_changed(["a/b/"])

    for _ in range(4):
        take(mailbox)
    feeds.leave([source(maker)], mailbox)

    assert maker.made >= 5


def test_a_picture_is_made_anew_when_it_is_good_no_longer():
    maker, feeds, mailbox = Maker(lasts=timedelta(seconds=0.05)), Feeds(pace=QUIET), Mailbox()
    began = time.monotonic()
    feeds.join([source(maker)], mailbox)

    for _ in range(3):
        take(mailbox)
    feeds.leave([source(maker)], mailbox)

    assert time.monotonic() - began >= 0.1


def test_what_did_not_change_is_not_sent_again():
    feeds, mailbox, made = Feeds(pace=Pace(quiet=0.01)), Mailbox(), threading.Semaphore(0)

    def make():
        made.release()
        return Picture("same", "same")

    feeds.join([source(make)], mailbox)
    take(mailbox)
    for _ in range(5):
        assert made.acquire(timeout=WAIT)

    assert mailbox.take(timeout=0) == b""
    feeds.leave([source(make)], mailbox)


def test_a_screen_that_comes_later_is_sent_what_there_is_without_making_it():
    maker, feeds, first, second = Maker(), Feeds(pace=QUIET), Mailbox(), Mailbox()
    feeds.join([source(maker)], first)
    take(first)
    feeds.join([source(maker)], second)

    assert take(second) == b"id: 1\nevent: slide\ndata: 1\n\n"
    assert maker.made == 1
    for mailbox in (first, second):
        feeds.leave([source(maker)], mailbox)


def test_a_picture_that_cannot_be_made_leaves_the_stream_open():
    maker, feeds, mailbox = Maker(fails=2), Feeds(pace=Pace(quiet=0.01)), Mailbox()
    feeds.join([source(maker)], mailbox)

    assert take(mailbox).startswith(b"id: 3\n")
    feeds.leave([source(maker)], mailbox)


def test_a_few_threads_make_all_pictures_and_rest_for_what_they_worked(monkeypatch):
    running, most, rests, lock = 0, 0, [], threading.Lock()
    monkeypatch.setattr("rewards.pages.screen.feeds._rest", rests.append)
    rested = threading.Semaphore(0)

    def make():
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        began = time.thread_time()
        while time.thread_time() - began < WORK_SECONDS:
            pass
        with lock:
            running -= 1
        rested.release()
        return Picture("same", "same")

    feeds, mailbox = Feeds(pace=Pace(changed=0.0, quiet=0.0)), Mailbox()
    sources = [source(make, key=str(number)) for number in range(20)]
    feeds.join(sources, mailbox)
    for _ in range(40):
        assert rested.acquire(timeout=WAIT)
    feeds.leave(sources, mailbox)
    watching.wait_for_threads()

    assert most <= PRODUCERS
    assert min(rests) >= REST_FOR_WORK * WORK_SECONDS
    assert PRODUCERS / (1 + REST_FOR_WORK) <= PROCESSOR_MAX


def test_no_picture_is_forgotten_for_another():
    counts = dict.fromkeys(map(str, range(20)), 0)

    def maker_of(key):
        def make():
            counts[key] += 1
            return Picture("same", "same")

        return make

    feeds, mailbox = Feeds(pace=Pace(quiet=0.001)), Mailbox()
    sources = [source(maker_of(key), key=key) for key in counts]
    feeds.join(sources, mailbox)
    time.sleep(0.3)
    feeds.leave(sources, mailbox)

    assert max(counts.values()) - min(counts.values()) <= 2


# Mailboxes


def test_a_screen_that_does_not_read_gets_the_newest_and_grows_nothing():
    mailbox = Mailbox()
    for number in range(1000):
        mailbox.put("one", b"1:%d " % number)
        mailbox.put("two", b"2:%d " % number)

    assert mailbox.take(timeout=0) == b"1:999 2:999 "
    assert mailbox.take(timeout=0) == b""


def test_nothing_is_put_into_a_closed_mailbox():
    mailbox = Mailbox()
    mailbox.put("one", b"1")
    mailbox.close(b"bye")
    mailbox.put("one", b"2")
    mailbox.close(b"again")

    assert mailbox.take(timeout=0) == b"bye"
    assert mailbox.take(timeout=0) is None


def test_a_mailbox_is_stuck_as_long_as_nobody_takes_what_waits():
    mailbox = Mailbox()
    assert not mailbox.is_stuck(0)
    mailbox.put("one", b"1")
    time.sleep(0.02)
    mailbox.put("one", b"2")

    assert mailbox.is_stuck(0.01)
    assert not mailbox.is_stuck(WAIT)
    mailbox.take(timeout=0)
    assert not mailbox.is_stuck(0)


def test_closing_wakes_whoever_waits():
    mailbox, came = Mailbox(), []
    waiter = threading.Thread(target=lambda: came.append(mailbox.take(timeout=WAIT)))
    waiter.start()
    mailbox.close()
    waiter.join(WAIT)

    assert came == [None]


def test_a_line_tells_when_nobody_is_there_any_more():
    here, there = socket.socketpair()
    line = Line(here)
    assert not line.is_gone()

    there.close()
    assert line.is_gone()
    here.close()
    assert line.is_gone()


def test_a_line_that_was_sent_more_is_still_there():
    here, there = socket.socketpair()
    there.send(b"GET /another")

    assert not Line(here).is_gone()
    here.close()
    there.close()


# The hub


def test_a_screen_that_was_disconnected_is_told_so_and_its_stream_ends():
    world = World()
    hub, watch = Hub(world), watch_of(Maker(), screen_id=SCREEN, version=1)
    assert hub.join(watch, most=10)
    take(watch.mailbox)
    world.versions = {}

    assert take(watch.mailbox) == hubs.GONE
    assert watch.mailbox.take(timeout=0) is None
    hub.leave(watch)


def test_a_screen_that_shows_something_else_now_is_told_so_and_its_stream_ends():
    world = World()
    watch = watch_of(
        Maker(), screen_id=SCREEN, version=1, write_change=lambda version: b"version %d" % version
    )
    hub = Hub(world)
    assert hub.join(watch, most=10)
    take(watch.mailbox)
    world.versions = {SCREEN: 2}

    assert take(watch.mailbox) == b"version 2"
    assert watch.mailbox.take(timeout=0) is None
    hub.leave(watch)


def test_a_screen_that_may_go_on_is_left_alone_and_noted_as_seen():
    world, maker = World(), Maker()
    hub, watch = Hub(world), watch_of(maker, screen_id=SCREEN, version=1)
    hub.join(watch, most=10)
    take(watch.mailbox)

    assert watch.mailbox.take(timeout=0.2) == b""
    assert world.seen[0] == {SCREEN}
    hub.leave(watch)


def test_a_look_that_fails_ends_nothing(monkeypatch):
    world, maker = World(), Maker()
    calls = threading.Semaphore(0)

    def fail():
        calls.release()
        raise RuntimeError("database is gone")

    monkeypatch.setattr(world, "list_changed", fail)
    hub, watch = Hub(world), watch_of(maker, screen_id=SCREEN, version=1)
    hub.join(watch, most=10)
    for _ in range(3):
        assert calls.acquire(timeout=WAIT)

    assert take(watch.mailbox).startswith(b"id: 1\n")
    assert hub.count() == 1
    hub.leave(watch)


def test_what_the_world_says_has_changed_is_made_anew():
    world, maker = World(), Maker()
    hub, watch = Hub(world, feeds=Feeds(pace=QUIET)), watch_of(maker)
    hub.join(watch, most=10)
    take(watch.mailbox)
    world.changed = {"a/b/c/"}

    assert take(watch.mailbox).startswith(b"id: 2\n")
    hub.leave(watch)


def test_a_screen_that_comes_back_takes_the_place_of_its_own_dead_stream():
    hub, own = Hub(World()), holder("screen", most=1, gives_way=True)
    here, there = socket.socketpair()
    dead = watch_of(Maker(), holder=own, mailbox=Mailbox(Line(here)))
    new = watch_of(Maker(), holder=own)

    assert hub.join(dead, most=1)
    assert hub.join(new, most=1)

    assert there.recv(1) == b""
    assert dead.mailbox.take(timeout=0) is None
    assert take(new.mailbox).startswith(b"id: ")
    assert hub.count() == 1
    hub.leave(dead)
    assert hub.count() == 1
    hub.leave(new)
    hub.leave(new)
    assert hub.count() == hub.count_slides() == 0
    here.close()
    there.close()


def test_a_stream_that_nobody_reads_is_cut(monkeypatch):
    monkeypatch.setattr(hubs, "STUCK_SECONDS", 0.05)
    here, there = socket.socketpair()
    hub, watch = Hub(World()), watch_of(Maker(), mailbox=Mailbox(Line(here)))
    hub.join(watch, most=10)
    there.settimeout(WAIT)

    assert there.recv(1) == b""
    hub.leave(watch)
    here.close()
    there.close()


def test_whoever_has_to_be_asked_anew_is_sent_away():
    watch = watch_of(Maker(), ends_at=time.monotonic() + 0.1)
    hub = Hub(World())
    hub.join(watch, most=10)
    take(watch.mailbox)

    assert take(watch.mailbox) is None
    hub.leave(watch)


def test_a_server_that_stops_does_not_wait_for_streams():
    world, watch = World(), watch_of(Maker())
    hub = Hub(world)
    hub.join(watch, most=10)
    take(watch.mailbox)
    world.stops = True

    assert take(watch.mailbox) is None
    hub.leave(watch)


def test_an_outage_is_logged_once(monkeypatch):
    world, calls = World(), threading.Semaphore(0)

    def fail():
        calls.release()
        raise RuntimeError("database is gone")

    logged = []
    monkeypatch.setattr(world, "list_changed", fail)
    monkeypatch.setattr(hubs.log, "exception", logged.append, raising=False)
    hub, watch = Hub(world), watch_of(Maker())
    hub.join(watch, most=10)
    for _ in range(4):
        assert calls.acquire(timeout=WAIT)
    hub.leave(watch)

    assert logged == ["streams.not_looked_after"]
