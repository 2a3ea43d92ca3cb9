"""Many at the same moment. What happens without the guards is in test_races_unguarded.py."""

from collections import Counter

import pytest

from rewards.ledger import queries as ledger
from rewards.ledger.errors import InsufficientPointsError
from rewards.redemptions import queries, service
from rewards.redemptions.errors import (
    RedemptionAlreadyFulfilledError,
    RedemptionCancelledError,
    RedemptionExpiredError,
    RewardLimitError,
)
from rewards.redemptions.types import Redemption, RedemptionStatus
from rewards.stock import queries as stock
from rewards.stock.errors import OutOfStockError
from rewards.stock.types import LimitPeriod
from tests.factories.redemptions import (
    add_participant,
    add_reward,
    add_shop,
    count_inconsistencies,
    limit,
    reserve,
)

# How an end is told to those who came too late.
REFUSALS = {
    RedemptionStatus.FULFILLED: RedemptionAlreadyFulfilledError,
    RedemptionStatus.CANCELLED: RedemptionCancelledError,
    RedemptionStatus.EXPIRED: RedemptionExpiredError,
}


def test_of_twenty_at_the_last_piece_one_gets_it_and_the_others_keep_their_points(app, race, now):
    shop = add_shop(now, on_hand=1)
    people = [add_participant(shop.station, now, points=60) for _person in range(20)]

    outcomes = race(20, lambda number: reserve(shop, people[number], now))

    assert Counter(map(type, outcomes)) == {Redemption: 1, OutOfStockError: 19}
    held = [ledger.get_balance(person.participant_id).held for person in people]
    assert sorted(held) == [0] * 19 + [60]
    assert stock.get_reward(shop.reward.id).available == 0
    assert count_inconsistencies() == {}


def test_twenty_people_share_ten_pieces_of_two_items(app, race, now):
    shop = add_shop(now, on_hand=5)
    other = add_reward(shop.space, now, name="毛巾", on_hand=5)
    people = [add_participant(shop.station, now, points=60) for _person in range(20)]

    outcomes = race(
        20,
        lambda number: reserve(
            shop, people[number], now, reward=other if number % 2 else shop.reward
        ),
    )

    assert Counter(map(type, outcomes)) == {Redemption: 10, OutOfStockError: 10}
    assert count_inconsistencies() == {}


def test_one_balance_is_spent_once(app, race, now):
    shop = add_shop(now, on_hand=20)
    other = add_reward(shop.space, now, name="毛巾", on_hand=20)
    person = add_participant(shop.station, now, points=100)

    outcomes = race(
        20,
        lambda number: reserve(shop, person, now, reward=other if number % 2 else shop.reward),
    )

    assert Counter(map(type, outcomes)) == {Redemption: 1, InsufficientPointsError: 19}
    assert ledger.get_balance(person.participant_id).available == 40
    assert count_inconsistencies() == {}


@pytest.mark.parametrize("first", range(3))
def test_of_hand_over_cancellation_and_expiry_one_wins(app, race, now, first):
    shop = add_shop(now)
    person = add_participant(shop.station, now, points=600)
    redemption = reserve(shop, person, now)
    reserve(shop, person, now)

    def fulfil():
        service.fulfil(actor=shop.clerk, redemption_id=redemption.id, code=redemption.code, now=now)
        return RedemptionStatus.FULFILLED

    def cancel():
        service.cancel(actor=person, redemption_id=redemption.id, now=now)
        return RedemptionStatus.CANCELLED

    def expire():
        is_expired = service.expire(redemption_id=redemption.id, now=redemption.expires_at)
        return RedemptionStatus.EXPIRED if is_expired else None

    ways = (fulfil, cancel, expire)

    outcomes = race(30, lambda number: ways[(number + first) % 3]())

    ended = queries.get_redemption(redemption.id).status
    wins = [outcome for outcome in outcomes if isinstance(outcome, RedemptionStatus)]
    refusals = Counter(type(outcome) for outcome in outcomes if isinstance(outcome, Exception))
    assert wins == [ended]
    # Expiry that comes too late is no failure; it finds nothing to do.
    assert refusals == {REFUSALS[ended]: 20 if ended is RedemptionStatus.EXPIRED else 19}
    points = 540 if ended is RedemptionStatus.FULFILLED else 600
    balance = ledger.get_balance(person.participant_id)
    assert (balance.balance, balance.held) == (points, 60)
    assert count_inconsistencies() == {}


def test_of_two_phones_of_one_person_one_gets_the_last_that_they_may_have(app, race, now):
    shop = add_shop(now, on_hand=20)
    limit(shop.reward, limit_count=2, limit_period=LimitPeriod.QUARTER)
    person = add_participant(shop.station, now, points=600)
    reserve(shop, person, now)

    outcomes = race(10, lambda _number: reserve(shop, person, now))

    assert Counter(map(type, outcomes)) == {Redemption: 1, RewardLimitError: 9}
    assert ledger.get_balance(person.participant_id).held == 120
    assert count_inconsistencies() == {}


def test_two_workers_expire_each_redemption_once(app, race, now):
    shop = add_shop(now)
    redemptions = [
        reserve(shop, add_participant(shop.station, now, points=60), now) for _time in range(8)
    ]

    outcomes = race(4, lambda _number: service.expire_due(now=redemptions[0].expires_at))

    assert sum(outcomes) == 8
    assert stock.get_reward(shop.reward.id).available == 10
    assert count_inconsistencies() == {}
