from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rewards.core import clock

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def test_now_is_aware_and_in_utc():
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 16, 0, 0, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC), date(2026, 11, 21)),
    ],
)
def test_a_day_is_the_local_one(moment, day):
    assert clock.local_date(moment, SHANGHAI) == day


def test_a_day_begins_and_ends_at_local_midnight():
    start, end = clock.day_bounds(date(2026, 11, 21), SHANGHAI)

    assert start == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert end == datetime(2026, 11, 21, 16, tzinfo=UTC)


def test_the_last_moment_of_a_day_is_its_own_and_the_end_is_not():
    start, end = clock.day_bounds(date(2026, 12, 31), SHANGHAI)

    assert clock.local_date(start, SHANGHAI) == date(2026, 12, 31)
    assert clock.local_date(end, SHANGHAI) == date(2027, 1, 1)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_on_which_the_clocks_change_has_its_own_length(day, hours):
    start, end = clock.day_bounds(day, BERLIN)

    assert (end - start).total_seconds() == hours * 3600


def test_a_month_starts_on_its_first_day():
    assert clock.month_start(date(2026, 2, 28)) == date(2026, 2, 1)
    assert clock.month_start(date(2026, 3, 1)) == date(2026, 3, 1)
