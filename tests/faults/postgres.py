"""A PostgreSQL server that keeps what it committed, to be stopped in the middle of its work."""

import os
import pwd
import shutil
import signal
import subprocess

import psycopg
import sqlalchemy as sa

from tests.engines.postgresql import INITDB_OPTIONS, SUPERUSER, find_binaries
from tests.engines.server import as_user, is_reachable, make_folder

READY_SECONDS_MAX = 30
NAME_LENGTH_MAX = 60
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
# An acknowledged commit stays in the server's memory until some process writes it.
FORGETFUL = ("fsync=on", "synchronous_commit=off", "bgwriter_lru_maxpages=0")
COMMON = ("listen_addresses=", "max_connections=100", "shared_buffers=64MB", "timezone=UTC")


class Server:
    """A server in a folder of its own; as root it runs as `nobody`."""

    def __init__(self, options=DURABLE):
        self._binaries = find_binaries()
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.folder = make_folder("rewards-faults-", user=self._user)
        self.copies = 0
        assert self._user is None or is_reachable(self._binaries)
        self._data = self.folder / "data"
        self._run("initdb", "--pgdata", self._data, *INITDB_OPTIONS)
        lines = [f"{name} = '{value}'" for name, _, value in map(split, (*COMMON, *options))]
        lines.append(f"unix_socket_directories = '{self.folder}'")
        with (self._data / "postgresql.conf").open("a") as file:
            file.write("\n".join(lines) + "\n")
        self._control("start")

    def make_database(self, name):
        """Return the URL of a new, empty database; of *name*, only letters and digits are kept."""
        return self._create("".join(filter(str.isalnum, name)).lower()[-NAME_LENGTH_MAX:])

    def copy_database(self, url):
        """Return the URL of a copy of a database that nobody is connected to."""
        name = sa.make_url(url).database
        self.copies += 1
        return self._create(f"copy{self.copies}{name}"[:NAME_LENGTH_MAX], template=name)

    def _create(self, name, template="template1"):
        with self._connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        url = sa.URL.create("postgresql+psycopg", username=SUPERUSER, database=name)
        return url.update_query_dict({"host": str(self.folder)}).render_as_string()

    def stop_writing(self):
        """Bring everything committed so far to the disk, and stop the process that goes on so."""
        with self._connect() as connection:
            connection.execute("CHECKPOINT")
            [pid] = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"
            ).fetchone()
        os.kill(pid, signal.SIGSTOP)

    def restart_at_once(self):
        """Kill every process of the server, without a checkpoint, and start it again."""
        self._control("restart", "-m", "immediate")

    def stop(self):
        self._control("stop", "-m", "immediate")
        shutil.rmtree(self.folder)

    def _connect(self):
        return psycopg.connect(
            host=str(self.folder), user=SUPERUSER, dbname="postgres", autocommit=True
        )

    def _control(self, *arguments):
        log = self.folder / "log"
        wait = ("-w", "-t", str(READY_SECONDS_MAX))
        self._run("pg_ctl", "-D", self._data, "-l", log, *wait, *arguments)

    def _run(self, program, *arguments):
        done = subprocess.run(
            [self._binaries / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            check=False,
            **as_user(self._user),
        )
        assert done.returncode == 0, program


def split(option):
    return option.partition("=")
