"""Fixtures: the application on each database, the engines, and a way to race.

A test that takes `app`, `client` or `database` runs on SQLite; under
`tests/integration` and `tests/api` it runs on PostgreSQL as well. The marker
`databases("sqlite", "postgresql")` says otherwise for one test or module. A
test that takes `redis_server` too gets an application with boards in Redis;
the marker `every_engine` runs it on each Redis-compatible engine present. A
test of a read takes `noise` as well, or `pytest.mark.usefixtures("noise")`.

Tests share applications, as new for each of them: see `tests.applications`.
"""

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import argon2
import flask_migrate
import pytest
from cryptography.fernet import Fernet
from flask.testing import FlaskClient

from rewards.app import create_app
from rewards.core.db import db
from rewards.core.settings import Settings
from tests.applications import Applications, remove_sqlite
from tests.engines import browser, postgresql, redis
from tests.engines.presence import absent
from tests.factories.noise import add_noise
from tests.keeping import Keeper

SHANGHAI = ZoneInfo("Asia/Shanghai")
BOTH = ("sqlite", "postgresql")
FOLDERS_ON_BOTH = {"integration", "api"}
LONG_FILES = {
    "demo",
    "journeys",
    "processes",
    "test_conformance.py",
    "test_grants.py",
    "test_invariants.py",
    "test_simulation.py",
}
RACE_SECONDS_MAX = 60
USUAL_MOMENT = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
DATA_KEY = Fernet.generate_key().decode()


def build_settings(tmp_path, database_url, redis_url=None):
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key="test-secret-key-of-forty-characters-0123",
        data_keys=(DATA_KEY,),
        public_url=None,
        streams_url=None,
        zone=SHANGHAI,
        demo_mode=True,
        secure_cookies=False,
        log_level="INFO",
        instance_path=Path(tmp_path),
        trusted_proxies=0,
        # Tests of the limits of a month set their own.
        month_pieces_max=10_000,
        month_points_max=1_000_000,
        first_balance=0,
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    # Files of few and long tests go first: a worker that gets one last keeps the others waiting.
    items.sort(key=lambda item: not LONG_FILES & set(item.path.parts))


def pytest_addoption(parser):
    parser.addoption(
        "--cluster",
        action="store_true",
        help="run what needs Redis on a cluster of three masters instead of on each engine",
    )


def pytest_generate_tests(metafunc):
    if "database" in metafunc.fixturenames:
        metafunc.parametrize("database", _databases(metafunc.definition), indirect=True)
    if "redis_server" in metafunc.fixturenames and metafunc.definition.get_closest_marker(
        "every_engine"
    ):
        engines = sorted(redis.find_engines())
        if metafunc.config.getoption("--cluster"):
            engines = [redis.Cluster.name]
        metafunc.parametrize("redis_server", engines, indirect=True)


