"""The database killed in the middle of its work, and what it must have kept."""

import shutil
import sqlite3
import time
from contextlib import closing

import pytest

from .checks import check_all, check_books
from .clients import Client, Journal, Load, check_in
from .conftest import IS_LONG
from .instance import Server
from .postgres import FORGETFUL
from .postgres import Server as PostgreSQL
from .world import build_world

RESTARTS = 7 if IS_LONG else 2
OCCASIONS = 10 * RESTARTS
COPIES = 4
POOL_SECONDS_MAX = 10


@pytest.fixture
def postgresql_instance(make_instance):
    return make_instance("postgresql")


def test_postgresql_killed_twice_under_load(
    postgresql_instance, durable_postgresql, seed, chooser, report
):
    world = build_world(postgresql_instance)
    postgresql_instance.start()
    with Load(world, postgresql_instance.port, seed=seed) as load:
        load.start(world.add_occasions(OCCASIONS))
        for _ in range(RESTARTS):
            time.sleep(chooser.uniform(1.0, 2.0))
            durable_postgresql.restart_at_once()
            restarted_at = time.monotonic()
            wait_for_success(load.journal, since=restarted_at)
        load.stop()
    outcome = check_all(world.settings, load.journal)
    report(outcome, f"killed {RESTARTS} times")
    assert outcome.is_clean, outcome
    assert outcome.retried > 0


def wait_for_success(journal, *, since):
    while not any(c.is_acknowledged and c.sent_at > since for c in list(journal.calls)):
        assert time.monotonic() - since < POOL_SECONDS_MAX, "the pool does not heal"
        time.sleep(0.05)


def test_a_postgresql_that_forgets_commits_is_seen(make_instance, seed, report):
    server = PostgreSQL(FORGETFUL)
    try:
        instance = make_instance(database_url=server.make_database("forgetful"))
        world = build_world(instance)
        [occasion] = world.add_occasions(1)
        instance.start()
        client = Client(instance.port, Journal())
        server.stop_writing()
        for person in world.people[:5]:
            client.send(check_in(person, occasion))

        server.restart_at_once()

        outcome = check_books(world.settings, client.journal)
        report(outcome, "negative control")
        assert len(outcome.lost) == 5
        instance.stop()
    finally:
        server.stop()


def test_every_writer_of_a_sqlite_file_killed_in_the_same_moment(
    make_instance, tmp_path, seed, chooser, report
):
    instance = make_instance("sqlite")
    world = build_world(instance)
    server = Server(instance)
    with Load(world, instance.port, seed=seed) as load:
        load.start(world.add_occasions(OCCASIONS))
        for number in range(COPIES):
            time.sleep(chooser.uniform(0.1, 0.6))
            told = {call.key for call in list(load.journal.calls) if call.is_acknowledged}
            server.kill()
            stored = open_copy(instance.data, tmp_path / f"copy{number}")
            server = Server(instance)
            assert told <= stored
        load.stop()
    server.stop()
    outcome = check_books(world.settings, load.journal)
    report(outcome, f"killed {COPIES} times, {COPIES} copies opened")
    assert outcome.is_clean, outcome
    assert outcome.retried > 0


def open_copy(folder, target):
    """Open a copy of the file and its log elsewhere; return the keys that were answered."""
    target.mkdir()
    for path in folder.glob("rewards.db*"):
        shutil.copyfile(path, target / path.name)
    with closing(sqlite3.connect(target / "rewards.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {key for (key,) in connection.execute("SELECT key FROM idempotency_keys")}
