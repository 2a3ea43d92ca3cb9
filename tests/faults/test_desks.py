"""Two hundred desks of one space at once: at the last piece, at fifty shelves, at one balance.

Each desk is a clerk who reserves for somebody and, where a desk gets the piece,
hands it over. Nobody waits for another: who comes too late is told so.
"""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from rewards.core.db import db
from rewards.stock import queries as stock

from .checks import check_books
from .clients import Client, Journal, build_call, fulfil
from .world import POINTS_OF_EACH, build_world, open_app

DESKS = 200
SHELVES = 50
PIECES_OF_A_SHELF = 10
DESKS_AT_ONE_BALANCE = 20
RACERS_WITHOUT_GUARD = 16

SHELF = "stock/operations/levels.py"
HOLDS = "ledger/operations/holds.py"
CALLS = "api/redemptions.py"
DATABASE = "core/db.py"
RESERVE = "    return answer_once(\n        service.reserve,"
LOOK_AT_SHELF = """
    if stock.get_reward(body["reward_id"]).available < body["quantity"]:
        from rewards.stock.errors import OutOfStockError
        raise OutOfStockError
"""
LOOK_AT_BALANCE = """
    from rewards.ledger import queries as books
    if books.get_balance(participant_id).available < stock.get_reward(body["reward_id"]).points:
        from rewards.ledger.errors import InsufficientPointsError
        raise InsufficientPointsError
"""
# Everybody looks before anybody takes.
WAIT = '    __import__("time").sleep(0.5)\n'
NO_CHECKS_IN_SQLITE = (
    DATABASE,
    '    cursor.execute("PRAGMA foreign_keys=ON")\n',
    '    cursor.execute("PRAGMA ignore_check_constraints=ON")\n',
)

# The shelf and the balance are looked at before the unit begins, and then taken from.
LOOKED_AT_BEFORE = {
    "shelf": (
        (SHELF, "_levels.c.on_hand - _levels.c.reserved >= quantity,", "sa.true(),"),
        (
            CALLS,
            RESERVE,
            f"{LOOK_AT_SHELF}{WAIT}{RESERVE}",
        ),
        NO_CHECKS_IN_SQLITE,
    ),
    "balance": (
        (HOLDS, "    rules.check_available(account, required=amount)\n    hold_id", "    hold_id"),
        (
            CALLS,
            RESERVE,
            f"{LOOK_AT_BALANCE}{WAIT}{RESERVE}",
        ),
        NO_CHECKS_IN_SQLITE,
    ),
}
CHECKS = {
    "shelf": "ALTER TABLE stock_levels DROP CONSTRAINT ck_stock_levels__reserved_within_on_hand",
    "balance": (
        "ALTER TABLE ledger_accounts DROP CONSTRAINT ck_ledger_accounts__available_covered_by_debt"
    ),
}


def take_away(instance, world, guard):
    """Take the guard away from the program of the instance, and the check of the table."""
    for path, old, new in LOOKED_AT_BEFORE[guard]:
        instance.change(path, old, new)
    with open_app(world.settings):
        if db.engine.dialect.name == "postgresql":
            db.session.execute(sa.text(CHECKS[guard]))
            db.session.commit()


@pytest.fixture
def world(instance):
    return build_world(instance, people=DESKS)


@pytest.fixture
def open_desks(instance, world):
    """Return a function that opens the service, for desks that write one journal."""

    def start():
        instance.start()
        return Client(instance.port, Journal())

    return start


def reserve_at_a_desk(world, person, reward_id):
    body = {
        "space_id": str(world.space_id),
        "reward_id": str(reward_id),
        "participant_id": str(person.id),
        "quantity": 1,
    }
    return build_call(world.clerk_token, "/redemptions", body, "reserve", person.id)


def serve_at_once(client, world, queues):
    """Let every desk serve its queue of people and items, all at once; return calls and seconds."""
    together = threading.Barrier(len(queues) + 1)

    def serve(queue):
        together.wait()
        return [serve_one(client, world, person, reward_id) for person, reward_id in queue]

    with ThreadPoolExecutor(len(queues)) as desks:
        serving = [desks.submit(serve, queue) for queue in queues]
        together.wait()
        began = time.monotonic()
        calls = [call for each in serving for call in each.result()]
    return calls, time.monotonic() - began


