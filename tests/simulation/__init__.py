"""Random days of a station, played on the service and on paper at once."""

import os
import sys
import time


def read_seed(usual=None):
    """Return the seed of this run, SIMULATION_SEED, the *usual* one or a new one, and print it.

    The ordinary tests play the same game each time; by night it is a new one.
    """
    seed = int(os.environ.get("SIMULATION_SEED") or usual or time.time_ns() % 1_000_000)
    sys.stdout.write(f"SIMULATION_SEED={seed}\n")
    return seed
