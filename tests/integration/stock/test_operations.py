"""What the rest of the program relies on, called as another feature calls it."""

from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from rewards.core.unit import use_case
from rewards.stock import operations, queries
from rewards.stock.errors import OutOfStockError, RewardNotFoundError
from tests.factories.redemptions import SYSTEM, add_participant, add_shop, read_rows, reserve


@pytest.fixture
def shop(app, now):
    return add_shop(now, on_hand=3)


@use_case
def run(operation, shop, now, *, quantity=1, redemption_id=None, reward_id=None):
    operation(
        reward_id=reward_id or shop.reward.id,
        quantity=quantity,
        redemption_id=redemption_id or uuid4(),
        actor=SYSTEM,
        now=now,
    )


def test_more_than_is_available_is_not_reserved(shop, now):
    before = read_rows()

    with pytest.raises(OutOfStockError) as refusal:
        run(operations.reserve, shop, now, quantity=4)

    assert refusal.value.members == {"available": 3, "required": 4}
    assert read_rows() == before


def test_what_does_not_exist_is_not_reserved(shop, now):
    with pytest.raises(RewardNotFoundError):
        run(operations.reserve, shop, now, reward_id=uuid4())


@pytest.mark.parametrize("operation", [operations.fulfil, operations.release])
def test_what_was_not_set_aside_neither_leaves_nor_returns(shop, now, operation):
    before = read_rows()

    with pytest.raises(RuntimeError):
        run(operation, shop, now)

    assert read_rows() == before


def test_a_movement_of_no_redemption_does_not_commit(shop, now):
    before = read_rows()

    with pytest.raises(IntegrityError):
        run(operations.reserve, shop, now)

    assert read_rows() == before


@pytest.mark.parametrize("operation", [operations.fulfil, operations.release, operations.reserve])
def test_each_movement_of_a_redemption_happens_once(shop, now, operation):
    person = add_participant(shop.station, now, points=300)
    redemption = reserve(shop, person, now)
    reserve(shop, person, now)
    before = read_rows()

    @use_case
    def run_twice():
        for _time in range(2):
            operation(
                reward_id=shop.reward.id,
                quantity=1,
                redemption_id=redemption.id,
                actor=SYSTEM,
                now=now,
            )

    with pytest.raises(IntegrityError):
        run_twice()

    assert read_rows() == before


def test_levels_cannot_be_read_of_what_does_not_exist(app):
    with pytest.raises(RewardNotFoundError):
        queries.get_reward(uuid4())
    with pytest.raises(RewardNotFoundError):
        queries.get_offer(uuid4())


def test_an_operation_needs_a_unit_of_work(shop, now):
    with pytest.raises(RuntimeError):
        operations.reserve(
            reward_id=shop.reward.id, quantity=1, redemption_id=uuid4(), actor=SYSTEM, now=now
        )
