"""Scores put more before less and earlier before later, and are exact."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.core.ids import new_id
from rewards.leaderboards import rules

VALUES = st.integers(-rules.VALUE_MAX + 1, rules.VALUE_MAX - 1)
TIES = st.integers(0, rules.TIE_MAX)
YEAR = rules.find_scale(date(2026, 1, 1))


@given(value=VALUES, tie=TIES)
def test_a_score_can_be_split_again_and_is_exact_as_a_double(value, tie):
    score = rules.build_score(value, tie)

    assert rules.split_score(score) == (value, tie)
    assert int(float(score)) == score
    assert abs(score) <= 2**53


@given(less=VALUES, ties=st.tuples(TIES, TIES))
def test_more_stands_before_less_whatever_the_ties(less, ties):
    assert rules.build_score(less + 1, ties[0]) > rules.build_score(less, ties[1])


@given(st.integers(0, 366 * 86_400 - 2))
def test_within_a_year_each_second_earlier_stands_before(second):
    start = YEAR.origin

    assert rules.build_tie(start + second, YEAR) > rules.build_tie(start + second + 1, YEAR)


def test_a_year_begins_on_no_place_of_the_earth_before_its_ties_do():
    farthest_east = datetime(2025, 12, 31, 10, 0, tzinfo=UTC)

    assert rules.build_tie(rules.find_second(farthest_east), YEAR) < rules.TIE_MAX


@pytest.mark.parametrize(
    ("gained", "tie"),
    [
        (None, rules.TIE_MAX),
        (YEAR.origin - 1, rules.TIE_MAX),
        (YEAR.origin, rules.TIE_MAX),
        (YEAR.origin + 1, rules.TIE_MAX - 1),
        (YEAR.origin + rules.TIE_MAX, 0),
        (YEAR.origin + rules.TIE_MAX + 1, 0),
    ],
)
def test_a_tie_stays_within_its_bounds(gained, tie):
    assert rules.build_tie(gained, YEAR) == tie


def test_a_board_of_all_time_tells_minutes_apart_for_decades():
    scale = rules.find_scale(None)
    late = int(datetime(2083, 1, 1, tzinfo=UTC).timestamp())

    assert rules.build_tie(late, scale) == rules.build_tie(late + 60, scale) + 1


def test_a_moment_lies_in_the_second_that_has_begun():
    moment = datetime(1970, 1, 1, 0, 0, 1, 999_999, tzinfo=UTC)

    assert rules.find_second(moment) == 1
    assert rules.find_second(moment - timedelta(seconds=2)) == -1


def test_equal_values_share_a_rank_and_the_next_one_counts_all_before():
    members = [(new_id(), value) for value in (30, 30, 20, 10, 10, 5)]

    lines = rules.share_ranks(members, first_place=0, first_rank=1)

    assert [line.rank for line in lines] == [1, 1, 3, 4, 4, 6]


def test_a_part_of_a_board_goes_on_with_the_rank_that_its_first_line_shares():
    members = [(new_id(), value) for value in (30, 30, 20)]

    lines = rules.share_ranks(members, first_place=4, first_rank=2)

    assert [line.rank for line in lines] == [2, 2, 7]
