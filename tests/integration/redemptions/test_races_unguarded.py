"""The same races with a guard taken out: what each guard is there for.

On PostgreSQL alone, for SQLite lets one writer in at a time; on a database of
its own, for some of the guards are constraints.
"""

import threading
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.core.db import db
from rewards.ledger import operations as ledger
from rewards.ledger.models import AccountRow
from rewards.ledger.operations import holds
from rewards.ledger.types import AccountId, Asset, Balance
from rewards.redemptions import operations, service
from rewards.redemptions.operations import ending
from rewards.redemptions.service import closing
from rewards.redemptions.types import Redemption
from rewards.stock.models import StockLevelRow
from rewards.stock.operations import levels as stock
from rewards.stock.types import LimitPeriod
from tests.factories.redemptions import (
    add_participant,
    add_shop,
    count_inconsistencies,
    limit,
    reserve,
)
from tests.factories.unguarding import (
    close_hold_whatever_it_is,
    close_redemption_whatever_it_is,
    drop_trigger,
)

pytestmark = pytest.mark.databases("postgresql")

RACERS = 8
SECONDS_MAX = 30
GUARDS = ("lock", "hold", "state", "trigger")


@pytest.fixture
def database(make_database):
    return make_database("postgresql")


@pytest.fixture
def together():
    """Return a function that lets nobody go on before all racers have come to it."""
    barrier = threading.Barrier(RACERS)
    return lambda: barrier.wait(timeout=SECONDS_MAX)


def drop_check(table, name):
    db.session.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    db.session.commit()


def read_level(reward_id):
    return db.session.execute(
        sa.select(StockLevelRow.on_hand, StockLevelRow.reserved).where(
            StockLevelRow.reward_id == reward_id
        )
    ).one()


def race_for_the_last_piece(race, now):
    shop = add_shop(now, on_hand=1)
    people = [add_participant(shop.station, now, points=60) for _person in range(RACERS)]
    return race(RACERS, lambda number: reserve(shop, people[number], now))


def test_a_level_that_is_read_and_written_back_is_oversold(app, race, now, monkeypatch, together):
    change_level = stock._change_level

    def read_check_write(reward_id, condition, **values):
        if "reserved" not in values:
            return change_level(reward_id, condition, **values)
        on_hand, reserved = read_level(reward_id)
        together()
        return on_hand > reserved and change_level(
            reward_id, sa.true(), reserved=sa.literal(reserved + 1)
        )

    monkeypatch.setattr(stock, "_change_level", read_check_write)

    outcomes = race_for_the_last_piece(race, now)

    assert Counter(map(type, outcomes)) == {Redemption: RACERS}
    assert "levels are the sums of their movements" in count_inconsistencies()


@pytest.fixture
def checked_before(monkeypatch, together):
    """The level is checked by a read before, and then changed without a condition."""
    change_level = stock._change_level

    def check_then_change(reward_id, condition, **values):
        if "reserved" not in values:
            return change_level(reward_id, condition, **values)
        on_hand, reserved = read_level(reward_id)
        together()
        return on_hand > reserved and change_level(reward_id, sa.true(), **values)

    monkeypatch.setattr(stock, "_change_level", check_then_change)


@pytest.mark.usefixtures("checked_before")
def test_the_check_of_the_table_stands_behind_the_condition(app, race, now):
    outcomes = race_for_the_last_piece(race, now)

    assert Counter(map(type, outcomes)) == {Redemption: 1, IntegrityError: RACERS - 1}
    assert count_inconsistencies() == {}


@pytest.mark.usefixtures("checked_before")
def test_without_condition_and_check_the_shelf_is_oversold(app, race, now):
    drop_check("stock_levels", "ck_stock_levels__reserved_within_on_hand")

    outcomes = race_for_the_last_piece(race, now)

    assert Counter(map(type, outcomes)) == {Redemption: RACERS}


