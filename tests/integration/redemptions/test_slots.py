"""Choosing when to collect: a slot counts those who wait with it, and nobody else."""

from collections import Counter
from datetime import timedelta

import pytest

from rewards.core.db import db
from rewards.redemptions import errors, queries, service
from rewards.redemptions.types import Redemption
from rewards.stock import queries as stock
from rewards.stock.errors import SlotFullError, SlotNotOfferedError
from tests.factories.redemptions import (
    add_participant,
    add_shop,
    count_inconsistencies,
    hand_over,
    open_slots,
    read_rows,
    reserve,
)

# What decides is the same on both; what both engines are asked is asked of both below.
pytestmark = pytest.mark.databases("sqlite")
both = pytest.mark.databases("sqlite", "postgresql")


@pytest.fixture
def slots(shop, now):
    return open_slots(shop, now)


@pytest.fixture
def person(shop, now):
    return add_participant(shop.station, now, points=300)


def choose(actor, redemption, starts_at, now):
    return service.choose_slot(
        actor=actor, redemption_id=redemption.id, starts_at=starts_at, now=now
    )


def count_booked(shop, starts_at, now):
    db.session.rollback()
    slots = {each.starts_at: each for each in stock.list_slots(shop.space.id, now)}
    return slots[starts_at].booked


@both
def test_a_slot_is_chosen_with_the_reservation_and_changed_later(shop, person, slots, now):
    redemption = reserve(shop, person, now, slot_starts_at=slots[3])
    assert stock.find_slot(redemption.slot_id).starts_at == slots[3]

    for starts_at in (slots[1], slots[5], slots[5]):
        choose(person, redemption, starts_at, now)
    assert [count_booked(shop, slots[n], now) for n in (1, 3, 5)] == [0, 0, 1]
    choose(shop.clerk, redemption, None, now)

    assert queries.get_redemption(redemption.id).slot_id is None
    assert count_booked(shop, slots[5], now) == 0
    assert count_inconsistencies() == {}


@pytest.mark.parametrize("end", ["hand_over", "cancel", "expire"])
def test_whatever_ends_it_gives_the_place_back(shop, person, slots, now, end):
    redemption = reserve(shop, person, now, slot_starts_at=slots[3])
    if end == "hand_over":
        hand_over(shop, redemption, now)
    elif end == "cancel":
        service.cancel(actor=person, redemption_id=redemption.id, now=now)
    else:
        service.expire(redemption_id=redemption.id, now=redemption.expires_at)

    assert count_booked(shop, slots[3], now) == 0
    assert count_inconsistencies() == {}


@both
def test_the_rest_of_a_part_keeps_the_place(shop, person, slots, now):
    two = reserve(shop, person, now, quantity=2, slot_starts_at=slots[3])
    hand_over(shop, two, now, quantity=1)

    rest = queries.find_rest(two.id)
    assert rest.slot_id == two.slot_id
    assert count_booked(shop, slots[3], now) == 1
    assert count_inconsistencies() == {}


def test_a_full_slot_or_one_that_is_not_offered_is_refused_and_nothing_changes(
    shop, person, slots, now
):
    mine = reserve(shop, person, now, slot_starts_at=slots[1])
    for _time in range(2):
        reserve(shop, person, now, slot_starts_at=slots[3])
    before = read_rows()

    for starts_at, refusal in (
        (slots[3], SlotFullError),
        (slots[3] + timedelta(minutes=1), SlotNotOfferedError),
        (mine.expires_at, errors.SlotAfterDeadlineError),
    ):
        with pytest.raises(refusal):
            choose(person, mine, starts_at, now)
        with pytest.raises(refusal):
            reserve(shop, person, now, slot_starts_at=starts_at)
    assert read_rows() == before


def test_nobody_chooses_for_others_or_for_what_is_over(shop, person, slots, now):
    redemption = reserve(shop, person, now)
    with pytest.raises(errors.RedemptionNotFoundError):
        choose(add_participant(shop.station, now), redemption, slots[3], now)
    hand_over(shop, redemption, now)
    with pytest.raises(errors.RedemptionAlreadyFulfilledError):
        choose(person, redemption, slots[3], now)


@both
def test_people_who_exchange_their_slots_at_once_all_come_to_an_end(app, race, now):
    shop = add_shop(now)
    slots = open_slots(shop, now, capacity=8)
    people = [add_participant(shop.station, now, points=60) for _each in range(8)]
    made = [
        reserve(shop, person, now, slot_starts_at=slots[2 + number % 2])
        for number, person in enumerate(people)
    ]

    outcomes = race(
        8, lambda number: choose(people[number], made[number], slots[3 - number % 2], now)
    )

    assert Counter(map(type, outcomes)) == {Redemption: 8}
    assert [count_booked(shop, slots[n], now) for n in (2, 3)] == [4, 4]
    assert count_inconsistencies() == {}
