"""What gunicorn is told besides numbers: the hooks and folders of its configuration file."""

import os
import resource
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from rewards.core.environment import SettingsError
from rewards.core.settings import Settings
from rewards.processes.defaults import FOLDER_MODE, with_defaults
from rewards.processes.redis_server import run_folder
from rewards.processes.serving import Serving
from rewards.processes.supervisor import die_with

# What gunicorn itself ends with when an application cannot be loaded: it gives
# up, where after another status of a worker it would start the next, for ever.
STATUS_CANNOT_START = 3
# Connections that wait for a thread, beside those that have one.
CONNECTIONS_SPARE = 1_000
# What a process opens beside connections: to the database, to Redis, files.
FILES_SPARE = 500
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 -- gunicorn makes its files there safely

# The worker of gunicorn that this process is, if it is one.
_workers: list[Any] = []


def settings_or_exit(environ: MutableMapping[str, str]) -> Settings:
    """Return the settings, or end the program with one plain message."""
    try:
        return Settings.from_env(with_defaults(environ))
    except SettingsError as error:
        sys.stderr.write(f"Rewards cannot start with these settings.\n{error}\n")
        raise SystemExit(STATUS_CANNOT_START) from None


def prepare_metrics(environ: MutableMapping[str, str], serving: Serving) -> None:
    """Give the workers one empty folder to count in; must run before the counters are imported.

    It is the server's own, by its port: what another one counted would be lost.
    """
    run = run_folder(Path(environ.get("INSTANCE_PATH") or "instance").absolute())
    folder = Path(environ.get(METRICS_FOLDER) or run / f"metrics-{serving.port}")
    environ[METRICS_FOLDER] = str(folder)
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    for path in folder.glob("*.db"):
        path.unlink()


def count_connections(serving: Serving) -> int:
    """Return how many connections a worker may hold: one for each thread, and some that wait."""
    return serving.web_threads + CONNECTIONS_SPARE


def allow_files(count: int) -> None:
    """Let this process open a file for each of *count* connections, as far as the host lets it."""
    wanted = count + FILES_SPARE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def memory_folder() -> str | None:
    """Return a folder in memory for the workers' signs of life, so that a slow disk kills none."""
    return str(MEMORY_FOLDER) if os.access(MEMORY_FOLDER, os.W_OK) else None


def post_worker_init(worker: Any) -> None:
    """Remember of which worker this process is."""
    _workers[:] = [worker]


def is_stopping() -> bool:
    """Tell whether this server was asked to stop, and finishes what it is doing."""
    return any(not worker.alive for worker in _workers)


def post_fork(_arbiter: Any, worker: Any) -> None:
    """Have a worker end with its master, even if that is killed."""
    die_with(worker.ppid)
