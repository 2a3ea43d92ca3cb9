"""Boards made anew: what is lost halfway is never shown, and nobody notices the change."""

import os
import signal
import time

import pytest

from rewards.core import clock
from rewards.leaderboards import service as leaderboards

from ..checks import compare_answer
from ..instance import wait_until
from ..watching import find_mixed, watching
from ..world import open_app
from .conftest import is_stopped, require_whole, require_wrong
from .guards import CHUNKS, SWAP, take_away

# Before the second chunk, so after the first one, and so on; the last is lost before the end.
LOST_BEFORE = ("build 2", "build 3", "build 4", "finish 1")
REBUILDS = 8
PAUSE_SECONDS = 0.5
SECONDS_MAX = 60


def rebuild_and_lose(stage, moment):
    """Make the boards anew, and lose Redis at *moment*; return how that ended."""
    process = stage.instance.open("boards", "rebuild", stops_before=moment)
    wait_until(lambda: is_stopped(process.pid), seconds=SECONDS_MAX)
    stage.redis.kill()
    stage.redis.start()
    os.kill(process.pid, signal.SIGCONT)
    return process.wait(timeout=SECONDS_MAX)


def test_f26_redis_lost_in_the_middle(stage):
    stage.instance.start()
    with stage.under_load() as shown, watching(stage.redis.url, stage.center) as seen:
        ended = [rebuild_and_lose(stage, moment) for moment in LOST_BEFORE]
    stage.check(f"lost before {', '.join(LOST_BEFORE)}; {shown}; looked {len(seen)} times")
    # Each said that it failed.
    assert 0 not in ended
    assert find_mixed(stage.world.settings, stage.center, seen) == []
    require_whole(shown)
    assert compare_answer(stage.instance.port, stage.world) == "redis"


@pytest.mark.parametrize("instance", ["sqlite"], indirect=True)
def test_f26_redis_lost_in_the_middle_without_the_count_of_chunks(stage, chooser):
    take_away(stage.instance, CHUNKS)
    stage.instance.start()
    with stage.under_load():
        worker = stage.instance.find("worker", chooser=chooser)
        os.kill(worker, signal.SIGSTOP)
        rebuild_and_lose(stage, "build 2")
    require_wrong(stage, settle=0)


def test_f27_made_anew_again_and_again(stage):
    stage.instance.start()
    with (
        stage.under_load() as shown,
        watching(stage.redis.url, stage.center) as seen,
        open_app(stage.world.settings),
    ):
        for _ in range(REBUILDS):
            leaderboards.rebuild(now=clock.now(), on_progress=lambda *_: None)
            time.sleep(PAUSE_SECONDS)
    epochs = {look[0] for look in seen}
    stage.check(f"rebuilt {REBUILDS} times; {shown}; looked {len(seen)} times")
    assert len(epochs) > REBUILDS
    assert find_mixed(stage.world.settings, stage.center, seen) == []
    require_whole(shown, sources=("redis",))


@pytest.mark.parametrize("instance", ["sqlite"], indirect=True)
def test_f27_made_anew_in_place(stage, report):
    take_away(stage.instance, SWAP)
    stage.instance.start()
    with stage.under_load() as shown, watching(stage.redis.url, stage.center) as seen:
        for _ in range(3):
            stage.instance.run("boards", "rebuild")
    mixed = find_mixed(stage.world.settings, stage.center, seen)
    report(f"{len(mixed)} of {len(seen)} looks not whole; {shown}", "negative control")
    assert mixed
