"""How much somebody may have, against a model that counts acts one by one."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rewards.participants.types import Standing
from rewards.redemptions import rules
from rewards.redemptions.errors import (
    FirstBalanceError,
    MonthPiecesLimitError,
    MonthPointsLimitError,
    RewardAgeError,
    RewardAgeUnknownError,
    RewardBalanceError,
    RewardLimitError,
    RewardNotForHomeError,
)
from rewards.redemptions.types import Taken, Terms
from rewards.stock.types import LimitPeriod, Reward, RewardId, RewardKind, SpaceId

TERMS = rules.DEFAULT_TERMS
TODAY = date(2026, 11, 22)
SOAP, RICE = RewardId(UUID(int=1)), RewardId(UUID(int=2))


def build_reward(**changes):
    values = {
        "id": SOAP,
        "space_id": SpaceId(UUID(int=9)),
        "name": "香皂",
        "unit": "块",
        "kind": RewardKind.GOODS,
        "picture": "soap",
        "points": 30,
        "on_hand": 10,
        "reserved": 0,
        "is_listed": True,
        "limit_count": 2,
        "limit_period": LimitPeriod.QUARTER,
    }
    return Reward(**{**values, **changes})


def take(reward_id=SOAP, *, pieces=1, points=30, counts_in_month=True, is_gift=False):
    """Return what somebody took today."""
    return Taken(
        reward_id=reward_id,
        pieces=dict.fromkeys(LimitPeriod, pieces),
        month_points=points,
        counts_in_month=counts_in_month,
        is_gift=is_gift,
    )


def test_a_new_item_may_be_had_twice_a_quarter():
    allowance = rules.find_allowance(TERMS, build_reward(), [take()], today=TODAY)

    assert (allowance.left, allowance.period) == (1, LimitPeriod.QUARTER)
    assert allowance.resets_on == date(2027, 1, 1)


def test_the_third_piece_of_a_quarter_is_refused_with_the_day_from_which_it_is_not():
    with pytest.raises(RewardLimitError) as refused:
        rules.check_limits(TERMS, build_reward(), [take(pieces=2)], quantity=1, today=TODAY)

    assert refused.value.members == {
        "pieces_max": 2,
        "pieces_taken": 2,
        "pieces_left": 0,
        "unit": "块",
        "period": "quarter",
        "resets_on": "2027-01-01",
    }


def test_the_last_piece_of_a_limit_is_given():
    rules.check_limits(TERMS, build_reward(), [take()], quantity=1, today=TODAY)


def test_what_may_be_had_once_ever_has_no_day_from_which_it_is_otherwise():
    badge = build_reward(limit_count=1, limit_period=LimitPeriod.EVER)

    allowance = rules.find_allowance(TERMS, badge, [take()], today=TODAY)

    assert (allowance.left, allowance.resets_on) == (0, None)


def test_the_fifth_piece_of_a_month_is_refused_whatever_it_is():
    taken = [take(RICE, pieces=3, points=90), take(pieces=1)]

    with pytest.raises(MonthPiecesLimitError) as refused:
        rules.check_limits(TERMS, build_reward(), taken, quantity=1, today=TODAY)

    assert refused.value.members["resets_on"] == "2026-12-01"


def test_the_point_beyond_those_of_a_month_is_refused():
    taken = [take(RICE, points=270)]
    rules.check_limits(TERMS, build_reward(points=30), taken, quantity=1, today=TODAY)

    with pytest.raises(MonthPointsLimitError) as refused:
        rules.check_limits(TERMS, build_reward(points=31), taken, quantity=1, today=TODAY)

    assert (refused.value.members["points_left"], refused.value.members["points_taken"]) == (
        30,
        270,
    )


def test_what_costs_more_than_a_month_allows_is_not_promised_for_the_next_one():
    allowance = rules.find_allowance(TERMS, build_reward(points=350), [], today=TODAY)

    assert (allowance.left, allowance.resets_on) == (0, None)


def test_an_item_that_does_not_count_is_bound_by_no_month():
    rice = build_reward(id=RICE, points=350, counts_in_month=False)

    allowance = rules.find_allowance(TERMS, rice, [take(pieces=4, points=300)], today=TODAY)

    assert allowance.left == 2


def test_what_does_not_count_and_what_was_given_takes_nothing_from_the_month():
    taken = [
        take(RICE, pieces=9, points=3150, counts_in_month=False),
        take(UUID(int=3), pieces=20, points=200, is_gift=True),
    ]

    allowance = rules.find_allowance(TERMS, build_reward(limit_count=None), taken, today=TODAY)

    assert allowance.left == 4


def test_what_was_given_through_an_item_is_none_of_its_pieces():
    allowance = rules.find_allowance(
        TERMS, build_reward(), [take(pieces=10, is_gift=True)], today=TODAY
    )

    assert allowance.left == 2


def test_giving_has_no_limit():
    giving = build_reward(kind=RewardKind.GIVING)

    assert rules.find_allowance(TERMS, giving, [take(pieces=99)], today=TODAY).left is None


def test_of_two_limits_that_are_spent_the_one_that_lasts_longer_is_told():
    taken = [take(pieces=2, points=60), take(RICE, pieces=2, points=60)]

    allowance = rules.find_allowance(TERMS, build_reward(), taken, today=TODAY)

    assert allowance.resets_on == date(2027, 1, 1)


def check_balance(reward, taken=(), *, available, quantity=1):
    rules.check_balance(TERMS, reward, taken, quantity=quantity, available=available)


@pytest.mark.parametrize(("available", "is_refused"), [(29, True), (30, False)])
def test_the_first_time_takes_a_balance(available, is_refused):
    badge = build_reward(points=20)
    if not is_refused:
        check_balance(badge, available=available)
        return
    with pytest.raises(FirstBalanceError) as refused:
        check_balance(badge, available=available)
    assert refused.value.members == {"available": 29, "required": 30, "missing": 1}


def test_the_second_time_takes_none():
    check_balance(build_reward(points=20), [take()], available=20)


def test_having_given_before_is_not_a_first_time():
    with pytest.raises(FirstBalanceError):
        check_balance(build_reward(points=20), [take(is_gift=True)], available=20)


@pytest.mark.parametrize(("points", "quantity"), [(60, 1), (30, 1), (15, 2)])
def test_a_balance_below_the_price_is_not_what_is_missing(points, quantity):
    item = build_reward(points=points, min_balance=25)

    # Ten to the thirty of the first time would not do: the price is what is short.
    check_balance(item, available=20, quantity=quantity)


@pytest.mark.parametrize(
    ("min_balance", "refusal", "missing"),
    [(25, FirstBalanceError, 15), (30, RewardBalanceError, 15), (40, RewardBalanceError, 25)],
)
def test_of_two_balances_the_larger_is_told(min_balance, refusal, missing):
    with pytest.raises(refusal) as refused:
        check_balance(build_reward(points=10, min_balance=min_balance), available=15)

    assert refused.value.members["missing"] == missing


def test_giving_takes_no_balance():
    check_balance(build_reward(kind=RewardKind.GIVING, points=10, min_balance=100), available=10)


@pytest.mark.parametrize(("available", "is_refused"), [(199, True), (200, False)])
def test_an_item_may_ask_for_points_that_it_does_not_take(available, is_refused):
    vest = build_reward(min_balance=200)
    if not is_refused:
        check_balance(vest, [take()], available=available)
        return
    with pytest.raises(RewardBalanceError):
        check_balance(vest, [take()], available=available)


def stand(age):
    return Standing(
        age_least=None if age is None else age - 1,
        age_most=age,
        professions=frozenset(),
        trainings=frozenset(),
        has_guardian_consent=False,
    )


@pytest.mark.parametrize(
    ("age", "error"),
    [
        (59, RewardAgeError),
        (60, None),
        (81, None),
        (82, RewardAgeError),
        (None, RewardAgeUnknownError),
    ],
)
def test_an_item_for_an_age_goes_to_whoever_may_be_of_it(age, error):
    massage = build_reward(age_min=60, age_max=80)
    if error is None:
        rules.check_age(massage, stand(age))
        return
    with pytest.raises(error):
        rules.check_age(massage, stand(age))


def test_an_item_of_a_branch_is_for_its_residents():
    item = build_reward(visible_path="0a1b/2c3d/")

    rules.check_home(item, "0a1b/2c3d/4e5f/")
    with pytest.raises(RewardNotForHomeError):
        rules.check_home(item, "0a1b/2c3e/4e5f/")


@dataclass(frozen=True)
class Act:
    """Somebody asks for pieces of an item on a day; `is_returned`: it did not last."""

    days: int
    item: int
    quantity: int
    is_returned: bool


ITEMS = st.lists(
    st.builds(
        dict,
        points=st.integers(1, 400),
        counts_in_month=st.booleans(),
        kind=st.sampled_from([RewardKind.GOODS, RewardKind.CULTURE, RewardKind.GIVING]),
        limit=st.none() | st.tuples(st.integers(1, 5), st.sampled_from(LimitPeriod)),
    ),
    min_size=1,
    max_size=3,
)
ACTS = st.lists(
    st.builds(
        Act,
        days=st.integers(0, 45),
        item=st.integers(0, 2),
        quantity=st.integers(1, 5),
        is_returned=st.booleans(),
    ),
    max_size=14,
)
LENGTHS = {LimitPeriod.MONTH: 1, LimitPeriod.QUARTER: 3, LimitPeriod.YEAR: 12}


def name_period(period, day):
    """Return which month, quarter or year a day is in, worked out another way."""
    if period is LimitPeriod.EVER:
        return 0
    return (day.year * 12 + day.month - 1) // LENGTHS[period]


def build_items(shapes):
    return [
        build_reward(
            id=RewardId(UUID(int=number)),
            points=shape["points"],
            counts_in_month=shape["counts_in_month"],
            kind=shape["kind"],
            limit_count=shape["limit"][0] if shape["limit"] else None,
            limit_period=shape["limit"][1] if shape["limit"] else None,
        )
        for number, shape in enumerate(shapes, 1)
    ]


def sum_taken(kept, items, day):
    """Return what *kept* acts come to on a day."""

    def pieces(item, period):
        return sum(
            quantity
            for on, which, quantity in kept
            if which is item and name_period(period, on) == name_period(period, day)
        )

    return [
        Taken(
            reward_id=item.id,
            pieces={period: pieces(item, period) for period in LimitPeriod},
            month_points=pieces(item, LimitPeriod.MONTH) * item.points,
            counts_in_month=item.counts_in_month,
            is_gift=item.kind is RewardKind.GIVING,
        )
        for item in items
    ]


def is_within(kept, terms):
    """Tell whether no period anywhere holds more than it may."""
    own, pieces, points = {}, {}, {}
    for day, item, quantity in kept:
        if item.kind is RewardKind.GIVING:
            continue
        if item.limit_count is not None:
            key = (item.id, name_period(item.limit_period, day))
            own[key] = own.get(key, 0) + quantity
            if own[key] > item.limit_count:
                return False
        if item.counts_in_month:
            month = name_period(LimitPeriod.MONTH, day)
            pieces[month] = pieces.get(month, 0) + quantity
            points[month] = points.get(month, 0) + quantity * item.points
            if pieces[month] > terms.month_pieces or points[month] > terms.month_points:
                return False
    return True


@settings(max_examples=60, deadline=None)
@given(
    shapes=ITEMS,
    acts=ACTS,
    terms=st.builds(
        Terms,
        month_pieces=st.integers(1, 8),
        month_points=st.integers(50, 600),
        first_balance=st.just(0),
    ),
)
@example(
    shapes=[
        {"points": 30, "counts_in_month": True, "kind": RewardKind.GOODS, "limit": None},
    ],
    acts=[Act(31, 0, 4, False), Act(31, 0, 1, False)],
    terms=Terms(month_pieces=4, month_points=300, first_balance=0),
)
def test_just_what_keeps_every_period_within_its_limits_is_allowed(shapes, acts, terms):
    items = build_items(shapes)
    day, kept = date(2026, 11, 1), []
    for act in acts:
        day += timedelta(days=act.days)
        item = items[act.item % len(items)]
        wanted = (day, item, act.quantity)
        allowance = rules.find_allowance(terms, item, sum_taken(kept, items, day), today=day)

        assert allowance.admits(act.quantity) == is_within([*kept, wanted], terms)
        if allowance.admits(act.quantity) and not act.is_returned:
            kept.append(wanted)
        if allowance.left == 0 and allowance.resets_on:
            # The day is the first on which this limit does not stand in the way.
            again, eve = allowance.resets_on, allowance.resets_on - timedelta(days=1)
            assert name_period(allowance.period, again) != name_period(allowance.period, day)
            assert name_period(allowance.period, eve) == name_period(allowance.period, day)
    assert is_within(kept, terms)
