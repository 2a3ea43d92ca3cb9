"""Fixtures: the programs of the checkout in an environment that holds nothing."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("rewards", "migrations", "wsgi.py", "gunicorn.conf.py")
NO_PATH = "/nonexistent"
COMMAND_SECONDS_MAX = 180
# Below the ports that the system gives to clients, so that none of these takes ours.
PORTS = range(20_000, 32_000, 2)


@pytest.fixture
def checkout(tmp_path):
    """A copy of the program in a folder of its own, with no instance folder yet."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            # Compiled modules go along: each process would make them anew, as long as it takes to
            # start. What is just being written has a number for a suffix.
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("*.pyc.*"))
        else:
            shutil.copy(source, folder / part)
    return folder


@pytest.fixture
def run_python(tmp_path):
    """Run Python in the checkout with an empty environment but for what is named."""

    def run(*arguments, **environ):
        environ = {"PATH": NO_PATH, "INSTANCE_PATH": str(tmp_path / "instance"), **environ}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS_MAX,
            check=False,
        )

    return run


@pytest.fixture
def run_flask(run_python):
    return lambda *arguments, **environ: run_python("-m", "flask", *arguments, **environ)


@pytest.fixture
def port():
    """A port that is free, as is the one above it."""
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