@pytest.fixture
def unlocked(monkeypatch, together):
    """The account is read, and not locked."""

    lock_account = ledger.lock_account

    def read_only(*, participant_id, asset):
        row = db.session.execute(
            sa.select(AccountRow.id, AccountRow.balance, AccountRow.held, AccountRow.earned).where(
                AccountRow.participant_id == participant_id, AccountRow.asset == asset
            )
        ).one_or_none()
        if row is None:
            return lock_account(participant_id=participant_id, asset=asset)
        return Balance(
            account_id=AccountId(row.id), balance=row.balance, held=row.held, earned=row.earned
        )

    def read_together(**wanted):
        found = read_only(**wanted)
        together()
        return found

    def without_day(read):
        return lambda *, participant_id, now: read(
            participant_id=participant_id, asset=Asset.POINTS
        )

    # The limits are counted under the lock, and then the hold is placed under it.
    monkeypatch.setattr(ledger, "lock_account", read_only)
    monkeypatch.setattr(ledger, "lock_spendable", without_day(read_only))
    monkeypatch.setattr(holds, "lock_spendable", without_day(read_together))


def race_for_one_balance(race, now):
    shop = add_shop(now)
    person = add_participant(shop.station, now, points=100)
    return race(RACERS, lambda _number: reserve(shop, person, now))


@pytest.mark.usefixtures("unlocked")
def test_the_check_of_the_account_stands_behind_its_lock(app, race, now):
    outcomes = race_for_one_balance(race, now)

    assert Counter(map(type, outcomes)) == {Redemption: 1, IntegrityError: RACERS - 1}
    assert count_inconsistencies() == {}


@pytest.mark.usefixtures("unlocked")
def test_without_lock_and_check_one_balance_is_spent_many_times(app, race, now):
    drop_check("ledger_accounts", "ck_ledger_accounts__available_covered_by_debt")

    outcomes = race_for_one_balance(race, now)

    assert Counter(map(type, outcomes)) == {Redemption: RACERS}


@pytest.mark.usefixtures("unlocked")
def test_without_lock_one_person_has_what_one_may_have_many_times(app, race, now):
    shop = add_shop(now)
    limit(shop.reward, limit_count=1, limit_period=LimitPeriod.QUARTER)
    person = add_participant(shop.station, now, points=60 * RACERS)

    outcomes = race(RACERS, lambda _number: reserve(shop, person, now))

    assert Counter(map(type, outcomes)) == {Redemption: RACERS}


def take_out(guard, monkeypatch, together):
    if guard == "lock":

        def go_on_with_what_was_read(redemption):
            together()
            return redemption

        monkeypatch.setattr(closing, "lock", go_on_with_what_was_read)
    elif guard == "hold":
        monkeypatch.setattr(holds, "_close", close_hold_whatever_it_is)
    elif guard == "trigger":
        drop_trigger()
    else:
        for module in (operations, ending):
            monkeypatch.setattr(module, "close_redemption", close_redemption_whatever_it_is)


def race_for_an_end(race, now):
    shop = add_shop(now)
    person = add_participant(shop.station, now, points=600)
    redemption = reserve(shop, person, now)
    # So many pieces and points are set aside that giving back twice is not noticed.
    for _time in range(5):
        reserve(shop, person, now)

    def end(number):
        if number % 2:
            service.cancel(actor=person, redemption_id=redemption.id, now=now)
        else:
            service.fulfil(
                actor=shop.clerk, redemption_id=redemption.id, code=redemption.code, now=now
            )
        return "won"

    return race(RACERS, end)


@pytest.mark.parametrize("left", GUARDS)
def test_each_guard_alone_lets_one_end_win(app, race, now, monkeypatch, together, left):
    for guard in GUARDS:
        if guard != left:
            take_out(guard, monkeypatch, together)

    outcomes = race_for_an_end(race, now)

    assert outcomes.count("won") == 1
    assert count_inconsistencies() == {}


def test_without_any_guard_a_reward_is_handed_over_and_the_points_given_back(
    app, race, now, monkeypatch, together
):
    for guard in GUARDS:
        take_out(guard, monkeypatch, together)

    outcomes = race_for_an_end(race, now)

    assert outcomes.count("won") == 2
    assert "each end has its one movement" in count_inconsistencies()
