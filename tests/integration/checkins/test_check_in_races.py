"""Check-ins at the same moment. Each guard has a control that goes red without it."""

import time

import pytest
import sqlalchemy as sa

from rewards.access.types import SystemActor
from rewards.activities import operations as activities_operations
from rewards.activities.errors import OccasionFullError
from rewards.activities.models import OccasionSeatsRow
from rewards.checkins import queries, service
from rewards.checkins.models import CheckInRow
from rewards.checkins.types import Evidence, Receipt
from rewards.core.db import db
from rewards.earning import service as earning
from rewards.ledger import operations as ledger_operations
from rewards.ledger import queries as ledger
from rewards.ledger.models import EntryRow
from tests.factories.world import act_as, build_occasion, build_participant, build_station

AT_ONCE = 8
PAUSE_SECONDS = 0.1
PLACES = 5
DAY_CAP = 10
DESKS = 12


def count(row):
    return db.session.scalar(sa.select(sa.func.count()).select_from(row))


@pytest.fixture
def slow_look(monkeypatch):
    """Give every racer the time to look before any of them acts."""
    look = queries.find_last

    def look_slowly(**wanted):
        found = look(**wanted)
        time.sleep(PAUSE_SECONDS)
        return found

    monkeypatch.setattr(queries, "find_last", look_slowly)


def scan_often(person, occasion, now):
    """Return what each of a person's own scans does."""
    code = queries.get_display_code(occasion, now=now).token
    return lambda _: service.check_in_by_code(actor=act_as(person), code=code, now=now)


def pass_gates(person, occasion, now):
    """Return what each of several gates does with the same card."""
    return lambda number: service.check_in_by_staff(
        actor=SystemActor(),
        occasion_id=occasion.id,
        card=person.number,
        evidence=Evidence(gate=f"{number}号门"),
        now=now,
    )


WAYS = pytest.mark.parametrize("come", [scan_often, pass_gates])


@WAYS
@pytest.mark.usefixtures("slow_look")
def test_the_same_check_in_eight_times_at_once_is_one(race, now, come):
    station = build_station()
    person = build_participant(station, now=now)
    occasion = build_occasion(station, now=now)

    receipts = race(AT_ONCE, come(person, occasion, now))

    assert {receipt.check_in_id for receipt in receipts} == {receipts[0].check_in_id}
    assert sorted(receipt.is_new for receipt in receipts) == [False] * (AT_ONCE - 1) + [True]
    assert (count(CheckInRow), count(EntryRow)) == (1, 1)
    assert ledger.get_balance(person.id).balance == 5


# On SQLite the unit of work itself is the lock: tests/integration/core has its control.
@WAYS
@pytest.mark.databases("postgresql")
@pytest.mark.usefixtures("slow_look")
def test_without_the_lock_the_same_check_in_at_once_is_refused_by_the_database(
    race, now, monkeypatch, come
):
    """The control: without the account's lock only the constraint is left, and it shows."""
    station = build_station()
    person = build_participant(station, now=now)
    occasion = build_occasion(station, now=now)
    open_account(person, station, now)
    monkeypatch.setattr(
        ledger_operations,
        "lock_account",
        lambda *, participant_id, asset: ledger.get_balance(participant_id, asset=asset),
    )

    outcomes = race(AT_ONCE, come(person, occasion, now))

    assert not all(isinstance(outcome, Receipt) for outcome in outcomes)


def open_account(person, station, now):
    other = build_occasion(station, now=now)
    code = queries.get_display_code(other, now=now).token
    service.check_in_by_code(actor=act_as(person), code=code, now=now)


def rush(race, now):
    station = build_station()
    occasion = build_occasion(station, now=now, capacity=PLACES)
    people = [build_participant(station, name=f"居民{n}", now=now) for n in range(DESKS)]
    code = queries.get_display_code(occasion, now=now).token
    return occasion, race(
        DESKS,
        lambda n: service.check_in_by_code(actor=act_as(people[n]), code=code, now=now),
    )


def test_a_rush_for_the_last_places_fills_them_exactly(race, now):
    occasion, outcomes = rush(race, now)

    came = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, OccasionFullError)]
    assert (len(came), len(refused)) == (PLACES, DESKS - PLACES)
    assert queries.count_attendance([occasion.id]) == {occasion.id: PLACES}
    assert count(EntryRow) == PLACES


@pytest.mark.databases("postgresql")
def test_without_the_guarded_update_a_rush_overfills(race, now, monkeypatch):
    """The control: look first, take later, no constraint."""
    monkeypatch.setattr(activities_operations, "take_seat", look_then_take)

    occasion, _ = rush(race, now)

    assert queries.count_attendance([occasion.id])[occasion.id] > PLACES


def look_then_take(occasion):
    taken = queries.count_attendance([occasion.id])[occasion.id]
    time.sleep(PAUSE_SECONDS)
    if taken > occasion.capacity:
        raise OccasionFullError
    assert db.session.get(OccasionSeatsRow, occasion.id)


@pytest.fixture
def slow_sum(monkeypatch):
    """Give every racer the time to see what was given so far before any of them adds to it."""
    add_up = ledger.list_usage

    def add_up_slowly(**wanted):
        found = add_up(**wanted)
        time.sleep(PAUSE_SECONDS)
        return found

    monkeypatch.setattr(ledger, "list_usage", add_up_slowly)


def spread(race, now, take_guard_out=lambda: None):
    """Check one person in to more activities at once than a day's cap pays for."""
    station = build_station()
    person = build_participant(station, now=now)
    open_account(person, station, now)
    occasions = [build_occasion(station, now=now) for _ in range(AT_ONCE)]
    codes = [queries.get_display_code(each, now=now).token for each in occasions]
    take_guard_out()
    receipts = race(
        AT_ONCE,
        lambda n: service.check_in_by_code(actor=act_as(person), code=codes[n], now=now),
    )
    return person, receipts


@pytest.mark.usefixtures("slow_sum")
def test_activities_at_once_never_pass_the_cap_of_a_day(race, now):
    person, receipts = spread(race, now)

    # One activity before the race gave 5 of the 10 points that a day may give.
    assert sorted(receipt.points for receipt in receipts) == [0] * (AT_ONCE - 1) + [5]
    assert ledger.get_balance(person.id).balance == DAY_CAP


def test_of_twenty_awards_of_10_at_once_a_cap_of_50_lets_five_through(race, now):
    station = build_station()
    person = build_participant(station, now=now)
    changes = {"base": 10, "cap_day": 50}
    earning.save_version(actor=SystemActor(), code="ACT_JOIN", changes=changes, now=now)
    occasions = [build_occasion(station, now=now) for _ in range(20)]
    codes = [queries.get_display_code(each, now=now).token for each in occasions]

    receipts = race(
        20, lambda n: service.check_in_by_code(actor=act_as(person), code=codes[n], now=now)
    )

    assert sorted(receipt.points for receipt in receipts) == [0] * 15 + [10] * 5
    assert ledger.get_balance(person.id).balance == 50


@pytest.mark.databases("postgresql")
@pytest.mark.usefixtures("slow_sum")
def test_without_the_lock_activities_at_once_pass_the_cap(race, now, monkeypatch):
    """The control: what was given so far is read before anybody writes."""

    def read_without_lock(*, participant_id, asset):
        return ledger.get_balance(participant_id, asset=asset)

    person, _ = spread(
        race,
        now,
        lambda: monkeypatch.setattr(ledger_operations, "lock_account", read_without_lock),
    )

    assert ledger.get_balance(person.id).balance > DAY_CAP
