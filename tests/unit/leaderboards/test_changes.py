"""How places have moved since yesterday, against a ranking of everybody on both days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.leaderboards import rules
from rewards.leaderboards.types import Change, Kind, Period
from rewards.ledger.types import Asset

TODAY = date(2026, 11, 21)

# What each had by the end of yesterday, and what today changed; few values, so that many tie.
PEOPLE = st.lists(st.tuples(st.integers(-2, 9), st.integers(-6, 6)), max_size=25)


def rank(value, everybody):
    return 1 + sum(other > value for other in everybody if other > 0)


@given(PEOPLE)
def test_every_change_is_that_of_a_ranking_of_everybody_on_both_days(people):
    before = [had for had, _ in people]
    now = [had + gained for had, gained in people]
    asked = sorted({had for had, gained in people if had > 0 and had + gained > 0})

    ranks = rules.rank_before(
        asked,
        above=[sum(value > each for value in now) for each in asked],
        moved=[(had + gained, had) for had, gained in people if gained],
    )

    assert ranks == {each: rank(each, before) for each in asked}
    for had, gained in people:
        value = had + gained
        if value > 0:
            change = rules.find_change(rank(value, now), before=had, ranks=ranks)
            expected = (
                Change(places=rank(had, before) - rank(value, now), is_new=False)
                if had > 0
                else Change(places=0, is_new=True)
            )
            assert change == expected


def test_a_rank_that_is_not_known_is_no_change():
    assert rules.find_change(3, before=7, ranks={}) is None


@pytest.mark.parametrize(
    ("period", "day", "may"),
    [
        (Period.DAY, TODAY, False),
        (Period.WEEK, TODAY, True),
        (Period.MONTH, TODAY, True),
        (Period.YEAR, TODAY, True),
        (Period.ALL, TODAY, True),
        (Period.MONTH, date(2026, 10, 31), False),
        (Period.YEAR, date(2025, 12, 31), False),
    ],
)
def test_only_a_period_with_a_yesterday_in_it_has_changes(period, day, may):
    key = build(period, day)

    assert rules.may_change(key, today=TODAY) is may


@pytest.mark.parametrize(
    ("period", "first"),
    [
        (Period.WEEK, date(2026, 11, 16)),
        (Period.MONTH, date(2026, 11, 1)),
        (Period.YEAR, date(2026, 1, 1)),
    ],
)
def test_the_first_day_of_a_period_has_no_yesterday_in_it(period, first):
    assert not rules.may_change(build(period, first), today=first)
    second = first.replace(day=first.day + 1)
    assert rules.may_change(build(period, first), today=second)


def build(period, day):
    return rules.build_key(
        node_path="c/", asset=Asset.POINTS, kind=Kind.ALL, period=period, day=day
    )


@given(st.sets(st.integers(1, 10**6), max_size=60), st.integers(1, 600))
def test_values_are_widened_to_those_beside_them_and_no_further(values, most):
    wide = rules.widen(values, most=most)

    assert values <= set(wide)
    assert len(wide) <= max(most, len(values))
    assert wide == sorted(set(wide))
    assert all(value > 0 for value in wide)


def test_a_lone_value_is_widened_on_both_sides():
    assert rules.widen([100], most=5) == [98, 99, 100, 101, 102]
    assert rules.widen([2], most=7) == [1, 2, 3, 4, 5]
