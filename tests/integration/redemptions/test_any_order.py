"""Whatever is done in whatever order, a model of forty lines knows how it ends."""

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rewards.core.db import db
from rewards.core.errors import RewardsError
from rewards.ledger import queries as ledger
from rewards.redemptions import queries, service
from rewards.redemptions.types import RedemptionStatus
from rewards.stock import queries as stock_queries
from rewards.stock import service as stock
from rewards.stock.types import MovementKind
from tests.factories.redemptions import (
    SYSTEM,
    add_participant,
    add_shop,
    count_inconsistencies,
    credit,
    reserve,
)

PRICE = 30
STEPS = st.one_of(
    st.tuples(st.just("reserve"), st.integers(0, 1), st.integers(1, 3)),
    st.tuples(st.just("fulfil"), st.integers(0, 9)),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("wait"), st.integers(1, 9)),
    st.tuples(st.just("expire")),
    st.tuples(st.just("adjust"), st.integers(-4, 4)),
    st.tuples(st.just("credit"), st.integers(0, 1), st.integers(1, 60)),
)


class World:
    """The service, and beside it what ought to have come of what was asked of it."""

    def __init__(self, now):
        self.now = now
        self.shop = add_shop(now, points=PRICE, on_hand=5)
        self.people = [add_participant(self.shop.station, now, points=90) for _each in range(2)]
        self.balances = [90, 90]
        self.on_hand = 5
        self.made = []
        self.ends = []

    def sum_open(self, person=None):
        return sum(
            redemption.quantity
            for redemption, end in zip(self.made, self.ends, strict=True)
            if end is RedemptionStatus.RESERVED and person in {None, self.find_person(redemption)}
        )

    def find_person(self, redemption):
        return [each.participant_id for each in self.people].index(redemption.participant_id)

    def reserve(self, person, quantity):
        is_fine = (
            self.balances[person] - self.sum_open(person) * PRICE >= quantity * PRICE
            and self.on_hand - self.sum_open() >= quantity
        )
        redemption = attempt(
            is_fine, reserve, self.shop, self.people[person], self.now, quantity=quantity
        )
        if is_fine:
            self.made.append(redemption)
            self.ends.append(RedemptionStatus.RESERVED)

    def fulfil(self, number):
        if number >= len(self.made):
            return
        redemption = self.made[number]
        is_fine = (
            self.ends[number] is RedemptionStatus.RESERVED and self.now < redemption.expires_at
        )
        attempt(
            is_fine,
            service.fulfil,
            actor=self.shop.clerk,
            redemption_id=redemption.id,
            code=redemption.code,
            now=self.now,
        )
        if is_fine:
            self.ends[number] = RedemptionStatus.FULFILLED
            self.on_hand -= redemption.quantity
            self.balances[self.find_person(redemption)] -= redemption.points

    def cancel(self, number):
        if number >= len(self.made):
            return
        redemption = self.made[number]
        is_fine = self.ends[number] is RedemptionStatus.RESERVED
        attempt(
            is_fine,
            service.cancel,
            actor=self.people[self.find_person(redemption)],
            redemption_id=redemption.id,
            now=self.now,
        )
        if is_fine:
            self.ends[number] = RedemptionStatus.CANCELLED

    def wait(self, days):
        self.now += timedelta(days=days)

    def expire(self):
        overdue = [
            number
            for number, redemption in enumerate(self.made)
            if self.ends[number] is RedemptionStatus.RESERVED and redemption.expires_at <= self.now
        ]
        assert service.expire_due(now=self.now) == len(overdue)
        for number in overdue:
            self.ends[number] = RedemptionStatus.EXPIRED

    def adjust(self, quantity):
        is_fine = quantity != 0 and self.on_hand + quantity >= self.sum_open()
        attempt(
            is_fine,
            stock.record_movement,
            actor=SYSTEM,
            reward_id=self.shop.reward.id,
            kind=MovementKind.ADJUST,
            quantity=quantity,
            now=self.now,
        )
        if is_fine:
            self.on_hand += quantity

    def credit(self, person, points):
        credit(self.people[person], self.shop.station, points, self.now)
        self.balances[person] += points

    def check(self):
        db.session.rollback()
        reward = stock_queries.get_reward(self.shop.reward.id)
        assert (reward.on_hand, reward.reserved) == (self.on_hand, self.sum_open())
        for number, person in enumerate(self.people):
            balance = ledger.get_balance(person.participant_id)
            expected = (self.balances[number], self.sum_open(number) * PRICE)
            assert (balance.balance, balance.held) == expected
        page = queries.page_redemptions(space_id=self.shop.space.id, limit=100)
        assert Counter(each.status for each in page.items) == Counter(self.ends)


def attempt(is_fine, function, *arguments, **named):
    """Call *function* and require that it is refused unless all is fine."""
    try:
        result = function(*arguments, **named)
    except RewardsError:
        assert not is_fine
        return None
    assert is_fine
    return result


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, max_size=25))
def test_points_pieces_and_states_agree_after_any_steps(app, now, steps):
    world = World(now)

    for name, *arguments in steps:
        getattr(world, name)(*arguments)
        world.check()

    assert count_inconsistencies() == {}
    # What is still open must not be there when the next example lets time pass.
    service.expire_due(now=now + timedelta(days=1000))
