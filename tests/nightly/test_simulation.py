"""10,000 random acts on the service and on paper: after each both say the same.

Takes about half an hour for both databases: `pytest tests/nightly`. SIMULATION_SEED
repeats a run, SIMULATION_ACTS changes its length.
"""

import os

import pytest

from tests.simulation import read_seed
from tests.simulation.station import Station

ACTS = int(os.environ.get("SIMULATION_ACTS") or 10_000)
# Whoever has years of entries behind them has too many for a quick comparison.
ACTS_OF_A_STATION = 1_000


@pytest.mark.databases("sqlite", "postgresql")
@pytest.mark.usefixtures("app")
def test_the_books_say_what_the_paper_says():
    seed = read_seed()
    for number in range(max(1, ACTS // ACTS_OF_A_STATION)):
        Station(seed + number).play(min(ACTS, ACTS_OF_A_STATION))
