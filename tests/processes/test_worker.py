"""The loop of the worker: no job stops another, and an outage ends by itself."""

import threading

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from rewards.cli.worker import is_outage, loops_of
from rewards.core import logging
from rewards.processes.loop import Job, pause_after, run_jobs, run_loops


@pytest.fixture(autouse=True)
def every_level():
    logging.configure("DEBUG")
    yield
    logging.configure("WARNING")


class Clock:
    """Time that passes only where the loop waits."""

    def __init__(self, *, until):
        self.now = 0.0
        self.until = until

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds
        return self.now > self.until

    def is_set(self):
        return False


def run(jobs, *, seconds):
    clock = Clock(until=seconds)
    with capture_logs() as lines:
        run_jobs(jobs, clock, is_outage=is_outage, clock=clock)
    return lines


def test_each_job_runs_at_its_own_interval():
    done = []

    run(
        [
            Job("often", 1, lambda: done.append("often")),
            Job("rare", 5, lambda: done.append("rare")),
        ],
        seconds=10.5,
    )

    assert (done.count("often"), done.count("rare")) == (11, 3)


def test_a_job_that_fails_stops_no_other_and_is_logged_with_its_traceback():
    done = []

    lines = run(
        [Job("broken", 1, lambda: 1 / 0), Job("sound", 1, lambda: done.append(1))], seconds=3.5
    )

    assert len(done) == 4
    assert {line["event"] for line in lines if line["log_level"] == "error"} == {"job.failed"}
    assert all(line["exc_info"] for line in lines if line["event"] == "job.failed")


def test_an_outage_is_logged_in_one_line_and_its_end_in_another():
    answers = [RedisConnectionError("down"), OperationalError("SELECT 1", {}, OSError()), None]

    def fail_twice():
        answer = answers.pop(0) if answers else None
        if answer is not None:
            raise answer

    lines = run([Job("boards", 0.2, fail_twice)], seconds=4)

    told = [(line["event"], line["failures"]) for line in lines if "failures" in line]
    assert told == [("job.unavailable", 1), ("job.unavailable", 2), ("job.recovered", 2)]
    assert not any("exc_info" in line for line in lines)


@pytest.mark.parametrize(
    ("interval", "failures", "pause"),
    [
        (0.2, 0, 0.2),
        (0.2, 1, 1),
        (0.2, 2, 2),
        (0.2, 5, 16),
        (0.2, 6, 30),
        (0.2, 99, 30),
        (60, 9, 60),
    ],
)
def test_a_failing_job_waits_longer_each_time_but_never_less_than_its_interval(
    interval, failures, pause
):
    assert pause_after(Job("job", interval, print), failures) == pause


def test_the_loop_stops_while_it_waits():
    stop = threading.Event()
    jobs = [Job("last", 3600, stop.set)]

    thread = threading.Thread(target=run_jobs, args=(jobs, stop), kwargs={"is_outage": is_outage})
    thread.start()
    thread.join(timeout=5)

    assert not thread.is_alive()


def test_a_loop_waits_for_no_other_loop():
    stop, is_slow_done, done = threading.Event(), threading.Event(), []

    def be_slow():
        is_slow_done.wait(timeout=5)

    def be_quick():
        done.append(1)
        if len(done) == 3:
            is_slow_done.set()
            stop.set()

    loops = {"slow": [Job("slow", 1, be_slow)], "quick": [Job("quick", 0.01, be_quick)]}
    run_loops(loops, stop, is_outage=is_outage)

    assert len(done) == 3


def test_the_worker_ends_when_a_loop_does():
    stop = threading.Event()

    run_loops({"none": [], "other": [Job("other", 0.01, int)]}, stop, is_outage=is_outage)

    assert stop.is_set()


def test_what_brings_entries_onto_the_boards_waits_for_nothing_else(app):
    loops = loops_of(app)

    assert [job.name for job in loops["boards"]] == ["project-boards"]
    assert "verify-books" in {job.name for job in loops["main"]}


def test_every_job_of_the_worker_runs_on_an_empty_database(app):
    for jobs in loops_of(app).values():
        for job in jobs:
            job.run()
