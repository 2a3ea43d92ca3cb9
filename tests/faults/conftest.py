"""Fixtures of the experiments: a database of each kind, an instance, a world, a report."""

import os
import random
import sys
import time
from pathlib import Path

import pytest

from tests.engines import postgresql, redis
from tests.engines.presence import absent

from .engine import Engine
from .instance import Instance
from .postgres import Server as PostgreSQL
from .world import build_world

KINDS = ("sqlite", "postgresql")


# Outages as long, and as many, as whoever runs this for an evening may want.
IS_LONG = os.environ.get("FAULTS_LONG", "") not in ("", "0")


def pytest_collection_modifyitems(items):
    # The service is a child of these tests and its parts are looked up in /proc.
    here = Path(__file__).parent
    for item in (item for item in items if item.path.is_relative_to(here)):
        item.add_marker(pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc"))


@pytest.fixture
def seed(request, report):
    """The seed of this run: FAULTS_SEED, or a new one. It is printed with the counts."""
    number = int(os.environ.get("FAULTS_SEED") or time.time_ns() % 1_000_000)
    report.seed = number
    return number


@pytest.fixture
def chooser(seed):
    return random.Random(seed)


class Report:
    """Prints one line for each experiment, also where the output is captured."""

    def __init__(self, name, plugins):
        self._name = name
        self._capture = plugins.getplugin("capturemanager")
        self.seed = None

    def __call__(self, outcome, note=""):
        notes = f" [{note}]" if note else ""
        with self._capture.global_and_fixture_disabled():
            sys.stdout.write(f"\n{self._name}{notes}: seed {self.seed}; {outcome}")
            sys.stdout.flush()


@pytest.fixture
def report(request):
    return Report(request.node.name, request.config.pluginmanager)


@pytest.fixture(scope="session")
def durable_postgresql():
    """A server for the run; every experiment gets a database of its own."""
    if not postgresql.is_present():
        absent("PostgreSQL")
    server = PostgreSQL()
    yield server
    server.stop()


@pytest.fixture
def redis_process():
    engines = redis.find_engines()
    if not engines:
        absent("Redis")
    process = Engine(next(iter(engines.values())))
    yield process
    process.stop()


@pytest.fixture
def make_instance(request, tmp_path):
    """Return a function that makes an instance on a database of a kind; none is left running."""
    made = []

    def make(kind="sqlite", *, database_url=None, redis_url=None):
        folder = tmp_path / f"program{len(made)}"
        folder.mkdir()
        url = database_url
        if kind == "postgresql":
            server = request.getfixturevalue("durable_postgresql")
            url = server.make_database(f"experiment_{request.node.nodeid}")
        made.append(Instance(folder, database_url=url, redis_url=redis_url))
        return made[-1]

    yield make
    for instance in made:
        instance.end()


@pytest.fixture(params=KINDS)
def instance(request, make_instance):
    """An instance on each database, not yet started."""
    return make_instance(request.param)


@pytest.fixture
def world(instance):
    return build_world(instance)
