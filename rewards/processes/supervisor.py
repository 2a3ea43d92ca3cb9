"""Starts the programs of the service, and stops them all when one ends or somebody asks.

Each child leads a process group of its own, so that Ctrl-C reaches the
supervisor alone and nothing a child started is left behind.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType

from rewards.processes import pids

LOOK_SECONDS = 0.2
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class StartError(Exception):
    """Something cannot be started; the message is a sentence for whoever started it."""


class StopRequested(BaseException):
    """Somebody asked the supervisor to stop."""


class PartEnded(Exception):  # noqa: N818 -- an event, of which the supervisor decides
    """A program that should run as long as the service has ended."""

    def __init__(self, name: str, status: int) -> None:
        how = f"signal {-status}" if status < 0 else f"status {status}"
        super().__init__(f"The part {name} ended ({how}); everything else is stopped too.")
        self.name = name


@dataclass(frozen=True, slots=True)
class Child:
    """A program that the supervisor started."""

    name: str
    process: subprocess.Popen[bytes]
    stops_last: bool


def _heeded() -> list[signal.Signals]:
    # Under nohup a lost terminal is ignored on purpose. Ctrl-C is not, although
    # a shell that starts something in the background says so too.
    is_kept = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [each for each in STOP_SIGNALS if not (each is signal.SIGHUP and is_kept)]


class Supervisor:
    """The children of this process, recorded in a folder."""

    def __init__(self, run_folder: Path, *, working_folder: Path) -> None:
        self._run_folder = run_folder
        self._working_folder = working_folder
        self._children: dict[str, Child] = {}
        self._is_deferring = False
        self._is_asked_to_stop = False

    @contextmanager
    def watching_signals(self) -> Iterator[None]:
        """Turn Ctrl-C, SIGTERM and SIGHUP into StopRequested, and stop all children at the end."""
        before = {number: signal.signal(number, self._on_signal) for number in _heeded()}
        try:
            try:
                yield
            finally:
                # From here on nothing may interrupt: a second Ctrl-C changes nothing.
                self._is_deferring = True
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        environ: Mapping[str, str] | None = None,
        stops_last: bool = False,
    ) -> None:
        """Start a child; it writes to where this process writes.

        :raises StartError: if the program cannot be run.
        """
        with self._deferring():
            try:
                process = subprocess.Popen(  # noqa: S603
                    command,
                    env=environ,
                    cwd=self._working_folder,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509 -- no threads here
                )
            except OSError as error:
                raise StartError(f"{command[0]} cannot be run: {error.strerror}.") from error
            self._children[name] = Child(name, process, stops_last)
            pids.write(self._run_folder / f"{name}.pid", process.pid)

    def is_running(self, name: str) -> bool:
        """Tell whether the child *name* was started and has not ended."""
        child = self._children.get(name)
        return child is not None and child.process.poll() is None

    def check(self) -> None:
        """Require that every child runs.

        :raises PartEnded: if one has ended.
        """
        for child in self._children.values():
            status = child.process.poll()
            if status is not None:
                raise PartEnded(child.name, status)

    def watch(self) -> None:
        """Wait as long as every child runs.

        :raises PartEnded: if one has ended.
        :raises StopRequested: if somebody asks to stop.
        """
        while True:
            self.check()
            time.sleep(LOOK_SECONDS)

    def stop_one(self, name: str) -> None:
        """Stop one child and all it started."""
        child = self._children.pop(name)
        pids.stop_groups([child.process.pid])
        child.process.wait()
        (self._run_folder / f"{name}.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop every child and all they started: together, but for those that stop last."""
        for stops_last in (False, True):
            children = [
                child for child in self._children.values() if child.stops_last is stops_last
            ]
            pids.stop_groups([child.process.pid for child in children])
            for child in children:
                child.process.wait()
                (self._run_folder / f"{child.name}.pid").unlink(missing_ok=True)
        self._children.clear()

    @contextmanager
    def _deferring(self) -> Iterator[None]:
        # Between a child's start and its entry in the list a signal must wait,
        # or nobody would stop that child.
        self._is_deferring = True
        try:
            yield
        finally:
            self._is_deferring = False
        if self._is_asked_to_stop:
            raise StopRequested

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_asked_to_stop:
            return
        self._is_asked_to_stop = True
        if not self._is_deferring:
            raise StopRequested


def die_with(parent: int) -> None:
    """Have the kernel end this process when *parent* ends, however that ends (Linux alone).

    Runs in a child before its program, or in a worker after the fork. The
    system call is prctl(PR_SET_PDEATHSIG), see prctl(2); where there is none, the
    next start finds what is left by its pid file.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)  # It ended before the kernel was asked.
