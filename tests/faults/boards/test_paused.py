"""Redis that hears and does not answer: nobody waits for it for long."""

import time

import pytest

from ..checks import compare_answer
from ..conftest import IS_LONG
from .conftest import require_whole

PAUSES = (0.5, 3, 8, 15) if IS_LONG else (0.5, 3, 8)
OCCASIONS = 240 if IS_LONG else 60
CLIENT_PAUSE_SECONDS = 5
REST_SECONDS = 5
# One that finds out, and one when the breaker lets one try again.
WORKERS = 2


def test_f22_stopped(stage):
    stage.instance.start()
    with stage.under_load(occasions=OCCASIONS) as shown:
        for seconds in PAUSES:
            stage.redis.freeze()
            time.sleep(seconds)
            stage.redis.thaw()
            time.sleep(1)
    tries = stage.instance.read_log().count("boards.unavailable")
    stage.check(f"stopped for {PAUSES} s, {tries} reads timed out; {shown}")
    require_whole(shown, sources=("database",))
    # The breaker: while Redis rests nobody asks it, and then one asks for all of a process.
    assert tries <= WORKERS * sum(1 + seconds // REST_SECONDS for seconds in PAUSES)
    assert compare_answer(stage.instance.port, stage.world) == "redis"


@pytest.mark.parametrize("mode", ["ALL", "WRITE"])
def test_f22_clients_paused(stage, mode):
    stage.instance.start()
    with stage.under_load() as shown:
        stage.redis.client.execute_command("CLIENT", "PAUSE", CLIENT_PAUSE_SECONDS * 1_000, mode)
        time.sleep(CLIENT_PAUSE_SECONDS + 1)
    stage.check(f"{mode} paused for {CLIENT_PAUSE_SECONDS} s; {shown}")
    require_whole(shown)
    assert compare_answer(stage.instance.port, stage.world) == "redis"
