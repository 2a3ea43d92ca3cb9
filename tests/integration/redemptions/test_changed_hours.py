"""What waits to be collected when the space changes its hours."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.core import clock
from rewards.core.db import db
from rewards.notices.models import NoticeRow
from rewards.redemptions import queries, service
from rewards.redemptions.operations import ending, hours
from rewards.stock import queries as stock_queries
from rewards.stock import service as stock
from rewards.stock.types import Desk, Span
from tests.factories.redemptions import SYSTEM, add_participant, add_shop, reserve

DAY = timedelta(days=1)
SECONDS_MAX = 30
ALL_DAY = (Span(opens=0, closes=1440),)


@pytest.fixture
def shop(app, now):
    shop = add_shop(now)
    stock.set_week(
        actor=SYSTEM, space_id=shop.space.id, desk=Desk.SPACE, week=(ALL_DAY,) * 7, now=now
    )
    stock.set_slots(actor=SYSTEM, space_id=shop.space.id, minutes=30, capacity=2, now=now)
    return shop


@pytest.fixture
def waiting(shop, now):
    return reserve(shop, add_participant(shop.station, now, points=100), now)


def close(shop, now, first, last, spans=()):
    """Close the desk from *first* to *last* days after today, but for *spans*."""
    today = clock.local_date(now, clock.zone())
    stock.set_special_days(
        actor=SYSTEM,
        space_id=shop.space.id,
        desk=Desk.EXCHANGE,
        first=today + first * DAY,
        last=today + last * DAY,
        spans=spans,
        reason="盘点",
        now=now,
    )


def list_notices():
    return [
        (each.details["redemption"], each.details["expires_at"], each.details["is_moved"])
        for each in db.session.scalars(sa.select(NoticeRow).order_by(NoticeRow.id))
    ]


def test_a_deadline_on_a_day_that_is_closed_since_is_put_off(shop, waiting, now):
    close(shop, now, 7, 9)

    moved = queries.get_redemption(waiting.id)
    assert moved.expires_at == waiting.expires_at + 3 * DAY
    assert list_notices() == [(waiting.id.hex, moved.expires_at.isoformat(), True)]
    assert not service.expire(redemption_id=waiting.id, now=waiting.expires_at)


@pytest.mark.parametrize(("closes", "days"), [(12, 1), (16, 0)])
def test_who_has_until_today_and_finds_it_closed_early_has_another_day(shop, waiting, closes, days):
    at_two = waiting.expires_at - timedelta(hours=10)

    close(shop, at_two, 0, 0, spans=(Span(opens=9 * 60, closes=closes * 60),))

    assert queries.get_redemption(waiting.id).expires_at == waiting.expires_at + days * DAY


def test_a_desk_that_opens_never_again_puts_nothing_off(shop, waiting):
    at_two = waiting.expires_at - timedelta(hours=10)

    stock.set_week(
        actor=SYSTEM, space_id=shop.space.id, desk=Desk.EXCHANGE, week=((),) * 7, now=at_two
    )

    assert queries.get_redemption(waiting.id).expires_at == waiting.expires_at


def test_a_deadline_is_never_put_forward_again(shop, waiting, now):
    close(shop, now, 7, 9)
    today = clock.local_date(now, clock.zone())
    stock.drop_special_days(
        actor=SYSTEM,
        space_id=shop.space.id,
        desk=Desk.EXCHANGE,
        first=today,
        last=today + 20 * DAY,
        now=now,
    )

    assert queries.get_redemption(waiting.id).expires_at == waiting.expires_at + 3 * DAY


def test_other_days_and_other_spaces_move_nothing(shop, waiting, now):
    other = add_shop(now)
    close(shop, now, 1, 6)
    close(shop, now, 8, 9)
    close(other, now, 7, 7)

    assert queries.get_redemption(waiting.id).expires_at == waiting.expires_at
    assert list_notices() == []


def test_what_has_come_to_its_end_stays_as_it_is(shop, waiting, now):
    service.cancel(actor=SYSTEM, redemption_id=waiting.id, now=now)

    close(shop, now, 7, 7)

    assert queries.get_redemption(waiting.id).expires_at == waiting.expires_at


def test_a_slot_in_which_it_is_closed_is_free_again_and_its_owner_is_told(shop, now):
    person = add_participant(shop.station, now, points=200)
    slots = stock_queries.list_slots(shop.space.id, now)
    today = clock.local_date(now, clock.zone())
    tomorrow = next(
        each for each in slots if clock.local_date(each.starts_at, clock.zone()) == today + DAY
    )
    kept, freed = reserve(shop, person, now), reserve(shop, person, now)
    for redemption, slot in ((kept, slots[0]), (freed, tomorrow)):
        service.choose_slot(
            actor=person, redemption_id=redemption.id, starts_at=slot.starts_at, now=now
        )
    slot_id = queries.get_redemption(freed.id).slot_id

    close(shop, now, 1, 1)

    assert queries.get_redemption(freed.id).slot_id is None
    assert stock_queries.find_slot(slot_id).booked == 0
    still = stock_queries.find_slot(queries.get_redemption(kept.id).slot_id)
    assert (still.starts_at, still.booked) == (slots[0].starts_at, 1)
    assert [told[0] for told in list_notices()] == [freed.id.hex]


def test_who_collects_while_the_desk_is_closed_gives_the_place_back_once(shop, now, race):
    person = add_participant(shop.station, now, points=100)
    redemption = reserve(shop, person, now)
    today = clock.local_date(now, clock.zone())
    tomorrow = next(
        each
        for each in stock_queries.list_slots(shop.space.id, now)
        if clock.local_date(each.starts_at, clock.zone()) == today + DAY
    )
    service.choose_slot(
        actor=person, redemption_id=redemption.id, starts_at=tomorrow.starts_at, now=now
    )
    slot_id = queries.get_redemption(redemption.id).slot_id

    def contend(number):
        if number == 0:
            return close(shop, now, 1, 1)
        return service.cancel(actor=person, redemption_id=redemption.id, now=now)

    outcomes = race(2, contend)

    assert not any(isinstance(each, Exception) for each in outcomes), outcomes
    assert stock_queries.find_slot(slot_id).booked == 0


@pytest.mark.databases("postgresql")
def test_without_the_lock_of_the_account_a_place_is_given_back_twice(shop, now, race, monkeypatch):
    person = add_participant(shop.station, now, points=100)
    redemption = reserve(shop, person, now)
    today = clock.local_date(now, clock.zone())
    tomorrow = next(
        each
        for each in stock_queries.list_slots(shop.space.id, now)
        if clock.local_date(each.starts_at, clock.zone()) == today + DAY
    )
    service.choose_slot(
        actor=person, redemption_id=redemption.id, starts_at=tomorrow.starts_at, now=now
    )
    is_read, is_closed = threading.Event(), threading.Event()
    leave = ending.leave_slot

    def leave_late(read):
        is_read.set()
        assert is_closed.wait(SECONDS_MAX)
        leave(read)

    monkeypatch.setattr(ending, "leave_slot", leave_late)
    monkeypatch.setattr(hours.ledger, "lock_account", lambda **_account: None)

    def contend(number):
        if number:
            return service.cancel(actor=person, redemption_id=redemption.id, now=now)
        assert is_read.wait(SECONDS_MAX)
        try:
            return close(shop, now, 1, 1)
        finally:
            is_closed.set()

    outcomes = race(2, contend)

    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [RuntimeError]
