"""Ten thousand random acts at shelves and desks, and on paper: after each both say the same.

SIMULATION_SEED repeats a run, SIMULATION_ACTS changes its length.
"""

import os

import pytest

from tests.factories.redemptions import count_inconsistencies
from tests.simulation import read_seed
from tests.simulation.exchanging import Exchange

ACTS = int(os.environ.get("SIMULATION_ACTS") or 10_000)
ACTS_OF_A_SHOP = 500
ALL = {"reserve", "fulfil", "cancel", "undo", "take_back", "count", "choose_slot", "set_budget"}
ALL |= {"name_proxy", "give", "ask_change", "decide_change", "start_stocktake", "close_stocktake"}
ALL |= {"send", "receive"}


@pytest.mark.databases("sqlite", "postgresql")
def test_points_lots_limits_budgets_slots_pieces_and_states_agree_after_any_acts(app, now):
    seed, done = read_seed(), set()
    for number in range(max(1, ACTS // ACTS_OF_A_SHOP)):
        exchange = Exchange(seed + number, now=now)
        exchange.play(min(ACTS, ACTS_OF_A_SHOP))
        done |= {name for name, is_fine in exchange.done if is_fine}
        exchange.close()
    assert done >= ALL
    assert count_inconsistencies() == {}
