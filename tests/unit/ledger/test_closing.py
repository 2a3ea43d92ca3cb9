"""What is posted when a month is closed counts in the current one, or where it belongs."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rewards.ledger import rules
from rewards.ledger.types import DEFAULT_POLICY, ClosingPolicy, DecidedPolicy, LateEntries

SHANGHAI = ZoneInfo("Asia/Shanghai")
# 4 November 0:00 in Shanghai: October is closed.
CLOSED = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


EVER = datetime(1970, 1, 1, tzinfo=UTC)


def decide(settle_days, set_at=EVER):
    policy = ClosingPolicy(settle_days=settle_days, late_entries=LateEntries.CURRENT)
    return DecidedPolicy(policy=policy, set_at=set_at)


def count_on(day, now, policy=DEFAULT_POLICY):
    decided = [DecidedPolicy(policy=policy, set_at=EVER)]
    return rules.count_on(day, decided=decided, zone=SHANGHAI, now=now)


def closes_at(*decided):
    return rules.closes_at(date(2026, 10, 31), decided=decided, zone=SHANGHAI)


def test_a_period_closes_at_a_local_midnight_some_days_after_its_last():
    assert closes_at() == CLOSED
    assert closes_at(decide(0)) == datetime(2026, 10, 31, 16, 0, tzinfo=UTC)


def test_fewer_days_close_nothing_before_it_is_decided():
    later = datetime(2026, 11, 6, 4, 0, tzinfo=UTC)

    assert closes_at(decide(10), decide(3, later)) == later + rules.NOTICE
    assert closes_at(decide(10), decide(8, later)) == CLOSED + timedelta(days=5)


def test_more_days_do_not_open_again_what_is_closed():
    later = datetime(2026, 11, 6, 4, 0, tzinfo=UTC)

    assert closes_at(decide(31, later)) == CLOSED
    assert closes_at(decide(31, CLOSED - INSTANT)) == CLOSED + timedelta(days=28)


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
