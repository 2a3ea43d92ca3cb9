"""kill -9 of any one process under load, then `flask up` again."""

import time

from .checks import check_all, compare_answer
from .clients import Load
from .instance import PARTS, wait_until

OCCASIONS_OF_A_ROUND = 12
LOAD_SECONDS = (0.5, 2.0)
ON_WITH_SECONDS = 1.0


def test_any_process_killed_under_load_and_started_again(instance, world, seed, chooser, report):
    instance.start()
    with Load(world, instance.port, seed=seed) as load:
        for part in chooser.sample(PARTS, len(PARTS)):
            load.start(world.add_occasions(OCCASIONS_OF_A_ROUND))
            time.sleep(chooser.uniform(*LOAD_SECONDS))
            before = instance.processes()

            killed = instance.kill(part, chooser=chooser)
            bring_back(instance, part)
            # Only gunicorn's master survives what its workers do not.
            left = instance.processes().keys() & before.keys()
            assert killed not in left
            assert part == "web-worker" or not left, "left by the dead instance"

            time.sleep(ON_WITH_SECONDS)
            load.stop()
            outcome = check_all(world.settings, load.journal)
            report(outcome, f"killed {part}")
            assert outcome.is_clean, outcome
    assert compare_answer(instance.port, world) == "redis"
    verified = instance.run("boards", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert outcome.acknowledged > 200
    assert outcome.retried > 0


def bring_back(instance, part):
    if part == "web-worker":
        wait_until(instance.answers)
    else:
        instance.wait_until_ended()
        instance.start()
