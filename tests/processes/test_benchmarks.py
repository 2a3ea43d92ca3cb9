"""`python -m benchmarks`: it runs, and leaves nothing behind, however it ends."""

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.processes.conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")

RUN_SECONDS_MAX = 400
STATUS_STOPPED = 130


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a quick run on SQLite, its processes marked by a variable."""
    started = []

    def begin(*options):
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "benchmarks", "--quick", "--only", "check-in"),
                *("--database", f"sqlite:///{tmp_path / 'empty.db'}", *options),
            ],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "TMPDIR": str(tmp_path),
                "MARK": str(tmp_path),
                "WEB_WORKERS": "1",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            # Whatever started the tests may ignore Ctrl-C, as background jobs do.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def list_marked(mark):
    wanted = f"MARK={mark}".encode()
    return [
        path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if wanted in read(path)
    ]


def read(path):
    try:
        return path.read_bytes().split(b"\0")
    except OSError:
        return []


def test_a_run_tells_its_ratios_and_leaves_nothing(start, tmp_path):
    found = tmp_path / "found.json"

    process = start("--json", str(found))
    _, told = process.communicate(timeout=RUN_SECONDS_MAX)

    assert process.returncode == 0, told
    cases = json.loads(found.read_text())["cases"]
    assert set(cases) == {"hello", "check-in"}
    assert cases["check-in"]["errors"] == 0
    assert cases["check-in"]["of_hello"] > 0
    assert list_marked(tmp_path) == []
    assert list(tmp_path.glob("rewards-*")) == []


@pytest.mark.nightly
def test_ctrl_c_in_the_middle_leaves_nothing(start, tmp_path):
    process = start("--connections", "2")
    # It says what it does: by then every part of the service runs.
    assert any("check-in" in line for line in process.stderr)
    assert len(list_marked(tmp_path)) > 5

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=RUN_SECONDS_MAX)

    assert process.returncode == STATUS_STOPPED
    assert list_marked(tmp_path) == []
    assert list(tmp_path.glob("rewards-*")) == []
