"""The same races with the guards taken out: what each is there for.

On PostgreSQL alone, for SQLite lets one writer in at a time; on a database of
its own, for one of the guards is a constraint.
"""

import threading

import pytest
import sqlalchemy as sa

from rewards.core.db import db
from rewards.stock import operations as shelves
from rewards.stockroom import operations, queries, service
from tests.factories.stockroom import ask, find_faults, level, open_shelf

pytestmark = pytest.mark.databases("postgresql")

RACERS = 8
SECONDS_MAX = 30


@pytest.fixture
def database(make_database):
    return make_database("postgresql")


@pytest.fixture
def unlocked(monkeypatch):
    """Nothing is held, and everybody has read before anybody writes."""
    together = threading.Barrier(RACERS)

    def read_only(change_id):
        change = queries.get_change(change_id)
        together.wait(SECONDS_MAX)
        return change

    monkeypatch.setattr(shelves, "lock_levels", lambda _ids: {})
    monkeypatch.setattr(operations, "lock_change", read_only)


def approve_at_once(race, shelf, now):
    change = ask(shelf, now, quantity=-1)
    deciders = (shelf.admin, shelf.institute)
    return race(
        RACERS,
        lambda number: service.decide(
            actor=deciders[number % 2], change_id=change.id, approve=True, now=now
        ),
    )


@pytest.mark.usefixtures("unlocked")
def test_without_locks_the_database_still_applies_a_change_once(app, race, now):
    shelf = open_shelf(now)

    approve_at_once(race, shelf, now)

    assert level(shelf.towel) == (9, 0)
    assert find_faults(now) == ()


@pytest.mark.usefixtures("unlocked")
def test_without_any_guard_a_change_is_applied_by_everybody(app, race, now, monkeypatch):
    shelf = open_shelf(now)
    monkeypatch.setattr(operations, "close_change", lambda change, **_told: change)
    db.session.execute(
        sa.text(
            "ALTER TABLE stock_movements DROP CONSTRAINT"
            " uq_stock_movements__source_id_reward_id_kind"
        )
    )
    db.session.commit()

    approve_at_once(race, shelf, now)

    assert level(shelf.towel) == (10 - RACERS, 0)
    assert "I24" in {fault.invariant for fault in find_faults(now)}
