"""Budgets with a guard taken out: what each guard is there for. On PostgreSQL, as other races."""

import threading
from collections import Counter

import pytest
import sqlalchemy as sa

from rewards.access.types import Role
from rewards.core import clock
from rewards.core.db import db
from rewards.network import queries as network
from rewards.redemptions import operations, queries, rules, service
from rewards.redemptions.models import RedemptionBudgetRow
from rewards.redemptions.operations import budgets
from rewards.redemptions.types import Redemption
from rewards.stock import operations as stock
from tests.factories.redemptions import (
    add_participant,
    add_reward,
    add_shop,
    build_staff,
    reserve,
)

pytestmark = pytest.mark.databases("postgresql")

RACERS = 6
SECONDS_MAX = 30


@pytest.fixture
def database(make_database):
    return make_database("postgresql")


@pytest.fixture
def shop(app, now):
    return add_shop(now, points=60, on_hand=100)


def decide(shop, points, now):
    center = network.list_ancestors(shop.station.path)[0]
    return service.set_budget(
        actor=build_staff(Role.CENTER_ADMIN, center.path),
        node_id=center.id,
        quarter=clock.local_date(now, clock.zone()),
        points=points,
        now=now,
    )


def read_used():
    db.session.rollback()
    return db.session.scalar(sa.select(RedemptionBudgetRow.used))


def test_a_budget_that_is_read_and_written_back_is_overspent(app, race, shop, now, monkeypatch):
    decide(shop, 60, now)
    people = [add_participant(shop.station, now, points=60) for _each in range(RACERS)]
    barrier = threading.Barrier(RACERS)

    def read_check_write(budget, points, _condition):
        barrier.wait(timeout=SECONDS_MAX)
        if budget.used + points > budget.points:
            return False
        db.session.execute(sa.update(RedemptionBudgetRow).values(used=budget.used + points))
        return True

    # The level would let one through at a time, to where the others wait.
    monkeypatch.setattr(stock, "reserve", lambda **_asked: None)
    monkeypatch.setattr(budgets, "_change", read_check_write)

    outcomes = race(RACERS, lambda number: reserve(shop, people[number], now))

    assert Counter(map(type, outcomes)) == {Redemption: RACERS}
    assert read_used() == 60


def meet(race, shop, now, monkeypatch, *, patience):
    """Set a budget while a reservation has looked for one and is not committed; tell what it has.

    The reservation goes on when the budget is set, or when its *patience* ends.
    """
    person = add_participant(shop.station, now, points=60)
    arrived, decided = threading.Event(), threading.Event()
    open_redemption = operations.open_redemption

    def open_slowly(**values):
        arrived.set()
        decided.wait(timeout=patience)
        return open_redemption(**values)

    def act(number):
        if number == 0:
            return reserve(shop, person, now)
        arrived.wait(timeout=SECONDS_MAX)
        budget = decide(shop, 600, now)
        decided.set()
        return budget

    monkeypatch.setattr(operations, "open_redemption", open_slowly)
    race(2, act)
    redeemed = queries.sum_redeemed(
        shop.station.path, rules.quarter_of(clock.local_date(now, clock.zone()))
    )
    return read_used(), redeemed


def test_a_budget_waits_for_the_reservation_that_has_not_seen_it(app, race, shop, now, monkeypatch):
    assert meet(race, shop, now, monkeypatch, patience=0.3) == (60, 60)


def test_without_the_lock_of_the_levels_it_misses_that_reservation(
    app, race, shop, now, monkeypatch
):
    monkeypatch.setattr(stock, "lock_branch", lambda _path: None)

    assert meet(race, shop, now, monkeypatch, patience=SECONDS_MAX) == (0, 60)


def meet_new_item(race, shop, now, monkeypatch, *, patience):
    """Reserve an item that comes onto the shelf while a budget is set; tell what the budget has.

    The budget is written when the reservation is there, or when its *patience* ends.
    """
    person = add_participant(shop.station, now, points=60)
    counted, reserved = threading.Event(), threading.Event()
    write_budget = operations.write_budget

    def write_slowly(**values):
        counted.set()
        reserved.wait(timeout=patience)
        return write_budget(**values)

    def act(number):
        if number == 0:
            return decide(shop, 600, now)
        counted.wait(timeout=SECONDS_MAX)
        redemption = reserve(shop, person, now, reward=add_reward(shop.space, now, name="毛巾"))
        reserved.set()
        return redemption

    monkeypatch.setattr(operations, "write_budget", write_slowly)
    _budget, redemption = race(2, act)
    redeemed = queries.sum_redeemed(
        shop.station.path, rules.quarter_of(clock.local_date(now, clock.zone()))
    )
    return redemption, read_used(), redeemed


def test_a_new_item_is_not_reserved_before_the_budget_is_there(app, race, shop, now, monkeypatch):
    _redemption, *counted = meet_new_item(race, shop, now, monkeypatch, patience=0.3)

    assert counted == [60, 60]


def test_without_the_lock_of_the_space_it_is_and_still_comes_to_its_end(
    app, race, shop, now, monkeypatch
):
    monkeypatch.setattr(stock, "share_space", lambda _space_id: None)
    redemption, *counted = meet_new_item(race, shop, now, monkeypatch, patience=SECONDS_MAX)
    assert counted == [0, 60]

    service.cancel(actor=shop.clerk, redemption_id=redemption.id, now=now)

    assert read_used() == 0
