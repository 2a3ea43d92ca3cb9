"""The same races with a guard taken out: what it is there for happens.

On PostgreSQL alone, for SQLite lets one writer in at a time; on a database of
its own, for some of the guards are constraints.
"""

import threading
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.types import Role
from rewards.core.db import db
from rewards.corrections import operations, queries
from rewards.corrections.errors import AlreadyDecidedError
from rewards.corrections.types import Correction
from rewards.identity import operations as identity
from rewards.ledger import operations as books
from rewards.ledger import queries as ledger
from rewards.ledger.errors import AlreadyPostedError, AlreadyReversedError
from rewards.ledger.operations import holds
from rewards.ledger.types import Asset
from rewards.redemptions.types import Redemption
from tests.factories.corrections import adjust, build_admin, decide, give, reverse
from tests.factories.people import make_staff
from tests.factories.redemptions import add_participant, add_shop, count_inconsistencies, reserve

pytestmark = pytest.mark.databases("postgresql")

RACERS = 4
SECONDS_MAX = 20
ENTRIES = 10


@pytest.fixture
def database(make_database):
    return make_database("postgresql")


@pytest.fixture
def together():
    """Return a function that lets nobody go on before all racers have come to it."""
    barrier = threading.Barrier(RACERS)
    return lambda: barrier.wait(timeout=SECONDS_MAX)


def drop(statement):
    db.session.execute(sa.text(statement))
    db.session.commit()


def take_back_twice(race, station, now):
    admin, person = build_admin(station), add_participant(station, now)
    entries = [give(person, station, 10, now) for _ in range(ENTRIES)]

    def run(number):
        outcomes = []
        for entry in entries:
            try:
                outcomes.append(type(reverse(admin, entry, now)))
            except (AlreadyReversedError, IntegrityError) as error:
                outcomes.append(type(error))
        return outcomes

    return person, Counter(each for outcomes in race(2, run) for each in outcomes)


@pytest.fixture
def unseen(monkeypatch):
    """Nobody looks whether an entry was reversed before."""
    monkeypatch.setattr(queries, "find_reversal", lambda _entry_id: None)
    monkeypatch.setattr(ledger, "find_reversal", lambda _entry_id: None)


@pytest.mark.usefixtures("unseen")
def test_the_books_stand_behind_the_look_at_what_was_reversed(race, station, now):
    person, outcomes = take_back_twice(race, station, now)

    assert outcomes == {Correction: ENTRIES, AlreadyReversedError: ENTRIES}
    assert ledger.get_balance(person.participant_id).balance == 0


@pytest.mark.usefixtures("unseen")
def test_without_the_constraint_of_the_books_that_of_the_register_stands(race, station, now):
    drop("ALTER TABLE ledger_entries DROP CONSTRAINT uq_ledger_entries__reverses_id")

    _, outcomes = take_back_twice(race, station, now)

    assert outcomes == {Correction: ENTRIES, IntegrityError: ENTRIES}


@pytest.mark.usefixtures("unseen")
def test_without_any_guard_each_entry_is_reversed_twice(race, station, now):
    drop("ALTER TABLE ledger_entries DROP CONSTRAINT uq_ledger_entries__reverses_id")
    drop("DROP INDEX uq_corrections__entry_id")

    person, outcomes = take_back_twice(race, station, now)

    assert outcomes == {Correction: 2 * ENTRIES}
    assert ledger.get_balance(person.participant_id).balance == -10 * ENTRIES


def read_account(*, participant_id, asset):
    return ledger.get_balance(participant_id, asset=asset)


def approve_at_once(race, station, now, monkeypatch, together):
    """Have many approve who hold neither the account nor the correction meanwhile."""
    person = add_participant(station, now, points=1)
    asked = adjust(build_admin(station), person, station, 60, now)
    approvers = [build_admin(station) for _ in range(RACERS)]

    def go_on_with_what_was_read(correction_id):
        correction = queries.get_correction(correction_id)
        together()
        return correction

    monkeypatch.setattr(books, "lock_account", read_account)
    monkeypatch.setattr(operations, "lock_correction", go_on_with_what_was_read)
    outcomes = race(RACERS, lambda number: decide(approvers[number], asked, now))
    return person, Counter(map(type, outcomes))


