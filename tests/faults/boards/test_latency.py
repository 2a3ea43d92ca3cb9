"""What a Redis that is dead, stopped, empty or full costs those who check in.

Each state and its absence are measured in turn on the same service, again and
again, so that whatever else the machine does is in both.
"""

import time
from contextlib import contextmanager
from statistics import median

import pytest

from ..clients import Client, Journal, check_in
from ..watching import reading

ROUNDS = 8
CALLS = 15
ADDED_P95_MAX = 0.050


@contextmanager
def dead(redis):
    redis.kill()
    yield
    redis.start()


@contextmanager
def stopped(redis):
    redis.freeze()
    yield
    redis.thaw()


@contextmanager
def paused(redis):
    # Scripts count as writes; with ALL not even UNPAUSE would get through.
    redis.client.execute_command("CLIENT", "PAUSE", 60_000, "WRITE")
    yield
    redis.client.execute_command("CLIENT", "UNPAUSE")


@contextmanager
def empty(redis):
    redis.client.flushall()
    yield


@contextmanager
def full(redis):
    redis.fill()
    yield
    redis.drain()


@contextmanager
def healthy(_redis):
    yield


def measure(client, calls):
    """Return how many seconds each of the next CALLS check-ins took."""
    seconds = []
    for _ in range(CALLS):
        person, occasion = next(calls)
        begun = time.perf_counter()
        call = client.send(check_in(person, occasion))
        seconds.append(time.perf_counter() - begun)
        assert call.is_acknowledged, call.answer
        assert call.tries == 1
    return seconds


def p95(seconds):
    return sorted(seconds)[int(len(seconds) * 0.95)]


def compare(usual, broken):
    parts = []
    for name, take in (("median", median), ("p95", p95)):
        before, after = take(usual), take(broken)
        parts.append(f"{name} {before * 1_000:.1f} and {after * 1_000:.1f} ms")
        parts[-1] += f", {after / before:.2f} times"
    return "; ".join(parts)


@pytest.mark.parametrize("state", [healthy, dead, stopped, paused, empty, full])
@pytest.mark.parametrize("instance", ["sqlite"], indirect=True)
def test_a_check_in_takes_no_longer(stage, state, report):
    stage.instance.start()
    client = Client(stage.instance.port, Journal())
    occasions = stage.world.add_occasions(2 + ROUNDS * 2 * CALLS // len(stage.world.people))
    calls = ((person, occasion) for occasion in occasions for person in stage.world.people)
    usual, broken = [], []
    # Somebody looks at a board meanwhile, so that requests do ask Redis.
    with reading(stage.instance, stage.world):
        measure(client, calls)
        for _ in range(ROUNDS):
            usual += measure(client, calls)
            with state(stage.redis):
                broken += measure(client, calls)
    report(f"{state.__name__}: {len(broken)} check-ins each; {compare(usual, broken)}")
    assert p95(broken) - p95(usual) <= ADDED_P95_MAX
