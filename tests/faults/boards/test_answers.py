"""Answers of Redis that get lost after it did what it was told."""

import random
import time

import pytest

from ..conftest import KINDS
from ..relay import Relay
from .conftest import require_whole, require_wrong
from .guards import WATERMARK, take_away

LOSES = 0.3
SECONDS = 6


@pytest.fixture
def relay(redis_process, seed):
    relay = Relay(redis_process.path, chooser=random.Random(seed))
    yield relay
    relay.stop()


@pytest.fixture(params=KINDS)
def instance(request, make_instance, relay):
    return make_instance(request.param, redis_url=relay.url)


def lose_answers(stage, relay):
    stage.instance.start()
    with stage.under_load() as shown:
        relay.loses = LOSES
        time.sleep(SECONDS)
        relay.loses = 0
    return shown


def test_f23_answers_lost(stage, relay):
    shown = lose_answers(stage, relay)

    stage.check(f"{relay.lost} answers lost; {shown}")
    require_whole(shown)
    assert relay.lost > 5


@pytest.mark.parametrize("instance", ["sqlite"], indirect=True)
def test_f23_answers_lost_without_the_watermark(stage, relay):
    take_away(stage.instance, WATERMARK)

    lose_answers(stage, relay)

    require_wrong(stage, f"{relay.lost} answers lost")
