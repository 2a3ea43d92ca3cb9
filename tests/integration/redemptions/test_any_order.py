"""Whatever is done in whatever order, the service and the paper agree after each act.

`pytest tests/nightly` plays longer; SIMULATION_SEED repeats a run.
"""

import pytest

from rewards.core.db import db
from rewards.core.errors import RewardsError
from rewards.ledger import rules as ledger
from rewards.redemptions import operations, rules
from rewards.redemptions.operations import ending
from rewards.redemptions.rules import closing, limits
from rewards.stock import operations as stock
from rewards.stock.types import MovementKind
from rewards.stockroom import rules as stockroom
from rewards.verification import queries as verification
from rewards.wishes import operations as wishes
from tests.factories.redemptions import count_inconsistencies
from tests.simulation import read_seed
from tests.simulation.exchanging import Exchange
from tests.simulation.station import seal

TAKE = ledger.take_from
ACTS = 120
# The first shows most of the mistakes below, the second the rest.
SEEDS = (3, 2)
# Of so many acts most seeds do fifty and refuse some; none refuses nearly all.
DONE_MIN = 10
# Points without an attendance, and a clerk who is nowhere written down.
OF_FACTORIES = ("I10", "I17")


def take_the_newest(lots, amount, *, first=None):
    lots = list(lots)
    return TAKE(lots, amount, first=max((lot.entry_id for lot in lots), default=first))


def pieces_of(transfer):
    return [(line.reward_id, line.quantity) for line in transfer.lines]


def test_points_lots_limits_budgets_slots_pieces_and_states_agree_after_any_acts(app, now):
    exchange = Exchange(read_seed(usual=1), now=now)

    exchange.play(ACTS)

    assert sum(times for (_act, is_fine), times in exchange.done.items() if is_fine) > DONE_MIN
    assert count_inconsistencies() == {}
    while seal():
        db.session.rollback()
    report = verification.check_all(anchors=(), now=exchange.now, on_progress=lambda *_: None)
    assert [each for each in report.violations if each.invariant not in OF_FACTORIES] == []


def play_each(now):
    for seed in SEEDS:
        exchange = Exchange(seed, now=now)
        exchange.play(ACTS)
        exchange.close()


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("module", "name", "wrong"),
    [
        (rules, "price_of", lambda redemption, quantity: redemption.points - 1),
        (rules, "count_back", lambda kind, *, faulty, of: of),
        (closing, "is_overdue", lambda redemption, now: False),
        (limits, "find_allowance", lambda *_args, **_named: limits.UNLIMITED),
        (stock, "put_back", lambda **_named: None),
        (ending, "give_back_to_budgets", lambda _redemption: None),
        (stock, "leave_slot", lambda **_named: None),
        (ledger, "give_back", lambda uses, amount: {}),
        (ledger, "take_from", take_the_newest),
        (operations, "copy_proxy", lambda **_named: None),
        (wishes, "give", lambda **_named: None),
        (stockroom, "effect_of", lambda _kind, quantity: (MovementKind.ADJUST, abs(quantity))),
        (stockroom, "differences", lambda _stocktake: ()),
        (stockroom, "read_received", lambda transfer, counted: dict(pieces_of(transfer))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_noticed(app, now, monkeypatch, module, name, wrong):
    monkeypatch.setattr(module, name, wrong)

    with pytest.raises((AssertionError, RuntimeError, RewardsError)):
        play_each(now)
