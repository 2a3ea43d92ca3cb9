"""The service as an operator runs it, in a folder of its own, with parts that can be killed."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

from cryptography.fernet import Fernet

ROOT = Path(__file__).parents[2]
STOPPING = Path(__file__).parent / "stopping.py"
PROGRAM = ("rewards", "migrations", "wsgi.py", "gunicorn.conf.py")
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20
LOOK_SECONDS = 0.05
# Below the ports that the system gives to clients, so that none of these takes ours.
PORTS = range(20_000, 32_000, 2)
# What of the service leads a process group; a web worker is a child of `web`.
PARTS = ("supervisor", "web", "web-worker", "streams", "worker", "redis")


class Instance:
    """One folder with the program, its data and its secrets; started and killed many times."""

    def __init__(self, folder, *, database_url=None, redis_url=None):
        self.folder = folder
        self.data = folder / "instance"
        self.port = find_port()
        self.starts = 0
        self.database_url = database_url or f"sqlite:///{self.data / 'rewards.db'}"
        self.environ = {
            "PATH": os.environ["PATH"],
            "PORT": str(self.port),
            "INSTANCE_PATH": str(self.data),
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": "fault-experiments-0123456789-0123456789",
            "DATA_KEY": Fernet.generate_key().decode(),
            "LOG_LEVEL": "WARNING",
            # The same few people redeem all day.
            "MONTH_PIECES_MAX": "1000000",
            "MONTH_POINTS_MAX": "1000000",
        }
        if redis_url is not None:
            self.environ["REDIS_URL"] = redis_url
        copy_program(folder)
        self.data.mkdir(mode=0o700)
        self._log = folder / "log"
        self._process = None
        self._opened = []

    def use_database(self, url):
        """Let it work with another database when it starts next."""
        self.database_url = self.environ["DATABASE_URL"] = url

    def change(self, path, old, new=""):
        """Change the program in the folder, to take a guard away; it must be there."""
        file = self.folder / "rewards" / path
        text = file.read_text()
        assert old in text, f"{path} has changed"
        file.write_text(text.replace(old, new))

    def start(self):
        """Run `flask up` and wait until it says that it runs."""
        self.starts += 1
        mark = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flask", "up", "--no-demo"],
                cwd=self.folder,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(
            lambda: b"Rewards is running" in self._log.read_bytes()[mark:] or self._has_ended(),
            seconds=START_SECONDS_MAX,
        )
        assert not self._has_ended(), self.read_log()
        return self

    def start_worker(self):
        """Start one worker more, beside that of `flask up`; return its number."""
        return self.open("worker").pid

    def open(self, *arguments, stops_before=""):
        """Start a `flask` command of the instance, and leave it to itself.

        With *stops_before*, such as "apply 3", it stops itself just before the
        third call of that method of the epochs.
        """
        command = [sys.executable, STOPPING, *arguments]
        self._opened.append(
            subprocess.Popen(
                command,
                cwd=self.folder,
                env={
                    **self.environ,
                    "PYTHONPATH": str(self.folder),
                    "STOPS_BEFORE": stops_before,
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        return self._opened[-1]

    def run(self, *arguments):
        """Run a `flask` command of the instance."""
        return subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def kill(self, part, *, chooser):
        """Send SIGKILL to one process, and return its number."""
        pid = self.find(part, chooser=chooser)
        os.kill(pid, signal.SIGKILL)
        return pid

    def find(self, part, *, chooser):
        """Return the number of the process that *part* is."""
        if part == "supervisor":
            return self._process.pid
        if part == "web-worker":
            return chooser.choice(children_of(self._recorded("web")))
        return self._recorded(part)

    def wait_until_ended(self):
        """Wait for the supervisor alone; what it started may still be on its way."""
        self._process.wait(timeout=STOP_SECONDS_MAX)

    def stop(self):
        """End everything as Ctrl-C does."""
        for process in self._opened:
            process.terminate()
            process.wait(timeout=STOP_SECONDS_MAX)
        if self._process is not None and not self._has_ended():
            self._process.send_signal(signal.SIGINT)
            self.wait_until_ended()
        wait_until(lambda: not self.processes(), seconds=STOP_SECONDS_MAX)

    def end(self):
        """Kill everything at once: nobody needs it any more."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in filter(None, (self._process, *self._opened)):
            process.wait(timeout=STOP_SECONDS_MAX)

    def processes(self):
        """Return every process that works in the folder, with its command."""
        return processes_in(self.folder)

    def answers(self):
        """Tell whether the service is alive."""
        with (
            closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)) as connection,
            suppress(OSError, http.client.HTTPException),
        ):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
        return False

    def read_log(self):
        return self._log.read_text(errors="replace")

    def _recorded(self, part):
        return int((self.data / "run" / f"{part}.pid").read_text().split()[0])

    def _has_ended(self):
        return self._process.poll() is not None


class Server:
    """One gunicorn of one worker whose application dies where a request asks it to."""

    def __init__(self, instance, **environ):
        self.instance = instance
        self._log = instance.folder / "server.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "points:app"],
                cwd=instance.folder,
                env={
                    **instance.environ,
                    "WEB_WORKERS": "1",
                    "PYTHONPATH": str(Path(__file__).parent),
                    **environ,
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(lambda: instance.answers() or self._process.poll() is not None)
        assert self._process.poll() is None, self._log.read_text()

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=STOP_SECONDS_MAX)

    def kill(self):
        """Kill the master and its worker in the same moment."""
        os.killpg(self._process.pid, signal.SIGKILL)
        wait_until(lambda: not self.instance.processes(), seconds=STOP_SECONDS_MAX)
        self._process.wait(timeout=STOP_SECONDS_MAX)


def copy_program(folder):
    """Copy what is shipped, and nothing of the tests."""
    for name in PROGRAM:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


def wait_until(condition, *, seconds=START_SECONDS_MAX):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(LOOK_SECONDS)


def find_port():
    """Return a port that is free, as is the one above it."""
    offset = os.getpid() % len(PORTS)
    for number in [*PORTS[offset:], *PORTS[:offset]]:
        if _is_free(number) and _is_free(number + 1):
            return number
    raise AssertionError("no two free ports")


def _is_free(number):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return False
    return True


def processes_in(folder):
    """Return the command of every process that works in *folder*, by number."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").readlink().is_relative_to(folder):
                command = (entry / "cmdline").read_text().replace("\0", " ")
                found[int(entry.name)] = command.strip()
    return found


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
