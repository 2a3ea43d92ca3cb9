"""A Redis of the operator, to be killed, stopped, emptied, filled and given other files."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as Refused
from redis.exceptions import RedisError

from tests.engines.server import Server, make_folder

GONE_SECONDS_MAX = 10
LOOK_SECONDS = 0.01
FILE = "dump.rdb"


class Engine:
    """One place on this machine. It keeps no file by itself; what it holds ends with it."""

    def __init__(self, program):
        self.program = program
        self._folder = make_folder("rewards-redis-")
        self.path = self._folder / "s"
        self.url = f"unix://{self.path}"
        self._command = [program, "--port", "0", "--unixsocket", self.path]
        self._command += ["--dir", self._folder, "--save", "", "--appendonly", "no"]
        self._servers = []
        self._pid = 0
        # Never asks twice: what an experiment does to it is done once.
        self.client = Redis.from_url(self.url, socket_timeout=GONE_SECONDS_MAX)
        self.start()

    @property
    def pid(self):
        return self._pid

    def start(self, file=None):
        """Start it in its place, empty or with the *file* that it finds there."""
        (self._folder / FILE).unlink(missing_ok=True)
        if file is not None:
            (self._folder / FILE).write_bytes(file)
        self._servers.append(Server(self._command, folder=self._folder))
        self._servers[-1].wait_until(self._answers)
        self._pid = self.client.info("server")["process_id"]

    def kill(self):
        """End it without a word, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        self.client.connection_pool.disconnect()
        deadline = time.monotonic() + GONE_SECONDS_MAX
        while find_state(self._pid) not in ("", "Z"):
            assert time.monotonic() < deadline, "Redis does not die"
            time.sleep(LOOK_SECONDS)

    def freeze(self):
        """Stop it: whoever connects waits."""
        os.kill(self._pid, signal.SIGSTOP)

    def thaw(self):
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGCONT)

    def save(self):
        """Return the file that it writes of what it holds now."""
        self.client.save()
        return (self._folder / FILE).read_bytes()

    def fill(self):
        """Leave it no memory: it refuses every write and evicts nothing."""
        self.client.config_set("maxmemory-policy", "noeviction")
        self.client.config_set("maxmemory", 1)

    def drain(self):
        self.client.config_set("maxmemory", 0)

    def stop(self):
        self.thaw()
        self.client.close()
        for server in self._servers:
            server.stop()

    def _answers(self):
        try:
            return self.client.ping()
        except (RedisError, Refused):
            return False


def find_state(pid):
    """Return the letter of what a process is doing: T is stopped, Z dead; nothing if it is gone."""
    try:
        # The letter after the name in brackets.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
