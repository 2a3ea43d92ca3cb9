"""Redis emptied, paused and killed under load: nothing but the boards may notice."""

import os
import signal
import time

import pytest

from .checks import check_all, compare_answer, read_board
from .clients import Load
from .conftest import KINDS

OCCASIONS = 30
FLUSHES = 6
PAUSE_SECONDS = 3
DEAD_SECONDS = 3
# The library's own retries let a request wait for a minute.
REQUEST_SECONDS_MAX = 10
# A rebuild after a total loss, the rest of a breaker, and what readers share for a moment.
BACK_SECONDS_MAX = 30


@pytest.fixture(params=KINDS)
def instance(request, make_instance, redis_process):
    """An instance that uses a Redis of the operator, without any file."""
    return make_instance(request.param, redis_url=redis_process.url)


@pytest.fixture
def load(instance, world, seed):
    instance.start()
    with Load(world, instance.port, seed=seed) as load:
        yield load.start(world.add_occasions(OCCASIONS))


def end(load, world, report, note):
    load.stop()
    outcome = check_all(world.settings, load.journal, quiet=BACK_SECONDS_MAX)
    slowest = max(call.seconds for call in load.journal.calls)
    report(outcome, f"{note}, slowest request {slowest:.2f} s")
    assert outcome.is_clean, outcome
    # Nothing was refused or put off either: each call was answered at its first try.
    assert outcome.retried == 0
    assert slowest < REQUEST_SECONDS_MAX


def test_emptied_again_and_again(load, instance, world, redis_process, chooser, report):
    for _ in range(FLUSHES):
        time.sleep(chooser.uniform(0.2, 0.8))
        redis_process.client.flushall()
        values = [item["value"] for item in read_board(instance.port, world)["items"]]
        # Never an empty or a partial board as if it were the truth.
        assert len(values) == len(world.people)

    end(load, world, report, f"emptied {FLUSHES} times")
    compare_answer(instance.port, world)


def test_paused_and_then_dead_for_good(load, instance, world, redis_process, report):
    time.sleep(1)
    pid = redis_process.client.info("server")["process_id"]

    os.kill(pid, signal.SIGSTOP)
    time.sleep(PAUSE_SECONDS)
    os.kill(pid, signal.SIGCONT)
    load.stop()
    outcome = check_all(world.settings, load.journal, quiet=BACK_SECONDS_MAX)
    report(outcome, f"paused for {PAUSE_SECONDS} s")
    assert outcome.is_clean, outcome
    assert outcome.retried == 0

    load.start(world.add_occasions(OCCASIONS))
    os.kill(pid, signal.SIGKILL)
    time.sleep(DEAD_SECONDS)
    load.stop()
    assert compare_answer(instance.port, world) == "database"

    redis_process.start()
    load.start(world.add_occasions(1))
    end(load, world, report, f"killed, dead for {DEAD_SECONDS} s, started again empty")
    assert compare_answer(instance.port, world)


def test_two_workers_one_of_them_asleep(load, instance, world, chooser, report):
    """A worker wakes up with a batch that the other has applied long ago."""
    second = instance.start_worker()
    first = instance.find("worker", chooser=chooser)

    for pid in (first, second, first):
        os.kill(pid, signal.SIGSTOP)
        time.sleep(chooser.uniform(0.5, 1.5))
        os.kill(pid, signal.SIGCONT)

    end(load, world, report, "two workers, each asleep in turn")
