"""What is posted when a month is closed counts in the current one, or where it belongs."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rewards.ledger import rules
from rewards.ledger.types import DEFAULT_POLICY, ClosingPolicy, LateEntries

SHANGHAI = ZoneInfo("Asia/Shanghai")
# 4 November 0:00 in Shanghai: October is closed.
CLOSED = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def count_on(day, now, policy=DEFAULT_POLICY):
    return rules.count_on(day, policy=policy, zone=SHANGHAI, now=now)


def test_a_period_closes_at_a_local_midnight_some_days_after_its_last():
    assert rules.closes_at(date(2026, 10, 31), settle_days=3, zone=SHANGHAI) == CLOSED
    assert rules.closes_at(date(2026, 10, 31), settle_days=0, zone=SHANGHAI) == datetime(
        2026, 10, 31, 16, 0, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("day", "now", "counted_on"),
    [
        (date(2026, 10, 1), CLOSED - INSTANT, date(2026, 10, 1)),
        (date(2026, 10, 31), CLOSED - INSTANT, date(2026, 10, 31)),
        (date(2026, 10, 1), CLOSED, date(2026, 11, 4)),
        (date(2026, 10, 31), CLOSED, date(2026, 11, 4)),
        (date(2025, 2, 28), CLOSED, date(2026, 11, 4)),
        # A day or a week that is closed moves nothing while its month is open.
        (date(2026, 11, 1), CLOSED + timedelta(days=26), date(2026, 11, 1)),
        (date(2026, 12, 31), datetime(2027, 1, 3, 16, 0, tzinfo=UTC), date(2027, 1, 4)),
    ],
)
def test_an_entry_counts_where_it_belongs_until_its_month_is_closed(day, now, counted_on):
    assert count_on(day, now) == counted_on


def test_a_center_may_let_late_entries_count_where_they_belong():
    policy = ClosingPolicy(settle_days=3, late_entries=LateEntries.ORIGINAL)

    assert count_on(date(2026, 10, 1), CLOSED, policy) == date(2026, 10, 1)


def test_a_center_may_close_its_months_later():
    policy = ClosingPolicy(settle_days=10, late_entries=LateEntries.CURRENT)

    assert count_on(date(2026, 10, 1), CLOSED, policy) == date(2026, 10, 1)
