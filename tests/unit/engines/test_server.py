"""A server of the tests is gone when they are, and so is its folder."""

import sys
import time

import pytest

from tests.engines.server import Server, make_folder

SLEEPER = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)")


@pytest.fixture
def server():
    server = Server(SLEEPER, folder=make_folder("rewards-test-"))
    server.wait_until(lambda: "up" in server.read_log())
    yield server
    server.stop()


def test_stopping_removes_the_folder(server):
    server.stop()

    assert not server.folder.exists()


def test_the_pipe_closing_is_enough(server):
    # What happens when the process that runs the tests is killed.
    server.let_go()

    deadline = time.monotonic() + 10
    while server.folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not server.folder.exists()


def test_a_server_that_does_not_come_is_told_with_its_log(server, monkeypatch):
    monkeypatch.setattr("tests.engines.server.READY_SECONDS_MAX", 0.1)

    with pytest.raises(RuntimeError, match="up"):
        server.wait_until(lambda: False)
