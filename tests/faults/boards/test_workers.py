"""Workers that die, sleep and are two: their batches are applied once, in order."""

import os
import signal
import time

import pytest

from ..conftest import IS_LONG
from ..instance import wait_until
from .conftest import is_stopped, require_whole, require_wrong
from .guards import WATERMARK, take_away

# A worker that is silent for as long has lost its place to another.
LEASE_SECONDS = 10
ASLEEP_SECONDS = 60 if IS_LONG else LEASE_SECONDS + 2
OCCASIONS = 600 if IS_LONG else 120
ROUNDS = 4


def let_one_sleep(stage, chooser):
    """Stop a worker just before it sends a batch, until another has taken its place."""
    resident = stage.instance.find("worker", chooser=chooser)
    os.kill(resident, signal.SIGSTOP)
    zombie = stage.instance.open("worker", stops_before="apply 3")
    wait_until(lambda: is_stopped(zombie.pid))
    os.kill(resident, signal.SIGCONT)
    time.sleep(ASLEEP_SECONDS)
    os.kill(zombie.pid, signal.SIGCONT)
    time.sleep(2)


def test_f30_a_worker_wakes_up_with_an_old_batch(stage, chooser):
    stage.instance.start()
    with stage.under_load(occasions=OCCASIONS) as shown:
        let_one_sleep(stage, chooser)
    stage.check(f"asleep for {ASLEEP_SECONDS} s; {shown}")
    require_whole(shown)


@pytest.mark.parametrize("instance", ["sqlite"], indirect=True)
def test_f30_a_worker_wakes_up_with_an_old_batch_without_the_watermark(stage, chooser):
    take_away(stage.instance, WATERMARK)
    stage.instance.start()
    with stage.under_load(occasions=OCCASIONS):
        let_one_sleep(stage, chooser)
    require_wrong(stage)


def test_f30_workers_killed_with_a_batch_in_hand(stage, chooser):
    stage.instance.start()
    resident = stage.instance.find("worker", chooser=chooser)
    with stage.under_load(occasions=OCCASIONS) as shown:
        for number in range(ROUNDS):
            os.kill(resident, signal.SIGSTOP)
            worker = stage.instance.open("worker", stops_before=f"apply {number + 1}")
            wait_until(lambda pid=worker.pid: is_stopped(pid))
            os.kill(resident, signal.SIGCONT)
            worker.kill()
            worker.wait()
    stage.check(f"{ROUNDS} killed; {shown}")
    require_whole(shown)


def test_f30_three_at_once(stage, chooser):
    stage.instance.start()
    pids = [stage.instance.find("worker", chooser=chooser)]
    pids += [stage.instance.start_worker() for _ in range(2)]
    with stage.under_load() as shown:
        for _ in range(ROUNDS):
            pid = chooser.choice(pids)
            os.kill(pid, signal.SIGSTOP)
            time.sleep(chooser.uniform(0.5, 1.5))
            os.kill(pid, signal.SIGCONT)
    stage.check(f"three workers, {ROUNDS} times one asleep; {shown}")
    require_whole(shown)
