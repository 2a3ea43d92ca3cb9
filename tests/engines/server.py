"""A server process that ends with the tests, however they end."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

READY_SECONDS_MAX = 30

# The shell holds the reading end of a pipe. When the tests close it, or die,
# `cat` ends, the server is told to stop and its folder goes.
KEEPER = """
folder=$1; shift
"$@" >"$folder/log" 2>&1 </dev/null & server=$!
cat >/dev/null
kill -s INT $server 2>/dev/null; sleep 0.05; kill -s TERM $server 2>/dev/null
wait $server
rm -rf "$folder"
"""


class Server:
    """A running server with a folder of its own."""

    def __init__(self, command, *, folder, user=None):
        self.folder = folder
        self._log = folder / "log"
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", str(folder), *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            start_new_session=True,
            **as_user(user),
        )

    def wait_until(self, is_ready):
        """Wait for the server; say what it logged if it does not come."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            if is_ready():
                return
            time.sleep(0.02)
        raise RuntimeError(f"the server did not start:\n{self.read_log()}")

    def read_log(self):
        return self._log.read_text() if self._log.exists() else ""

    def let_go(self):
        self._keeper.stdin.close()

    def stop(self):
        self.let_go()
        self._keeper.wait(timeout=READY_SECONDS_MAX)


def as_user(user):
    """Return the arguments that make a process run as *user*, who is in no group but their own."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def make_folder(prefix, *, user=None):
    """Return a new folder with a short path, for a socket's path has 107 bytes at most."""
    parent = Path(tempfile.gettempdir())
    if len(str(parent)) > 40 or (user is not None and not is_reachable(parent)):
        parent = Path("/tmp")
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    if user is not None:
        shutil.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def is_reachable(path):
    """Tell whether any user may pass through *path* and every folder above it."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))