def test_the_books_stand_behind_the_lock_of_a_decision(race, station, now, monkeypatch, together):
    person, outcomes = approve_at_once(race, station, now, monkeypatch, together)

    assert outcomes == {Correction: 1, AlreadyPostedError: RACERS - 1}
    assert ledger.get_balance(person.participant_id).balance == 61


def test_without_the_index_of_the_books_the_state_stands(race, station, now, monkeypatch, together):
    drop("DROP INDEX uq_ledger_entries__decided")

    person, outcomes = approve_at_once(race, station, now, monkeypatch, together)

    assert outcomes == {Correction: 1, AlreadyDecidedError: RACERS - 1}
    assert ledger.get_balance(person.participant_id).balance == 61


def test_without_any_guard_every_approver_gives_the_points(
    race, station, now, monkeypatch, together
):
    drop("DROP INDEX uq_ledger_entries__decided")
    monkeypatch.setattr(operations, "close_correction", lambda correction, **_: correction)

    person, outcomes = approve_at_once(race, station, now, monkeypatch, together)

    assert outcomes == {Correction: RACERS}
    assert ledger.get_balance(person.participant_id).balance == 1 + 60 * RACERS


def test_without_the_lock_of_the_staff_account_a_day_has_room_for_more(
    race, station, now, monkeypatch, together
):
    sum_given = queries.sum_given

    def sum_together(**asked):
        given = sum_given(**asked)
        together()
        return given

    staff = make_staff("zhengtao", now, (Role.STATION_ADMIN, station))
    people = [add_participant(station, now) for _ in range(RACERS + 1)]
    adjust(staff, people.pop(), station, 190, now)
    monkeypatch.setattr(identity, "lock_staff", lambda _staff_id: None)
    monkeypatch.setattr(queries, "sum_given", sum_together)

    outcomes = race(RACERS, lambda number: adjust(staff, people[number], station, 10, now))

    assert Counter(map(type, outcomes)) == {Correction: RACERS}


def spend_what_was_reversed_meanwhile(race, now, monkeypatch):
    shop = add_shop(now, points=60)
    admin, person = build_admin(shop.station), add_participant(shop.station, now)
    entry = give(person, shop.station, 60, now)
    was_read, was_reversed = threading.Event(), threading.Event()

    def read_only(*, participant_id, now):
        return read_account(participant_id=participant_id, asset=Asset.POINTS)

    def read_and_wait(**wanted):
        account = read_only(**wanted)
        was_read.set()
        was_reversed.wait(SECONDS_MAX)
        return account

    # The terms of the item are judged first, and then the hold is placed.
    monkeypatch.setattr(books, "lock_spendable", read_only)
    monkeypatch.setattr(holds, "lock_spendable", read_and_wait)

    def run(number):
        if number:
            return reserve(shop, person, now)
        was_read.wait(SECONDS_MAX)
        done = reverse(admin, entry, now)
        was_reversed.set()
        return done

    _, spent = race(2, run)
    return spent, ledger.get_balance(person.participant_id, asset=Asset.POINTS)


def test_the_check_of_the_account_stands_behind_its_lock(app, race, now, monkeypatch):
    spent, balance = spend_what_was_reversed_meanwhile(race, now, monkeypatch)

    assert isinstance(spent, IntegrityError)
    assert (balance.balance, balance.held, balance.debt) == (0, 0, 0)
    assert count_inconsistencies() == {}


def test_without_lock_and_check_points_are_spent_that_were_taken_back(app, race, now, monkeypatch):
    drop(
        "ALTER TABLE ledger_accounts DROP CONSTRAINT ck_ledger_accounts__available_covered_by_debt"
    )

    spent, balance = spend_what_was_reversed_meanwhile(race, now, monkeypatch)

    assert isinstance(spent, Redemption)
    assert (balance.balance, balance.held, balance.debt) == (0, 60, 0)
