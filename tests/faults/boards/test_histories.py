"""Redis and the database of different moments, or of different ledgers."""

import time

import pytest

from ..checks import compare_answer
from ..world import settings_of
from .conftest import FOREIGN_POINTS, require_whole, require_wrong
from .guards import LINEAGE, MEMORY, take_away

SECONDS = 2


def test_f24_back_to_an_older_file(stage):
    stage.instance.start()
    with stage.under_load() as shown:
        for _ in range(2):
            file = stage.redis.save()
            time.sleep(SECONDS)
            stage.redis.kill()
            stage.redis.start(file)
            time.sleep(SECONDS)
    stage.check(f"back twice, {SECONDS} s each; {shown}")
    require_whole(shown)


@pytest.mark.parametrize("instance", ["sqlite"], indirect=True)
def test_f24_with_a_place_remembered_elsewhere(stage):
    take_away(stage.instance, MEMORY)
    stage.instance.start()
    with stage.under_load():
        file = stage.redis.save()
        time.sleep(SECONDS)
        stage.redis.kill()
        stage.redis.start(file)
        time.sleep(SECONDS)
    require_wrong(stage)


def test_f25_a_file_of_another_ledger(stage, foreign_file):
    stage.instance.start()
    with stage.under_load() as shown:
        for _ in range(2):
            stage.redis.kill()
            stage.redis.start(foreign_file)
            time.sleep(SECONDS)
    stage.check(f"given a foreign file twice; {shown}")
    require_whole(shown)
    assert shown.most < FOREIGN_POINTS


@pytest.mark.parametrize("instance", ["sqlite"], indirect=True)
def test_f25_a_file_of_another_ledger_without_the_hash(stage, foreign_file):
    take_away(stage.instance, LINEAGE)
    stage.instance.start()
    with stage.under_load() as shown:
        stage.redis.kill()
        stage.redis.start(foreign_file)
        time.sleep(SECONDS)
    require_wrong(stage)
    assert shown.most > FOREIGN_POINTS


def restore(stage, copy_database):
    """Go on with the database of some time ago, and with the Redis of today."""
    stage.instance.start()
    with stage.under_load():
        time.sleep(SECONDS)
    stage.instance.stop()
    yesterday = copy_database()
    told = len(stage.load.journal.calls)

    stage.instance.start()
    with stage.under_load():
        time.sleep(SECONDS)
    stage.check("before the restore")
    stage.instance.stop()

    stage.instance.use_database(yesterday)
    stage.world.settings = settings_of(stage.instance)
    del stage.load.journal.calls[told:]
    stage.instance.start()
    with stage.under_load() as shown:
        time.sleep(SECONDS)
    return shown


def test_f44_a_restored_database(stage, copy_database):
    shown = restore(stage, copy_database)

    stage.check(f"restored; {shown}")
    require_whole(shown)
    assert compare_answer(stage.instance.port, stage.world) == "redis"


@pytest.mark.parametrize("instance", ["sqlite"], indirect=True)
def test_f44_a_restored_database_without_the_hash(stage, copy_database):
    take_away(stage.instance, LINEAGE)
    restore(stage, copy_database)
    require_wrong(stage)
