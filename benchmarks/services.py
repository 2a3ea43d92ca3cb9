"""The service as production runs it, and the bare route beside it under the same settings."""

import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import flask_migrate
from cryptography.fernet import Fernet
from flask import Flask

from rewards.app import create_app
from rewards.core.db import db
from rewards.core.settings import Settings
from rewards.processes import pids, redis_server
from rewards.processes.defaults import with_defaults
from rewards.processes.service import Service
from rewards.processes.serving import PORT_MAX, Serving
from rewards.processes.supervisor import StartError, Supervisor

from . import memory
from .load import HOST

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
IDLE_SECONDS = 2.0
READY_SECONDS = 30
LOOK_SECONDS = 0.05
# What a run decides for itself; the rest of the environment stays.
DECIDED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATA_KEY", "PUBLIC_URL", "STREAMS_URL")

SECRET_KEY = secrets.token_urlsafe(48)
DATA_KEY = Fernet.generate_key().decode()


@dataclass(slots=True)
class Product:
    """The service on one database. `app` is the application in this process, to fill it with."""

    engine: str
    port: int
    app: Flask
    service: Service
    environ: Mapping[str, str]
    folder: Path
    megabytes: float | None = None

    def start(self) -> None:
        """Start the worker and the servers, and look at the memory they take while idle."""
        with self.app.app_context():
            # The children connect for themselves.
            db.session.remove()
        with output_to(self.folder / "log"):
            self.service.start_programs(self.environ, is_demo=False)
        time.sleep(IDLE_SECONDS)
        files = redis_server.run_folder(self.folder).glob("*.pid")
        found = [pid for pid in map(pids.find, files) if pid is not None]
        self.megabytes = memory.sum_megabytes(found)


@contextmanager
def open_product(engine: str, database_url: str, folder: Path) -> Iterator[Product]:
    """Prepare the service on an empty database: Redis runs, the tables are there, no one serves."""
    folder.mkdir()
    port = find_free_ports()
    environ = {
        **_environ(folder, port),
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET_KEY,
        "DATA_KEY": DATA_KEY,
        "DEMO_MODE": "false",
        # The same people reserve again and again: what is measured is the reserving.
        "MONTH_PIECES_MAX": "1000000",
        "MONTH_POINTS_MAX": "1000000",
        "FIRST_BALANCE": "0",
    }
    settings = Settings.from_env(environ)
    serving = Serving.from_env(environ)
    with Service(settings, serving, working_folder=PROJECT_FOLDER) as service:
        with output_to(folder / "log"):
            service.start_redis()
            app = create_app(replace(settings, redis_url=redis_server.find_running_url(folder)))
            with app.app_context():
                flask_migrate.upgrade()
        try:
            yield Product(engine, port, app, service, environ, folder)
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


@contextmanager
def open_supervisor(folder: Path) -> Iterator[Supervisor]:
    """Turn signals into StopRequested, and stop whatever the supervisor starts."""
    folder.mkdir()
    supervisor = Supervisor(folder, working_folder=PROJECT_FOLDER)
    with supervisor.watching_signals():
        yield supervisor


def start_hello(supervisor: Supervisor, folder: Path) -> int:
    """Start the bare route under the service's own gunicorn settings; return its port.

    :raises StartError: if it does not answer.
    """
    folder.mkdir()
    port = find_free_ports()
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "benchmarks.hello:app"]
    with output_to(folder / "log"):
        supervisor.start("hello", command, environ=_environ(folder, port))
    wait_for_port(port)
    return port


def wait_for_port(port: int) -> None:
    """Wait until somebody listens on *port*.

    :raises StartError: if nobody does.
    """
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(LOOK_SECONDS)
    raise StartError(f"Nobody listens on port {port}.")


def open_app(environ: Mapping[str, str]) -> Flask:
    """Return the application of a service that runs elsewhere, to write into its books."""
    return create_app(Settings.from_env(with_defaults({**environ})))


def find_free_ports() -> int:
    """Return a port on which nobody listens now, nor on the one above it."""
    while True:
        with socket.socket() as first, socket.socket() as second, suppress(OSError):
            first.bind((HOST, 0))
            port: int = first.getsockname()[1]
            if port <= PORT_MAX:
                second.bind((HOST, port + 1))
                return port


@contextmanager
def output_to(path: Path) -> Iterator[None]:
    """Have this process, and what it starts meanwhile, write to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in (1, 2)]
    try:
        with path.open("ab") as file:
            for number in (1, 2):
                os.dup2(file.fileno(), number)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, number)
            os.close(copy)


def _environ(folder: Path, port: int) -> dict[str, str]:
    decided = {*DECIDED, *(f"{name}_FILE" for name in DECIDED), "PROMETHEUS_MULTIPROC_DIR"}
    kept = {name: value for name, value in os.environ.items() if name not in decided}
    return kept | {"HOST": HOST, "PORT": str(port), "INSTANCE_PATH": str(folder)}
