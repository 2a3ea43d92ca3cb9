"""The twenty items that a shelf can start from."""

import pytest

from rewards.stock import rules
from rewards.stock.errors import InvalidRewardError
from rewards.stock.types import LimitPeriod, RewardKind

BY_NAME = {item.name: item for item in rules.USUAL_ITEMS}


def test_there_are_twenty_of_all_kinds_with_their_own_drawings():
    assert len(BY_NAME) == len(rules.USUAL_ITEMS) == 20
    assert {item.kind for item in rules.USUAL_ITEMS} == set(RewardKind)
    assert len({item.picture for item in rules.USUAL_ITEMS}) == 20


def test_prices_and_pieces_are_those_of_the_catalogue():
    told = {name: (item.points, item.pieces) for name, item in BY_NAME.items()}

    assert told["香皂"] == (30, 60)
    assert told["大米 5公斤"] == (350, 12)
    assert told["捐给微心愿"] == (10, 0)


@pytest.mark.parametrize("item", rules.USUAL_ITEMS, ids=lambda item: item.picture)
def test_each_can_be_offered(item):
    values = {
        "name": item.name,
        "unit": item.unit,
        "kind": item.kind,
        "picture": item.picture,
        "points": item.points,
        **item.conditions,
    }

    rules.check_reward(values)
    with pytest.raises(InvalidRewardError):
        rules.check_reward(values | {"points": 0})


def test_goods_are_limited_to_two_in_a_quarter_unless_told_otherwise():
    limits = {
        name: (item.conditions.get("limit_count"), item.conditions.get("limit_period"))
        for name, item in BY_NAME.items()
    }

    assert limits["牙膏"] == (2, LimitPeriod.QUARTER)
    assert limits["红马甲"] == (1, LimitPeriod.EVER)
    assert limits["捐给微心愿"] == (None, None)


def test_what_costs_more_than_a_month_allows_does_not_count_in_the_month():
    # Source: domain defaults 7.1, at most 300 points in a month.
    dear = [item for item in rules.USUAL_ITEMS if item.points > 300]

    assert dear
    assert not any(item.conditions.get("counts_in_month", True) for item in dear)