def _databases(item):
    marker = item.get_closest_marker("databases")
    if marker is not None:
        return marker.args
    return BOTH if FOLDERS_ON_BOTH & set(item.path.parts) else ("sqlite",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A migrated database. `kind` is "sqlite" or "postgresql".

    One test after the other uses a shared one, which is put back in between.
    """

    kind: str
    url: str
    is_shared: bool = False


def migrate(tmp_path, database_url):
    """Bring an empty database to the newest version."""
    app = create_app(build_settings(tmp_path, database_url))
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def quick_hashes():
    """Passwords are hashed as ever, but without taking pains: a tenth of a second for each."""
    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rewards.identity.rules._hasher", hasher)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    file = folder / "template.db"
    migrate(folder, f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory):
    """A PostgreSQL server with a migrated template, one for the run."""
    if not postgresql.is_present():
        absent("PostgreSQL")
    server = postgresql.PostgreSQL()
    folder = tmp_path_factory.mktemp("template")
    server.make_template(lambda url: migrate(folder, url))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server):
    return postgresql_server.make_database("main")


@pytest.fixture(scope="session")
def postgresql_emptier(postgresql_url):
    emptier = postgresql.Emptier(postgresql_url)
    yield emptier
    emptier.close()


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory):
    """A folder in memory where there is one: every commit waits for the disk otherwise."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path_factory.mktemp("sqlite")
        return
    with TemporaryDirectory(prefix="rewards-", dir=memory) as folder:
        yield Path(folder)


@pytest.fixture
def database(request, keeper):
    """A migrated database with nothing in it but what the migrations put there."""
    kind = getattr(request, "param", "sqlite")
    if kind == "sqlite":
        file = request.getfixturevalue("sqlite_folder") / "rewards.db"
        remove_sqlite(file)
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        database = Database(kind=kind, url=f"sqlite:///{file}", is_shared=True)
        keeper.found_empty(database)
        yield database
    else:
        emptier = request.getfixturevalue("postgresql_emptier")
        yield Database(kind=kind, url=request.getfixturevalue("postgresql_url"), is_shared=True)
        emptier.run()


@pytest.fixture
def make_database(request, tmp_path):
    """Return a function that makes one more database: of a kind, migrated or empty.

    For tests that start processes of their own, or migrate up and down.
    """
    numbers = count(1)
    made = []

    def make(kind, *, template=True):
        name = f"extra_{next(numbers)}"
        if kind == "postgresql":
            server = request.getfixturevalue("postgresql_server")
            url = server.make_database(name, template=template)
            made.append((server, url))
            return Database(kind=kind, url=url)
        file = tmp_path / f"{name}.db"
        if template:
            shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        return Database(kind=kind, url=f"sqlite:///{file}")

    yield make
    for server, url in made:
        server.drop_database(url)


class Client(FlaskClient):
    """A client whose requests know nothing of each other, nor of the test around them.

    Inside the test's own application context they would share its `g`, and so
    who is signed in, and its session.
    """

    def open(self, *args, **kwargs):
        # What the test reads afterwards is to be what the request committed.
        db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def applications():
    applications = Applications()
    yield applications
    applications.disconnect()


@pytest.fixture
def app(request, tmp_path, database, applications):
    """The application, with its context pushed."""
    redis_url = None
    if "redis_server" in request.fixturenames:
        redis_url = request.getfixturevalue("redis_server").url
    app = applications.lend(build_settings(tmp_path, database.url, redis_url))
    app.test_client_class = Client
    with app.app_context():
        # To make a new connection costs PostgreSQL more than most tests do.
        stays_open = database.kind == "postgresql" and database.is_shared
        if not stays_open:
            # A thread that outlived its test may have opened the database of that one again.
            db.engine.dispose()
        yield app
        db.session.remove()
        if not stays_open:
            db.engine.dispose()


@pytest.fixture(scope="session")
def keeper(sqlite_folder):
    return Keeper(sqlite_folder)


@pytest.fixture
def begin_with(request, app, database, now, keeper):
    """Return a function that fills the database as *build* does, mostly from a copy.

    `begin_with("name", build)` returns what `build()` returned. What is built at another
    moment than the usual one, told to a Redis as well, or meant for a database of its own,
    is built each time.
    """
    is_told = "redis_server" in request.fixturenames

    def fill(name, build):
        if now != USUAL_MOMENT or is_told or not database.is_shared:
            return build()
        return keeper.fill(database, _find_emptier(request, database), name, build)

    return fill


@pytest.fixture
def rewind(request, app, database, keeper):
    """Return a function that puts the database back to what it was when this was asked for."""
    assert database.is_shared
    with keeper.rewinding(database, _find_emptier(request, database)) as rewind:
        yield rewind


def _find_emptier(request, database):
    return None if database.kind == "sqlite" else request.getfixturevalue("postgresql_emptier")


@pytest.fixture
def noise(begin_with, now):
    """Rows of another center that must show up nowhere; what is in it is not for tests to use."""
    begin_with("noise", lambda: add_noise(now))


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture(scope="session")
def redis_engines():
    """The engines started so far, by name."""
    engines = {}
    yield engines
    for engine in engines.values():
        engine.stop()


@pytest.fixture
def redis_server(request, redis_engines):
    """A Redis-compatible server with nothing in it: `url`, `client`, `name`."""
    present = redis.find_engines()
    if not present:
        absent("Redis")
    name = getattr(request, "param", next(iter(present)))
    if request.config.getoption("--cluster"):
        return request.getfixturevalue("redis_cluster")
    if name not in redis_engines:
        redis_engines[name] = redis.Redis(name)
    redis_engines[name].client.flushall()
    return redis_engines[name]


@pytest.fixture
def redis_cluster(redis_engines):
    """Three Redis with a replica each, and nothing in them: `url`, `client`, `nodes`."""
    if "redis-server" not in redis.find_engines():
        absent("Redis")
    name = redis.Cluster.name
    if name in redis_engines and not redis_engines[name].is_as_made():
        redis_engines.pop(name).stop()
    if name not in redis_engines:
        redis_engines[name] = redis.Cluster()
    redis_engines[name].client.flushall()
    return redis_engines[name]


@pytest.fixture(scope="session")
def chromium():
    """The path of a Chromium for the journeys."""
    path = browser.find_chromium()
    if path is None:
        absent("Chromium")
    return path


@pytest.fixture
def race(app):
    """Return a function that calls another one in *n* threads at the same moment.

    `race(8, function)` calls `function(0)` … `function(7)`, each in an
    application context of its own, and returns what each returned or raised.
    """
    return partial(run_race, app)


@pytest.fixture
def race_in():
    """Return what `race` returns, but for an application given as its first argument."""
    return run_race


def run_race(app, n, function):
    # What this thread has read must not stand in the way, nor be read again.
    db.session.rollback()
    barrier = threading.Barrier(n)

    def contend(number):
        with app.app_context():
            barrier.wait(timeout=RACE_SECONDS_MAX)
            try:
                return function(number)
            except Exception as error:  # noqa: BLE001 - the outcome of this runner
                return error

    with ThreadPoolExecutor(n) as threads:
        running = [threads.submit(contend, number) for number in range(n)]
        return [each.result(timeout=RACE_SECONDS_MAX) for each in running]


@pytest.fixture
def now():
    """Saturday, 21 November 2026, 14:40 in Shanghai."""
    return USUAL_MOMENT
