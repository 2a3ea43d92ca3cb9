"""A hold in two parts: as much is set aside as before, and each part goes its own way."""

import threading
from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.ledger import queries
from rewards.ledger.errors import HoldClosedError, InsufficientPointsError
from rewards.ledger.operations import holds
from rewards.ledger.types import Asset
from tests.factories.books import capture, hold, post, release, split
from tests.factories.world import build_participant


def balance_of(person):
    balance = queries.get_balance(person.id)
    return balance.balance, balance.held


@pytest.fixture
def held(person, station, now):
    """60 of 100 points, set aside."""
    post(person, station, amount=100, now=now)
    return hold(person, 60, now=now)


def test_as_much_is_set_aside_after_it_as_before(person, held, now):
    split(person, held, 20, now=now)

    assert balance_of(person) == (100, 60)
    with pytest.raises(InsufficientPointsError):
        hold(person, 41, now=now)


def test_each_part_is_spent_or_given_back_by_itself(person, station, held, now):
    rest = split(person, held, 20, now=now)

    capture(person, station, held, 40, now=now)
    assert balance_of(person) == (60, 20)
    release(person, rest, now=now)
    assert balance_of(person) == (60, 0)


def test_a_part_can_be_split_again(person, station, held, now):
    rest = split(person, held, 40, now=now)
    last = split(person, rest, 20, now=now)

    for part in (held, rest, last):
        capture(person, station, part, 20, now=now)
    assert balance_of(person) == (40, 0)


@pytest.mark.parametrize("amount", [-1, 0, 60, 61])
def test_a_part_is_some_of_the_points_and_not_all(person, held, now, amount):
    with pytest.raises(ValueError, match="some of its points"):
        split(person, held, amount, now=now)

    assert balance_of(person) == (100, 60)


def test_what_is_spent_or_given_back_is_not_split(person, station, held, now):
    capture(person, station, held, 60, now=now)
    given_back = hold(person, 30, now=now)
    release(person, given_back, now=now)

    for closed in (held, given_back):
        with pytest.raises(HoldClosedError):
            split(person, closed, 10, now=now)
    assert balance_of(person) == (40, 0)


def test_nobody_splits_the_hold_of_another(person, station, held, now):
    other = build_participant(station, now=now)

    with pytest.raises(HoldClosedError):
        split(other, held, 20, now=now)
    assert balance_of(person) == (100, 60)


def test_of_many_who_split_at_once_each_gets_what_is_left(person, held, now, race):
    outcomes = race(8, lambda _number: split(person, held, 20, now=now))

    kinds = Counter(type(outcome) for outcome in outcomes)
    # 60 are 20 and 20 and the rest of 20, which has no part any more.
    assert kinds[ValueError] == 6
    assert balance_of(person) == (100, 60)


@pytest.mark.databases("postgresql")
def test_the_check_of_the_table_stands_behind_the_lock(person, held, now, race, monkeypatch):
    # SQLite lets one writer in at a time, so there is nothing to take out.
    barrier = threading.Barrier(3)
    find_held = holds._find_held
    account = use_case(lambda: ledger.lock_account(participant_id=person.id, asset=Asset.POINTS))()

    def read_together(hold_id, account_id):
        amount = find_held(hold_id, account_id)
        barrier.wait(timeout=30)
        return amount

    monkeypatch.setattr(holds, "lock_account", lambda **_account: account)
    monkeypatch.setattr(holds, "_find_held", read_together)

    outcomes = race(3, lambda _number: split(person, held, 20, now=now))

    # Each thought that 40 would be left; the lock would have told the third that none is.
    assert Counter(map(type, outcomes)) == {UUID: 2, IntegrityError: 1}
