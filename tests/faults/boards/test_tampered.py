"""Boards changed by a hand that is not ours: no number tells of it, only a comparison does."""

import time

import pytest

from .. import fold
from ..world import open_app
from .conftest import require_whole, require_wrong
from .guards import DRIFT, take_away

FOUND_SECONDS_MAX = 120
LOOK_SECONDS = 1
# Long enough to be found ten times over.
LEFT_SECONDS = 10


def tamper(stage):
    """Take a board of one center away, and raise somebody on a board of another."""
    with open_app(stage.world.settings):
        for center in fold.list_centers():
            epoch, state = fold.read_state(center)
            year = state[b"day"].decode()[:4]
            key = f"rw:{{c{center}}}:{epoch}:b:{center}/:all:{year}"
            if center == stage.center:
                assert stage.redis.client.delete(key)
            else:
                [member] = stage.redis.client.zrange(key, 0, 0)
                stage.redis.client.zincrby(key, 7 * fold.TIES, member)
        assert fold.compare_now().wrong


def wait_until_mended(stage):
    """Wait until every cell is right again; return after how many seconds."""
    begun = time.monotonic()
    with open_app(stage.world.settings):
        while (found := fold.compare_now()).wrong or found.failure:
            assert time.monotonic() - begun < FOUND_SECONDS_MAX, found.some_wrong
            time.sleep(LOOK_SECONDS)
    return time.monotonic() - begun


def test_f28_boards_that_were_changed(stage):
    stage.instance.start()
    with stage.under_load() as shown:
        pass
    stage.check("before")
    tamper(stage)

    took = wait_until_mended(stage)

    with stage.under_load():
        pass
    stage.check(f"found and mended after {took:.0f} s")
    assert "boards.drifted" in stage.instance.read_log()
    require_whole(shown)


@pytest.mark.parametrize("instance", ["sqlite"], indirect=True)
def test_f28_boards_that_were_changed_and_nobody_mends(stage):
    take_away(stage.instance, DRIFT)
    stage.instance.start()
    with stage.under_load():
        pass
    stage.check("before")
    tamper(stage)

    time.sleep(LEFT_SECONDS)

    require_wrong(stage)
    assert "boards.drifted" in stage.instance.read_log()
