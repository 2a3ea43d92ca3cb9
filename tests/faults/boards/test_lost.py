"""Redis killed, emptied and full: the boards come from the books, and come back by themselves."""

import time

from ..checks import compare_answer
from .conftest import require_whole

FLUSHES = 6
DEAD_SECONDS = (0, 1, 4)
FULL_SECONDS = 6


def test_f20_killed_without_a_file(stage):
    stage.instance.start()
    with stage.under_load() as shown:
        for seconds in DEAD_SECONDS:
            stage.redis.kill()
            time.sleep(seconds)
            stage.redis.start()
            time.sleep(1)
    stage.check(f"dead for {DEAD_SECONDS} s; {shown}")
    require_whole(shown, sources=("redis", "database"))
    assert compare_answer(stage.instance.port, stage.world) == "redis"


def test_f21_emptied_again_and_again(stage, chooser):
    stage.instance.start()
    with stage.under_load() as shown:
        for _ in range(FLUSHES):
            stage.redis.client.flushall()
            time.sleep(chooser.uniform(0.2, 0.8))
    stage.check(f"emptied {FLUSHES} times; {shown}")
    require_whole(shown, sources=("redis",))
    assert compare_answer(stage.instance.port, stage.world) == "redis"


def test_f29_out_of_memory(stage):
    stage.instance.start()
    with stage.under_load() as shown:
        stage.redis.fill()
        time.sleep(FULL_SECONDS)
        stage.redis.drain()
    stage.check(f"full for {FULL_SECONDS} s; {shown}")
    require_whole(shown, sources=("redis",))
    # The operator is told when it begins and when it is over.
    log = stage.instance.read_log()
    assert "OutOfMemoryError" in log
    assert log.rindex("boards.projected_again") > log.index("OutOfMemoryError")
    assert compare_answer(stage.instance.port, stage.world) == "redis"
