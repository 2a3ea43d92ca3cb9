"""Periods of the local calendar, and the boards that something earned counts for."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.leaderboards import rules
from rewards.leaderboards.types import Kind, Period
from rewards.ledger.types import Asset, BoardKind

DAYS = st.dates(date(2020, 1, 2), date(2080, 12, 31))
PATH = "aaaaaaaa/bbbbbbbb/cccccccc/"


@pytest.mark.parametrize(
    ("period", "day", "start", "end", "name"),
    [
        (Period.DAY, date(2026, 11, 21), date(2026, 11, 21), date(2026, 11, 21), "2026-11-21"),
        (Period.WEEK, date(2026, 11, 21), date(2026, 11, 16), date(2026, 11, 22), "2026-W47"),
        (Period.WEEK, date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22), "2026-W47"),
        (Period.WEEK, date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 29), "2026-W48"),
        # The first days of 2027 lie in the last week of the ISO year 2026, its 53rd.
        (Period.WEEK, date(2027, 1, 3), date(2026, 12, 28), date(2027, 1, 3), "2026-W53"),
        (Period.WEEK, date(2024, 12, 30), date(2024, 12, 30), date(2025, 1, 5), "2025-W01"),
        (Period.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29), "2028-02"),
        (Period.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31), "2026-12"),
        (Period.YEAR, date(2026, 11, 21), date(2026, 1, 1), date(2026, 12, 31), "2026"),
        (Period.ALL, date(2026, 11, 21), None, None, "all"),
    ],
)
def test_a_period_has_its_days_and_its_name(period, day, start, end, name):
    assert rules.period_bounds(period, day) == (start, end)
    assert rules.format_period(period, start) == name


@given(period=st.sampled_from([each for each in Period if each is not Period.ALL]), day=DAYS)
def test_a_day_lies_in_its_period_and_the_next_period_begins_the_day_after(period, day):
    start, end = rules.period_bounds(period, day)

    assert start <= day <= end
    assert rules.period_bounds(period, end + timedelta(days=1))[0] == end + timedelta(days=1)


@given(
    period=st.sampled_from(Period),
    kind=st.sampled_from(Kind),
    asset=st.sampled_from(Asset),
    day=DAYS,
)
def test_the_name_of_a_board_says_all_of_it(period, kind, asset, day):
    key = rules.build_key(node_path=PATH, asset=asset, kind=kind, period=period, day=day)

    assert rules.parse_board(rules.format_board(key)) == key


def test_a_node_path_names_every_node_above():
    assert rules.list_paths(PATH) == ("aaaaaaaa/", "aaaaaaaa/bbbbbbbb/", PATH)
    assert rules.find_center(PATH) == "aaaaaaaa"


@pytest.mark.parametrize(
    ("period", "kept_from"),
    [
        (Period.DAY, date(2026, 11, 20)),
        (Period.WEEK, date(2026, 11, 9)),
        (Period.MONTH, date(2026, 10, 1)),
        (Period.YEAR, date(2025, 1, 1)),
        (Period.ALL, None),
    ],
)
def test_the_current_period_and_the_one_before_are_kept(period, kept_from):
    assert rules.find_kept_from(period, date(2026, 11, 21)) == kept_from


@given(period=st.sampled_from(Period), today=DAYS)
def test_today_is_always_on_a_kept_board(period, today):
    key = rules.build_key(
        node_path=PATH, asset=Asset.POINTS, kind=Kind.ALL, period=period, day=today
    )

    assert rules.is_kept(key, today)


def _names(**details):
    given_details = {
        "asset": Asset.POINTS,
        "board": BoardKind.STUDY,
        "node_path": PATH,
        "day": date(2026, 11, 21),
        "today": date(2026, 11, 21),
        **details,
    }
    return [touched.board for touched in rules.list_boards(**given_details)]


def test_study_points_count_at_each_node_above_for_each_period_and_for_both_kinds():
    names = _names()

    assert len(names) == len(set(names)) == 3 * 5 * 2
    assert "aaaaaaaa/:all:2026-11" in names
    assert f"{PATH}:study:2026-W47" in names


@pytest.mark.parametrize(
    ("details", "kinds"),
    [
        ({"board": BoardKind.NONE}, {"all"}),
        ({"board": BoardKind.SERVICE}, {"all", "service"}),
        ({"asset": Asset.SERVICE_MINUTES, "board": BoardKind.SERVICE}, {"minutes"}),
    ],
)
def test_what_was_earned_decides_the_kinds(details, kinds):
    assert {name.split(":")[1] for name in _names(**details)} == kinds


def test_something_of_last_year_counts_only_for_boards_that_are_kept():
    names = _names(day=date(2025, 11, 21), node_path="aaaaaaaa/", board=BoardKind.NONE)

    assert names == ["aaaaaaaa/:all:2025", "aaaaaaaa/:all:all"]
