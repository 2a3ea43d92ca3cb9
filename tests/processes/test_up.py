"""`flask up`: everything from nothing, everything stopped, nothing lost."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from rewards.processes import redis_server
from tests.processes.conftest import NO_PATH

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")

# A machine with other things to do takes its time.
START_SECONDS_MAX = 240
STOP_SECONDS_MAX = 120


class Up:
    """A running `flask up` in a copy of the checkout, with an empty environment."""

    def __init__(self, folder, port, *options, **environ):
        self.folder = folder
        self.port = port
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "up", *options],
            cwd=folder,
            env={"PATH": NO_PATH, "PORT": str(port), **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def output(self):
        return "".join(self.lines)

    def wait_until_running(self):
        deadline = time.monotonic() + START_SECONDS_MAX
        while "Rewards is running" not in self.output and time.monotonic() < deadline:
            assert self.process.poll() is None, self.output
            time.sleep(0.05)
        assert "Rewards is running" in self.output
        return self

    def wait_until_stopped(self):
        # The pipe ends when the last process that holds it has ended.
        status = self.process.wait(timeout=STOP_SECONDS_MAX)
        self._reader.join(timeout=STOP_SECONDS_MAX)
        assert not self._reader.is_alive()
        return status

    def get(self, path, port=None):
        with urllib.request.urlopen(f"http://127.0.0.1:{port or self.port}{path}") as answer:
            return json.load(answer)

    def count(self, route):
        """Return how many requests of *route* the server says it answered."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            text = answer.read().decode()
        return float(re.search(rf'requests_total{{.*route="{route}".*}} (.+)', text)[1])

    def part(self, name):
        text = (self.folder / "instance" / "run" / f"{name}.pid").read_text()
        return int(text.split()[0])

    def _read(self):
        with self.process.stdout:
            self.lines.extend(iter(self.process.stdout.readline, ""))


def processes_in(folder):
    """Return the command of every process that works in *folder*."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink().is_relative_to(folder):
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def wait_until_empty(folder):
    deadline = time.monotonic() + STOP_SECONDS_MAX
    while processes_in(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_in(folder) == []


def sign_ins_in(output):
    """Return the lines that tell how to sign in."""
    return re.findall(r"^    .+$", output, re.MULTILINE)


@pytest.fixture
def up(checkout, port):
    started = []

    def start(*options, **environ):
        started.append(Up(checkout, port, *options, **environ))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.send_signal(signal.SIGINT)
        each.wait_until_stopped()


def test_from_nothing_to_running_and_again_with_the_data_kept(up, checkout, port):
    first = up().wait_until_running()

    assert re.search(rf"phone page +http://127\.0\.0\.1:{port}/\n", first.output)
    assert f"http://127.0.0.1:{port}/console\n" in first.output
    assert f"http://127.0.0.1:{port}/screen\n" in first.output
    assert first.get("/healthz") == {"status": "ok"}
    assert first.get("/readyz") == {"status": "ok", "database": "up", "redis": "up"}
    assert first.get("/readyz", port + 1) == {"status": "ok", "database": "up", "redis": "up"}
    for _ in range(20):
        first.get("/healthz")
    assert first.count("/healthz") >= 20
    instance = checkout / "instance"
    assert instance.stat().st_mode & 0o777 == 0o700
    secret = (instance / "secret_key").read_text()
    with sqlite3.connect(instance / "rewards.db") as database:
        database.execute("CREATE TABLE kept (id INTEGER)")
    database.close()

    first.process.send_signal(signal.SIGINT)

    assert first.wait_until_stopped() == 0
    assert first.output.endswith("Rewards has stopped.\n")
    assert processes_in(checkout) == []
    assert redis_server.find_running_url(instance) is None

    second = up().wait_until_running()

    assert sign_ins_in(second.output) == sign_ins_in(first.output) != []
    assert "Demo district" in first.output
    assert "Demo district" not in second.output
    assert (instance / "secret_key").read_text() == secret
    with sqlite3.connect(instance / "rewards.db") as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    database.close()
    second.process.send_signal(signal.SIGTERM)
    assert second.wait_until_stopped() == 0
    assert processes_in(checkout) == []


def test_a_database_and_a_redis_of_the_operator_are_used(up, checkout, make_database, redis_server):
    running = up(
        "--no-demo",
        DATABASE_URL=make_database("postgresql", template=False).url,
        REDIS_URL=redis_server.url,
        SECRET_KEY="k" * 32,
        DATA_KEY=Fernet.generate_key().decode(),
    ).wait_until_running()

    assert running.get("/readyz") == {"status": "ok", "database": "up", "redis": "up"}
    assert running.output.count("flask setup --center NAME --name NAME") == 1
    assert not list((checkout / "instance").glob("*.db"))
    assert not (checkout / "instance" / "redis").exists()
    assert not (checkout / "instance" / "secret_key").exists()

    running.process.send_signal(signal.SIGTERM)

    assert running.wait_until_stopped() == 0
    assert processes_in(checkout) == []


@pytest.mark.parametrize("part", ["redis", pytest.param("web", marks=pytest.mark.nightly)])
def test_when_one_part_dies_one_line_says_which_and_everything_stops(up, checkout, part):
    running = up("--no-demo").wait_until_running()

    os.kill(running.part(part), signal.SIGKILL)

    assert running.wait_until_stopped() == 1
    line = f"Error: The part {part} ended (signal 9); everything else is stopped too.\n"
    assert running.output.count(line) == 1
    assert processes_in(checkout) == []


def test_a_second_start_is_refused_until_the_first_is_killed_which_leaves_nothing(up, checkout):
    running = up("--no-demo").wait_until_running()

    refused = up(PORT=str(running.port + 2))

    assert refused.wait_until_stopped() == 1
    assert refused.output.startswith(f"Error: Rewards already runs from {checkout}/instance;")
    assert len(refused.lines) == 1

    running.process.kill()
    next_one = up("--no-demo").wait_until_running()

    assert running.wait_until_stopped() == -signal.SIGKILL
    assert next_one.get("/readyz")["redis"] == "up"
    next_one.process.kill()
    wait_until_empty(checkout)


def test_a_refusal_starts_nothing(up, checkout, port):
    with socket.create_server(("127.0.0.1", port)):
        refused = up()

        assert refused.wait_until_stopped() == 1
    assert refused.output.startswith(f"Error: Port {port} of 127.0.0.1 is taken")
    assert len(refused.lines) == 1
    assert processes_in(checkout) == []
    assert not (checkout / "instance" / "redis").exists()


def test_a_database_url_without_secrets_is_refused_in_one_sentence(up, checkout):
    refused = up(DATABASE_URL="postgresql://rewards@127.0.0.1:1/rewards")

    assert refused.wait_until_stopped() == 3
    assert "SECRET_KEY and DATA_KEY are not set. Every host" in refused.output
    assert "Traceback" not in refused.output
    assert not (checkout / "instance").exists()