def serve_one(client, world, person, reward_id):
    call = client.send(reserve_at_a_desk(world, person, reward_id))
    if call.is_acknowledged:
        # Only the participant is shown the code, and tells it at the desk.
        _status, shown = client.get(f"/api/v1/redemptions/{call.answer['id']}", person.token)
        client.send(fulfil(world, shown))
    return call


def count_ends(calls):
    """Return how many got it, and how the others were told that they did not."""
    return Counter(call.refusal or call.status for call in calls)


def tell(calls, seconds):
    counts = ", ".join(f"{number} {what}" for what, number in count_ends(calls).most_common())
    return f"{len(calls)} asked in {seconds:.0f} s: {counts}"


def count_handed_over(client):
    return sum(call.status == 200 for call in client.journal.of("fulfil"))


def test_of_two_hundred_desks_at_the_last_piece_one_gets_it(open_desks, world, seed, report):
    reward_id = world.add_reward(pieces=1)
    client = open_desks()

    calls, seconds = serve_at_once(client, world, [[(each, reward_id)] for each in world.people])

    outcome = check_books(world.settings, client.journal, foreseen={"out-of-stock"})
    report(outcome, tell(calls, seconds))
    assert outcome.is_clean, outcome
    assert count_ends(calls) == {201: 1, "out-of-stock": DESKS - 1}
    assert count_handed_over(client) == 1


def test_two_hundred_desks_take_just_what_is_on_fifty_shelves(open_desks, world, seed, report):
    reward_ids = [world.add_reward(pieces=PIECES_OF_A_SHELF) for _shelf in range(SHELVES)]
    client = open_desks()
    chooser = random.Random(seed)
    queues = [
        [(person, reward_id) for reward_id in chooser.sample(reward_ids, SHELVES)]
        for person in world.people
    ]

    calls, seconds = serve_at_once(client, world, queues)

    outcome = check_books(world.settings, client.journal, foreseen={"out-of-stock"})
    report(outcome, tell(calls, seconds))
    pieces = SHELVES * PIECES_OF_A_SHELF
    assert outcome.is_clean, outcome
    assert count_ends(calls) == {201: pieces, "out-of-stock": DESKS * SHELVES - pieces}
    assert count_handed_over(client) == pieces
    assert list_left(world, reward_ids) == [(0, 0)] * SHELVES


def list_left(world, reward_ids):
    """Return what is on each shelf, and how much of it is set aside."""
    with open_app(world.settings):
        rewards = [stock.get_reward(reward_id) for reward_id in reward_ids]
    return [(reward.on_hand, reward.reserved) for reward in rewards]


def test_one_balance_is_spent_once_at_twenty_desks(open_desks, world, seed, report):
    reward_id = world.add_reward(pieces=DESKS, points=POINTS_OF_EACH)
    client = open_desks()
    queues = [[(world.people[0], reward_id)]] * DESKS_AT_ONE_BALANCE

    calls, seconds = serve_at_once(client, world, queues)

    outcome = check_books(world.settings, client.journal, foreseen={"insufficient-points"})
    report(outcome, tell(calls, seconds))
    assert outcome.is_clean, outcome
    assert count_ends(calls) == {201: 1, "insufficient-points": DESKS_AT_ONE_BALANCE - 1}


def test_a_shelf_looked_at_before_the_unit_is_oversold(instance, world, open_desks, seed, report):
    reward_id = world.add_reward(pieces=1)
    take_away(instance, world, "shelf")
    client = open_desks()
    racers = world.people[:RACERS_WITHOUT_GUARD]

    calls, seconds = serve_at_once(client, world, [[(each, reward_id)] for each in racers])

    report(check_books(world.settings, client.journal), f"negative control, {tell(calls, seconds)}")
    assert count_ends(calls)[201] > 1


def test_a_balance_looked_at_before_the_unit_is_spent_again(
    instance, world, open_desks, seed, report
):
    reward_id = world.add_reward(pieces=DESKS, points=POINTS_OF_EACH)
    take_away(instance, world, "balance")
    client = open_desks()
    queues = [[(world.people[0], reward_id)]] * RACERS_WITHOUT_GUARD

    calls, seconds = serve_at_once(client, world, queues)

    outcome = check_books(world.settings, client.journal)
    report(outcome, f"negative control, {tell(calls, seconds)}")
    assert count_ends(calls)[201] > 1
    assert "nobody holds more than they have" in outcome.inconsistencies
