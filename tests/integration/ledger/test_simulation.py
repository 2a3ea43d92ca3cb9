"""Random days on the service and on paper: after each act both say the same.

`pytest tests/nightly` plays longer; SIMULATION_SEED repeats a run.
"""

import pytest

from tests.simulation import read_seed
from tests.simulation.station import Station

ACTS = 500


@pytest.mark.usefixtures("app")
def test_the_books_say_what_the_paper_says(database):
    station = Station(read_seed())

    # On a server each statement of the check is a round trip.
    station.play(ACTS, verify_every=1 if database.kind == "sqlite" else 10)

    assert {name for name, _ in station.done} >= {"attend", "reserve", "fulfil", "reverse"}
