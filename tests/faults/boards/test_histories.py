"""Redis and the database of different moments, or of different ledgers."""

import shutil
import time
from dataclasses import replace

import pytest

from rewards.core import clock
from rewards.leaderboards import service as leaderboards
from rewards.network import queries as network
from rewards.participants import queries as participants
from tests.factories.books import post

from ..checks import compare_answer
from ..engine import Engine
from ..world import open_app, settings_of
from ..writer import write
from .conftest import require_whole, require_wrong
from .guards import LINEAGE, MEMORY, take_away

SECONDS = 2
ENTRIES = 60
# Nobody earns as much in these books.
FOREIGN_POINTS = 1_000_000


@pytest.fixture
def copy_database(request, instance, tmp_path):
    """Return a function that copies the database of the instance, which must rest."""

    def copy():
        if not instance.database_url.startswith("sqlite"):
            return request.getfixturevalue("durable_postgresql").copy_database(
                instance.database_url
            )
        folder = tmp_path / f"copy{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for file in instance.data.glob("rewards.db*"):
            shutil.copyfile(file, folder / file.name)
        return f"sqlite:///{folder / 'rewards.db'}"

    return copy


@pytest.fixture
def foreign_file(stage, copy_database):
    """What Redis writes down of another ledger of the same center: its history is another."""
    other = Engine(stage.redis.program)
    settings = replace(stage.world.settings, database_url=copy_database(), redis_url=other.url)
    world = replace(stage.world, settings=settings)
    write(world, ENTRIES, seed=stage.seed)
    with open_app(settings):
        node = network.get_node(world.center_id)
        person = participants.get_participant(world.people[0].id)
        post(person, node, amount=FOREIGN_POINTS, now=clock.now())
        leaderboards.project(now=clock.now())
    yield other.save()
    other.stop()


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
