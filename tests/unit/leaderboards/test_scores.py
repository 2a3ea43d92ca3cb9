"""Scores put more before less and earlier before later, and are exact."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.core.ids import new_id
from rewards.leaderboards import rules
from rewards.leaderboards.types import Period, Subject

SPANS = st.sampled_from([rules.find_span(subject) for subject in Subject])
START = date(2026, 1, 1)
YEAR = rules.find_scale(Subject.PARTICIPANT, Period.YEAR, START)


@st.composite
def cells(draw):
    """A value and two ties of a board, with its span."""
    span = draw(SPANS)
    most = 2**53 // span - 1
    ties = st.integers(0, span - 1)
    return draw(st.integers(-most, most)), draw(ties), draw(ties), span


@given(cells())
def test_a_score_can_be_split_again_and_is_exact_as_a_double(cell):
    value, tie, _, span = cell
    score = rules.build_score(value, tie, span)

    assert rules.split_score(score, span) == (value, tie)
    assert int(float(score)) == score
    assert abs(score) <= 2**53


@given(cells())
def test_more_stands_before_less_whatever_the_ties(cell):
    less, one, other, span = cell

    assert rules.build_score(less + 1, one, span) > rules.build_score(less, other, span)


def test_the_values_of_a_node_may_add_up_to_those_of_a_thousand_people():
    people, nodes = (2**53 // rules.find_span(each) for each in (Subject.PARTICIPANT, Subject.NODE))

    assert people == 2**28
    assert nodes == 2**40


@pytest.mark.parametrize(
    ("period", "days"),
    [(Period.DAY, 1), (Period.WEEK, 7), (Period.MONTH, 31), (Period.YEAR, 366)],
)
@pytest.mark.parametrize("subject", Subject)
def test_every_period_fits_into_its_ties(subject, period, days):
    scale = rules.find_scale(subject, period, START)
    # The period ends last in the far west, a day after it began in the far east.
    last = scale.origin + (days + 2) * 86_400

    assert 0 < rules.build_tie(last, scale) < rules.build_tie(scale.origin, scale) == scale.span - 1


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
    scale = rules.find_scale(Subject.PARTICIPANT, Period.ALL, None)
    late = int(datetime(2083, 1, 1, tzinfo=UTC).timestamp())

    assert rules.build_tie(late, scale) == rules.build_tie(late + 60, scale) + 1


def test_a_moment_lies_in_the_second_that_has_begun():
    moment = datetime(1970, 1, 1, 0, 0, 1, 999_999, tzinfo=UTC)

    assert rules.find_second(moment) == 1
    assert rules.find_second(moment - timedelta(seconds=2)) == -1


def test_equal_values_share_a_rank_and_the_next_one_counts_all_before():
    members = [(new_id().bytes, value) for value in (30, 30, 20, 10, 10, 5)]

    lines = rules.share_ranks(members, first_place=0, first_rank=1)

    assert [line.rank for line in lines] == [1, 1, 3, 4, 4, 6]


def test_a_part_of_a_board_goes_on_with_the_rank_that_its_first_line_shares():
    members = [(new_id().bytes, value) for value in (30, 30, 20)]

    lines = rules.share_ranks(members, first_place=4, first_rank=2)

    assert [line.rank for line in lines] == [2, 2, 7]
