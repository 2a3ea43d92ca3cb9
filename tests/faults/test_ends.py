"""One redemption, and fifty at once who hand it over, fifty who cancel it, fifty who expire it.

In one process, for the clock of each must be its own: what is overdue for one is not yet for
another.
"""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from rewards.core.db import db
from rewards.core.errors import RewardsError
from rewards.ledger import queries as ledger
from rewards.redemptions import queries, service
from rewards.redemptions.types import RedemptionStatus, ReturnKind
from rewards.stock import queries as stock
from tests.factories.redemptions import add_participant, add_shop, count_inconsistencies, reserve
from tests.factories.unguarding import take_out_guards

pytestmark = pytest.mark.databases("sqlite", "postgresql")

OF_EACH = 50
ROUNDS = 3
PRICE = 60
POINTS = 600
PIECES = 10
SECONDS_MAX = 300


@pytest.fixture
def database(request, make_database):
    """A database of its own: its guards are taken away."""
    return make_database(request.param)


@pytest.fixture
def crowd(app):
    """Return a function that runs many at once, each until it is done or refused."""

    def run(functions):
        db.session.rollback()
        together = threading.Barrier(len(functions))

        def insist(function):
            with app.app_context():
                together.wait(timeout=SECONDS_MAX)
                while True:
                    try:
                        return function()
                    except RewardsError as error:
                        return error.code
                    except IntegrityError:
                        return "refused by a constraint"
                    except (PoolTimeoutError, OperationalError):
                        # As a client does that is told to come back.
                        db.session.rollback()

        with ThreadPoolExecutor(len(functions)) as threads:
            running = [threads.submit(insist, function) for function in functions]
            return Counter(each.result(timeout=SECONDS_MAX) for each in running)

    return run


def tell(outcomes):
    return ", ".join(f"{number} {outcome}" for outcome, number in outcomes.most_common())


def list_ends(shop, person, redemption, now):
    def fulfil():
        service.fulfil(actor=shop.clerk, redemption_id=redemption.id, code=redemption.code, now=now)
        return RedemptionStatus.FULFILLED

    def cancel():
        service.cancel(actor=person, redemption_id=redemption.id, now=now)
        return RedemptionStatus.CANCELLED

    def expire():
        is_expired = service.expire(redemption_id=redemption.id, now=redemption.expires_at)
        return RedemptionStatus.EXPIRED if is_expired else "nothing to expire"

    return fulfil, cancel, expire


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_fifty_of_each_end_one_wins(app, crowd, now, seed, chooser, report, round_):
    shop = add_shop(now, points=PRICE, on_hand=PIECES)
    person = add_participant(shop.station, now, points=POINTS)
    redemption = reserve(shop, person, now)
    callers = [*list_ends(shop, person, redemption, now)] * OF_EACH
    chooser.shuffle(callers)

    outcomes = crowd(callers)

    end = queries.get_redemption(redemption.id).status
    wins = {outcome: n for outcome, n in outcomes.items() if isinstance(outcome, RedemptionStatus)}
    report(tell(outcomes), f"round {round_ + 1}, {len(callers)} at once")
    assert wins == {end: 1}
    assert sum(outcomes.values()) == len(callers)
    is_gone = end is RedemptionStatus.FULFILLED
    balance = ledger.get_balance(person.participant_id)
    reward = stock.get_reward(shop.reward.id)
    assert (balance.balance, balance.held) == (POINTS - PRICE * is_gone, 0)
    assert (reward.on_hand, reward.reserved) == (PIECES - is_gone, 0)
    assert count_inconsistencies() == {}


def test_of_fifty_undos_and_a_hundred_returns_one_wins(app, crowd, now, seed, chooser, report):
    shop = add_shop(now, points=PRICE, on_hand=PIECES)
    person = add_participant(shop.station, now, points=POINTS)
    redemption = reserve(shop, person, now)
    service.fulfil(actor=shop.clerk, redemption_id=redemption.id, code=redemption.code, now=now)

    def undo():
        service.undo(actor=shop.clerk, redemption_id=redemption.id, now=now)
        return ReturnKind.UNDONE

    def take_back(kind):
        service.take_back(
            actor=shop.manager,
            redemption_id=redemption.id,
            kind=kind,
            quantity=1,
            note="漏了",
            now=now,
        )
        return kind

    callers = [
        undo,
        lambda: take_back(ReturnKind.REFUNDED),
        lambda: take_back(ReturnKind.REPLACED),
    ] * OF_EACH
    chooser.shuffle(callers)

    outcomes = crowd(callers)

    report(tell(outcomes), f"{len(callers)} at once")
    [(kind, wins)] = [each for each in outcomes.items() if isinstance(each[0], ReturnKind)]
    assert wins == 1
    assert outcomes["redemption-already-returned"] == len(callers) - 1
    points = POINTS - PRICE * (kind is ReturnKind.REPLACED)
    on_hand = {ReturnKind.UNDONE: 10, ReturnKind.REFUNDED: 9, ReturnKind.REPLACED: 8}[kind]
    assert ledger.get_balance(person.participant_id).balance == points
    assert stock.get_reward(shop.reward.id).on_hand == on_hand
    assert count_inconsistencies() == {}


def test_without_its_guards_a_redemption_has_many_ends(
    app, crowd, now, seed, chooser, report, monkeypatch
):
    shop = add_shop(now, points=PRICE, on_hand=PIECES)
    person = add_participant(shop.station, now, points=POINTS)
    redemption = reserve(shop, person, now)
    # So much is set aside that giving back twice is not noticed by the checks of the tables.
    for _other in range(5):
        reserve(shop, person, now)
    take_out_guards(monkeypatch, redemption)
    callers = [*list_ends(shop, person, redemption, now)] * 5
    chooser.shuffle(callers)

    outcomes = crowd(callers)

    report(tell(outcomes), "negative control")
    wins = sum(n for outcome, n in outcomes.items() if isinstance(outcome, RedemptionStatus))
    assert wins > 1
    assert "each end has its one movement" in count_inconsistencies()
