"""Periods, their limits and names, and the numbers of record slips."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.statements import rules
from rewards.statements.errors import (
    PeriodDateError,
    PeriodNotOverError,
    PeriodOrderError,
    PeriodTooLongError,
    StatementTooLongError,
    TooManyRecordSlipsError,
)
from rewards.statements.types import Period, Span

days = st.dates(rules.FIRST_DAY, rules.LAST_DAY)
digits = st.text("0123456789", min_size=9, max_size=9)
WIDE_YEAR = "".join(chr(ord(digit) + 0xFEE0) for digit in "2026")
years = st.integers(2000, 2099)


def test_a_period_is_read_with_both_its_days():
    period = rules.read_period("2026-11-01", "2026-11-30")

    assert period == Period(first=date(2026, 11, 1), last=date(2026, 11, 30))


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-30", "20261101", "2026-W44-1", WIDE_YEAR + "-11-01", "x", "2026-11-01T00:00"],
)
def test_what_is_no_day_is_refused_with_its_field(text):
    with pytest.raises(PeriodDateError) as refused:
        rules.read_period("2026-11-01", text)

    assert refused.value.members == {"field": "to"}


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2100, 1, 1), date.min, date.max])
def test_days_out_of_range_are_refused(day):
    with pytest.raises(PeriodDateError):
        rules.build_period(day, day)


def test_one_day_is_a_period_and_a_day_before_it_is_not():
    day = date(2026, 11, 21)

    assert rules.build_period(day, day).first == day
    with pytest.raises(PeriodOrderError):
        rules.build_period(day, day - timedelta(days=1))


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2022, 1, 1), date(2026, 12, 31)), (date(2024, 2, 29), date(2029, 2, 28))],
)
def test_five_years_fit_and_a_day_more_does_not(first, last):
    assert rules.build_period(first, last)
    with pytest.raises(PeriodTooLongError) as refused:
        rules.build_period(first, last + timedelta(days=1))
    assert refused.value.members["years_max"] == 5


@given(days)
def test_every_day_lies_in_its_month_quarter_and_year(day):
    spans = {
        Span.MONTH: rules.month_of(day),
        Span.QUARTER: rules.quarter_of(day),
        Span.YEAR: rules.year_of(day),
    }

    for span, period in spans.items():
        assert period.first <= day <= period.last
        assert rules.span_of(period) is span


@given(days)
def test_months_follow_each_other_without_a_gap(day):
    month = rules.month_of(day)

    assert rules.month_of(rules.before(month)).last + timedelta(days=1) == month.first


def test_a_slip_may_end_today_and_not_tomorrow():
    today = date(2026, 11, 21)
    rules.check_over(Period(first=today, last=today), today=today)

    with pytest.raises(PeriodNotOverError):
        rules.check_over(Period(first=today, last=today + timedelta(days=1)), today=today)


def test_the_last_line_fits_and_one_more_does_not():
    rules.check_length(3, lines_max=3)

    with pytest.raises(StatementTooLongError):
        rules.check_length(4, lines_max=3)


def test_the_tenth_slip_of_a_day_is_issued_and_the_eleventh_is_not():
    rules.check_issued_today(rules.SLIPS_A_DAY_MAX - 1)

    with pytest.raises(TooManyRecordSlipsError):
        rules.check_issued_today(rules.SLIPS_A_DAY_MAX)


@given(years, digits)
def test_a_number_that_was_built_is_one(year, random):
    number = rules.build_number(year, random)

    assert rules.is_number(number)
    assert number.startswith(f"{year}{random}")


@given(years, digits, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(year, random, place, step):
    number = rules.build_number(year, random)

    wrong = str((int(number[place]) + step) % 10)

    assert not rules.is_number(number[:place] + wrong + number[place + 1 :])


@given(years, digits, st.integers(0, 12))
def test_two_neighbours_swapped_are_always_found(year, random, place):
    number = rules.build_number(year, random)
    left, right = number[place], number[place + 1]

    swapped = number[:place] + right + left + number[place + 2 :]

    assert rules.is_number(swapped) == (left == right)


@pytest.mark.parametrize(
    "text", ["2026 12345 67890", "2026-12345-67890", WIDE_YEAR + "1234567890\n"]
)
def test_a_number_may_be_written_with_gaps_and_wide_digits(text):
    assert rules.normalize_number(text) == "20261234567890"


@pytest.mark.parametrize("text", ["", "1", "2026123456789x", "²" * 14, "2" * 15, "٢" * 14])
def test_what_is_no_number_is_none(text):
    assert not rules.is_number(rules.normalize_number(text))
