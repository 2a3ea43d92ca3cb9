"""Random days on the service and on paper: after each act both say the same.

`pytest tests/nightly` plays longer; SIMULATION_SEED repeats a run.
"""

import pytest

from rewards.core.errors import RewardsError
from rewards.ledger import rules
from tests.simulation import read_seed
from tests.simulation.station import Station

ACTS = 500
TAKE = rules.take_from


@pytest.mark.usefixtures("app")
def test_the_books_say_what_the_paper_says(database):
    station = Station(read_seed(usual=1))

    # What the paper says is compared after each act; the whole of the books takes longer.
    station.play(ACTS, verify_every=5 if database.kind == "sqlite" else 10)

    assert {name for name, _ in station.done} >= {"attend", "reserve", "fulfil", "reverse"}


@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("take_from", lambda lots, amount, **first: TAKE(list(lots)[:1], amount, **first)),
        ("give_back", lambda uses, amount: {}),
        ("valid_until", lambda day: day),
    ],
)
def test_a_mistake_in_the_books_is_noticed(monkeypatch, name, wrong):
    monkeypatch.setattr(rules, name, wrong)

    with pytest.raises((AssertionError, RuntimeError, RewardsError)):
        Station(7).play(200, verify_every=10)
