"""The race for the last place in a slot with its guards taken out: what each is there for."""

import threading
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.stock import operations, queries, service
from rewards.stock.errors import SlotFullError
from rewards.stock.models import PickupSlotRow
from rewards.stock.operations import slots as guarded
from rewards.stock.types import Desk, Span
from tests.factories.redemptions import SYSTEM, add_shop

pytestmark = pytest.mark.databases("postgresql")

RACERS = 6
SECONDS_MAX = 30


@pytest.fixture
def database(make_database):
    return make_database("postgresql")


@pytest.fixture
def run_for_it(app, now, race):
    """Return a function that has many book the last place, and tells how it ended."""
    shop = add_shop(now)
    week = ((Span(opens=0, closes=1440),),) * 7
    service.set_week(actor=SYSTEM, space_id=shop.space.id, desk=Desk.SPACE, week=week, now=now)
    service.set_slots(actor=SYSTEM, space_id=shop.space.id, minutes=30, capacity=2, now=now)
    starts_at = queries.list_slots(shop.space.id, now)[0].starts_at

    @use_case
    def book(_number):
        return operations.book_slot(space_id=shop.space.id, starts_at=starts_at, now=now)

    book(0)

    def run():
        outcomes = race(RACERS, book)
        return Counter(type(each) if isinstance(each, Exception) else "place" for each in outcomes)

    return run


@pytest.fixture
def checked_before(monkeypatch):
    """The places are counted by a read before, and then one is taken without a condition."""
    barrier = threading.Barrier(RACERS)
    take = guarded._take

    def check_then_take(space_id, starts_at, _condition):
        booked, capacity = db.session.execute(
            sa.select(PickupSlotRow.booked, PickupSlotRow.capacity)
        ).one()
        barrier.wait(timeout=SECONDS_MAX)
        return take(space_id, starts_at, sa.true()) if booked < capacity else None

    def unguard():
        # Writing the row of a slot locks it, which would make the racers wait for each other.
        monkeypatch.setattr(guarded, "_open", lambda _space_id, _slot: None)
        monkeypatch.setattr(guarded, "_take", check_then_take)

    return unguard


def drop_check():
    db.session.execute(
        sa.text("ALTER TABLE pickup_slots DROP CONSTRAINT ck_pickup_slots__booked_within_capacity")
    )
    db.session.commit()


def test_with_both_guards_the_last_place_goes_once(run_for_it):
    assert run_for_it() == {"place": 1, SlotFullError: RACERS - 1}


def test_the_condition_alone_is_enough(run_for_it):
    drop_check()

    assert run_for_it() == {"place": 1, SlotFullError: RACERS - 1}


def test_the_check_of_the_table_stands_behind_the_condition(run_for_it, checked_before):
    checked_before()

    assert run_for_it() == {"place": 1, IntegrityError: RACERS - 1}


def test_without_both_there_are_more_people_than_places(run_for_it, checked_before):
    checked_before()
    drop_check()

    assert run_for_it() == {"place": RACERS}
