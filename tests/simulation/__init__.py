"""Random days of a station, played on the service and on paper at once."""

import os
import sys
import time


def read_seed():
    """Return the seed of this run, SIMULATION_SEED or a new one, and print it."""
    seed = int(os.environ.get("SIMULATION_SEED") or time.time_ns() % 1_000_000)
    sys.stdout.write(f"SIMULATION_SEED={seed}\n")
    return seed
