"""flask boards tells by its exit code whether the boards are right."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from rewards.leaderboards import service, store
from tests.factories.boards import list_epochs
from tests.factories.books import post
from tests.factories.tampering import tamper
from tests.factories.world import build_participant, build_station

pytestmark = pytest.mark.usefixtures("redis_server")


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def run(app, station, now):
    """Return a function that runs a command, after two people earned something."""
    for _ in range(2):
        post(build_participant(station, now=now), station, now=now)
    service.project(now=now)
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["boards", *arguments])


def test_boards_that_are_right_are_clean(run):
    result = run("verify")

    assert result.exit_code == 0
    assert "Every cell" in result.stdout


def test_a_wrong_cell_is_told_and_mended_by_a_rebuild(run, station, redis_server):
    epochs = list_epochs()[0]
    key = f"rw:{{c{epochs.center}}}:1:b:{station.path}:all:all"
    redis_server.client.zadd(key, {b"x" * 16: 2**25})

    wrong, mended, clean = run("verify"), run("rebuild"), run("verify")

    assert (wrong.exit_code, mended.exit_code, clean.exit_code) == (1, 0, 0)
    assert "should be nothing" in wrong.stdout
    assert "1 cells are wrong" in wrong.stdout


def test_a_closed_board_that_was_changed_is_told(run, station, now):
    later = now + timedelta(days=30)
    service.close_due(now=later)
    clean = run("verify")
    tamper("UPDATE board_snapshots SET hash = 'x' WHERE period = 'day'")

    wrong = run("verify")

    assert (clean.exit_code, wrong.exit_code) == (0, 1)
    assert f"{station.path}:all:2026-11-21: changed since it was closed" in wrong.stdout
    assert "faults in closed periods" in wrong.stdout


@pytest.mark.parametrize("command", ["verify", "rebuild"])
@pytest.mark.parametrize("url", [None, "unix:///nowhere/s"])
def test_without_redis_nothing_can_be_checked(run, command, url):
    store.connect(url)

    result = run(command)

    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("Error: ")


def test_without_a_database_nothing_can_be_checked(run, monkeypatch):
    def fail(**_details):
        raise OperationalError("SELECT", {}, Exception("gone"))

    for step in ("verify", "verify_closed"):
        with monkeypatch.context() as patch:
            patch.setattr(service, step, fail)

            result = run("verify")

        assert result.exit_code == 2
        assert result.stderr.splitlines()[-1] == "Error: The check broke off: OperationalError."


def test_a_board_of_a_stranger_is_told(run, redis_server):
    [epochs] = list_epochs()
    for name in (b"junk", b"\xff"):
        key = f"rw:{{c{epochs.center}}}:1:b:".encode()
        redis_server.client.zadd(key + name, {b"x" * 16: 2**25})

    wrong = run("verify")

    assert wrong.exit_code == 1
    assert "junk: no board of these books" in wrong.stdout
    assert "2 cells are wrong" in wrong.stdout


def test_boards_that_are_lost_cannot_be_checked(run, redis_server):
    redis_server.client.flushall()

    assert run("verify").exit_code == 2
