"""The loops of the worker: named jobs, each at its own interval, none able to stop another."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)

PAUSE_SECONDS_MIN = 1.0
PAUSE_SECONDS_MAX = 30.0
LOOK_SECONDS = 0.5
END_SECONDS_MAX = 5.0


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again; it must bear being run twice at once."""

    name: str
    interval_seconds: float
    run: Callable[[], object]
    pause_seconds_max: float = PAUSE_SECONDS_MAX


@dataclass(slots=True)
class Turn:
    """When a job is due next, and how often in a row it has failed."""

    job: Job
    due: float
    failures: int = 0


def run_jobs(
    jobs: Sequence[Job],
    stop: threading.Event,
    *,
    is_outage: Callable[[Exception], bool],
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Run *jobs* until *stop* is set; a job that fails is tried again, ever more rarely.

    A failure that is an outage, by *is_outage*, is logged in one line; any
    other one is a bug and is logged with its traceback.
    """
    turns = [Turn(job, clock()) for job in jobs]
    while turns and not stop.is_set():
        turn = min(turns, key=lambda turn: turn.due)
        if stop.wait(max(0.0, turn.due - clock())):
            return
        _take(turn, is_outage)
        turn.due = clock() + pause_after(turn.job, turn.failures)


def run_loops(
    loops: Mapping[str, Sequence[Job]],
    stop: threading.Event,
    *,
    is_outage: Callable[[Exception], bool],
) -> None:
    """Run each of *loops* in a thread of its own until *stop* is set, or one of them ends.

    A job waits for those of its own loop only. Whatever is still being done
    some seconds after the end is broken off with the process.
    """
    threads = [
        threading.Thread(
            target=_run_loop, args=(jobs, stop, is_outage), name=f"loop-{name}", daemon=True
        )
        for name, jobs in loops.items()
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(LOOK_SECONDS) and all(thread.is_alive() for thread in threads):
        pass
    stop.set()
    deadline = time.monotonic() + END_SECONDS_MAX
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _run_loop(
    jobs: Sequence[Job], stop: threading.Event, is_outage: Callable[[Exception], bool]
) -> None:
    run_jobs(jobs, stop, is_outage=is_outage)


def pause_after(job: Job, failures: int) -> float:
    """Return how long to wait before *job* runs again."""
    if failures == 0:
        return job.interval_seconds
    backed_off = PAUSE_SECONDS_MIN * 2.0 ** min(failures - 1, 10)
    return max(job.interval_seconds, min(backed_off, job.pause_seconds_max))


def _take(turn: Turn, is_outage: Callable[[Exception], bool]) -> None:
    started = time.monotonic()
    try:
        turn.job.run()
    except Exception as error:
        turn.failures += 1
        if is_outage(error):
            log.warning("job.unavailable", **_facts(turn), error_type=type(error).__name__)
        else:
            log.exception("job.failed", **_facts(turn))
    else:
        if turn.failures:
            log.info("job.recovered", **_facts(turn))
        turn.failures = 0
        milliseconds = round((time.monotonic() - started) * 1000)
        log.debug("job.done", job=turn.job.name, milliseconds=milliseconds)


def _facts(turn: Turn) -> dict[str, object]:
    return {"job": turn.job.name, "failures": turn.failures}
