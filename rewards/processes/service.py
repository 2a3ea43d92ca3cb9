"""The parts of the service on one machine, in the order in which they start."""

import fcntl
import http.client
import os
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from rewards.core.settings import Settings
from rewards.processes import pids, preflight, redis_server
from rewards.processes.defaults import FOLDER_MODE, with_defaults
from rewards.processes.serving import Serving, bind_address
from rewards.processes.supervisor import StartError, Supervisor

READY_SECONDS = 60
LOOK_SECONDS = 0.1
STREAM_WORKERS = 1
# Threads of the streams' server that are left for everything but streams.
STREAM_THREADS_SPARE = 40
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
# Reserved for documentation: nothing is sent there, the kernel only chooses a way.
FAR_ADDRESS = ("192.0.2.1", 9)


class Service:
    """Everything `flask up` runs from one instance folder; leaving it stops everything."""

    def __init__(self, settings: Settings, serving: Serving, *, working_folder: Path) -> None:
        self._settings = settings
        self._serving = serving
        self._run_folder = redis_server.run_folder(settings.instance_path)
        self._supervisor = Supervisor(self._run_folder, working_folder=working_folder)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            preflight.check_folder(self._settings.instance_path)
            self._run_folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            stack.enter_context(_Lock(self._run_folder / "lock"))
            stack.callback(redis_server.clean_up, self._settings.instance_path)
            stack.enter_context(self._supervisor.watching_signals())
            pids.stop_recorded(self._run_folder)
            redis_server.clean_up(self._settings.instance_path)
            preflight.check_all(settings=self._settings, serving=self._serving)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def start_redis(self) -> None:
        """Start the private Redis server, unless the settings name another one.

        :raises StartError: if it does not start.
        """
        if self._settings.redis_url is not None:
            return
        url = redis_server.start(self._supervisor, self._settings.instance_path)
        self._settings = replace(self._settings, redis_url=url)

    def start_programs(self, environ: Mapping[str, str], *, is_demo: bool) -> None:
        """Start the worker and the two servers, and wait until these answer.

        :raises PartEnded: if one of them ends.
        :raises StartError: if one does not answer.
        """
        common = self._environ_of_children(environ, is_demo=is_demo)
        streams = {
            **common,
            "PORT": str(self._serving.streams_port),
            "WEB_WORKERS": str(STREAM_WORKERS),
            "WEB_THREADS": str(self._serving.stream_threads),
            "STREAMS_MAX": str(self._count_streams()),
        }
        # A stream keeps its thread; those of this server are for check-ins.
        web = {**common, "STREAMS_MAX": "0"}
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        self._supervisor.start("worker", [*flask, "worker"], environ=common)
        self._supervisor.start("web", gunicorn, environ=web)
        self._supervisor.start("streams", gunicorn, environ=streams)
        self._wait_for(self._serving.port)
        self._wait_for(self._serving.streams_port)

    def watch(self) -> None:
        """Wait as long as every part runs.

        :raises PartEnded: if one has ended.
        """
        self._supervisor.watch()

    def _count_streams(self) -> int:
        room = max(self._serving.stream_threads - STREAM_THREADS_SPARE, 1)
        return min(self._settings.streams_max, room)

    def _environ_of_children(self, environ: Mapping[str, str], *, is_demo: bool) -> dict[str, str]:
        children = with_defaults(environ)
        children.update(
            HOST=self._serving.host,
            PORT=str(self._serving.port),
            DEMO_MODE="true" if is_demo else "false",
        )
        children.setdefault("STREAMS_URL", f":{self._serving.streams_port}")
        # Nobody who serves may change tables.
        for name in ("MIGRATION_DATABASE_URL", "MIGRATION_DATABASE_URL_FILE"):
            children.pop(name, None)
        # Both servers count their requests, each in a folder of its own.
        children.pop("PROMETHEUS_MULTIPROC_DIR", None)
        return children

    def _wait_for(self, port: int) -> None:
        host = EVERY_ADDRESS.get(self._serving.host, self._serving.host)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self._supervisor.check()
            connection = http.client.HTTPConnection(host, port, timeout=1)
            with suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/healthz")
                if connection.getresponse().status == http.client.OK:
                    return
            connection.close()
            time.sleep(LOOK_SECONDS)
        raise StartError(f"The server on port {port} does not answer.")


def address_to_show(serving: Serving) -> str:
    """Return host and port under which other machines, or else this one, find the service."""
    host = serving.host
    if host in EVERY_ADDRESS:
        host = _address_in_network() or EVERY_ADDRESS[host]
    return bind_address(host, serving.port)


class _Lock:
    """Holds a file that one process at a time can hold; its end, however it comes, frees it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def __enter__(self) -> None:
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise StartError(
                f"Rewards already runs from {self._path.parent.parent};"
                " stop it first, or name another folder with INSTANCE_PATH."
            ) from None

    def __exit__(self, *_error: object) -> None:
        os.close(self._file)


def _address_in_network() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(FAR_ADDRESS)
        return str(probe.getsockname()[0])
    return None
