"""A freeze while a unit waits for an account: on PostgreSQL, which lets it read before it waits."""

import threading
import time

import pytest
import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.ledger import operations, queries
from rewards.ledger.errors import BooksFrozenError
from tests.factories.books import hold, post
from tests.factories.world import build_participant, build_station

pytestmark = pytest.mark.databases("postgresql")

SECONDS_MAX = 20
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def database(make_database):
    """A database of its own, for its triggers are taken out."""
    return make_database("postgresql")


class World:
    def __init__(self, now):
        self.station = build_station()
        self.person = build_participant(self.station, now=now)
        post(self.person, self.station, amount=60, now=now)

    def race_a_freeze(self, race, act, now):
        """Freeze the books while *act* waits for the account; return what came of it."""
        is_held = threading.Event()

        def run(number):
            if number:
                is_held.wait(SECONDS_MAX)
                return act()
            with db.engine.connect() as connection:
                connection.execute(sa.text("SELECT id FROM ledger_accounts FOR UPDATE"))
                is_held.set()
                wait_until_somebody_waits()
                use_case(operations.freeze)(invariants=["I2"], now=now)
            return None

        return race(2, run)[1]

    def count(self):
        db.session.rollback()
        balance = queries.get_balance(self.person.id)
        return balance.balance, balance.held


def wait_until_somebody_waits():
    end = time.monotonic() + SECONDS_MAX
    with db.engine.connect() as connection:
        while not connection.scalar(sa.text(WAITING)):
            assert time.monotonic() < end
            connection.rollback()
            time.sleep(0.01)


@pytest.fixture
def world(app, now):
    return World(now)


def test_what_waited_meanwhile_posts_and_holds_nothing(world, race, now):
    def earn():
        return post(world.person, world.station, amount=5, now=now)

    assert isinstance(world.race_a_freeze(race, earn, now), BooksFrozenError)
    use_case(operations.thaw)()
    outcome = world.race_a_freeze(race, lambda: hold(world.person, 20, now=now), now)
    assert isinstance(outcome, BooksFrozenError)
    assert world.count() == (60, 0)


def test_without_the_trigger_it_goes_on_with_what_it_saw_before(world, race, now):
    for table in ("ledger_entries", "ledger_holds"):
        db.session.execute(sa.text(f"DROP TRIGGER {table}__not_frozen ON {table}"))
    db.session.commit()

    world.race_a_freeze(race, lambda: post(world.person, world.station, amount=5, now=now), now)

    assert (queries.find_freeze() is not None, world.count()) == (True, (65, 0))
