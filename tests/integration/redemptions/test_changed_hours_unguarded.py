"""Hours that change under a reservation, with a guard taken out: what each guard is there for."""

import threading
from datetime import timedelta

import pytest

from rewards.core import clock
from rewards.redemptions import operations, queries, service
from rewards.redemptions.operations import hours
from rewards.stock import operations as shelves
from rewards.stock import queries as stock_queries
from rewards.stock import service as stock
from rewards.stock.types import Desk
from tests.factories.redemptions import (
    SYSTEM,
    add_participant,
    hand_over,
    open_slots,
    reserve,
)

pytestmark = pytest.mark.databases("postgresql")

DAY = timedelta(days=1)
SECONDS_MAX = 30
CLOSED_DAYS = 20


@pytest.fixture
def meet(shop, race, now, monkeypatch):
    """Return a function that closes the last day while something is done, and returns what came.

    *step* is where whoever does it stands still until it is closed, or *patience* ends.
    """

    def run(act, *, step, patience):
        arrived, closed = threading.Event(), threading.Event()
        write = getattr(operations, step)

        def write_slowly(*values, **named):
            arrived.set()
            closed.wait(timeout=patience)
            return write(*values, **named)

        def contend(number):
            if number == 0:
                return act()
            arrived.wait(timeout=SECONDS_MAX)
            close(shop, now)
            closed.set()
            return None

        monkeypatch.setattr(operations, step, write_slowly)
        done, _ = race(2, contend)
        return done

    return run


def close(shop, now):
    """Close the desk for long from the last day on, and let fewer come at once."""
    today = clock.local_date(now, clock.zone())
    stock.set_special_days(
        actor=SYSTEM,
        space_id=shop.space.id,
        desk=Desk.EXCHANGE,
        first=today + 7 * DAY,
        last=today + CLOSED_DAYS * DAY,
        spans=(),
        reason="盘点",
        now=now,
    )
    stock.set_slots(actor=SYSTEM, space_id=shop.space.id, minutes=60, capacity=1, now=now)


def last_day(redemption, now):
    """Return how many days after today the last day to collect is."""
    expires_at = queries.get_redemption(redemption.id).expires_at
    day = clock.local_date(expires_at - timedelta(seconds=1), clock.zone())
    return (day - clock.local_date(now, clock.zone())).days


def book(shop, now):
    person = add_participant(shop.station, now, points=60)
    first, *_later = open_slots(shop, now)
    return lambda: reserve(shop, person, now, slot_starts_at=first)


def places(redemption):
    return stock_queries.find_slot(redemption.slot_id).capacity


def ask_for_more(shop, now):
    person = add_participant(shop.station, now, points=60)
    redemption = reserve(shop, person, now)
    return lambda: service.extend(actor=person, redemption_id=redemption.id, now=now)


def take_one_of_two(shop, now):
    person = add_participant(shop.station, now, points=120)
    two = reserve(shop, person, now, quantity=2)

    def take():
        hand_over(shop, two, now, quantity=1)
        return queries.find_rest(two.id)

    return take


def test_who_reserves_while_hours_change_is_told_by_the_new_ones(shop, meet, now):
    redemption = meet(book(shop, now), step="open_redemption", patience=0.2)

    assert last_day(redemption, now) == CLOSED_DAYS + 1
    assert places(redemption) == 1


def test_without_the_lock_of_the_space_they_are_told_by_the_old_ones(shop, meet, now, monkeypatch):
    monkeypatch.setattr(shelves, "share_space", lambda _space_id: None)

    redemption = meet(book(shop, now), step="open_redemption", patience=SECONDS_MAX)

    assert last_day(redemption, now) == 7
    assert places(redemption) == 2


def test_who_asks_for_more_time_keeps_what_they_were_promised(shop, meet, now):
    redemption = meet(ask_for_more(shop, now), step="extend", patience=0.2)

    assert last_day(redemption, now) == CLOSED_DAYS + 1


def test_without_the_lock_of_the_space_more_time_is_less(shop, meet, now, monkeypatch):
    monkeypatch.setattr(shelves, "share_space", lambda _space_id: None)

    # The lock of the account alone lets it go on too late: which deadlines move was read before.
    redemption = meet(ask_for_more(shop, now), step="extend", patience=0.2)

    assert last_day(redemption, now) == 14


def test_what_is_left_of_a_part_waits_as_long_as_was_promised(shop, meet, now):
    rest = meet(take_one_of_two(shop, now), step="split_off", patience=0.2)

    assert last_day(rest, now) == CLOSED_DAYS + 1


def test_without_the_lock_of_the_account_it_waits_by_the_old_hours(shop, meet, now, monkeypatch):
    take = take_one_of_two(shop, now)
    monkeypatch.setattr(hours.ledger, "lock_account", lambda **_account: None)

    rest = meet(take, step="split_off", patience=SECONDS_MAX)

    assert last_day(rest, now) == 7
