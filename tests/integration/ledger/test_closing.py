"""Entries that come when their month is closed, and what a center decides about them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rewards.core.unit import use_case
from rewards.ledger import operations, queries
from rewards.ledger.types import DEFAULT_POLICY, ClosingPolicy, LateEntries, Reason
from rewards.network import queries as network
from rewards.network.types import Level
from tests.factories.books import post, reverse
from tests.factories.world import build_node

OCTOBER = date(2026, 10, 20)
IN_OCTOBER = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)
# 4 November 0:00 in Shanghai, when October is closed, and the last moment before.
CLOSED = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LATER = datetime(2026, 12, 25, 6, 0, tzinfo=UTC)


@pytest.fixture
def set_policy(station):
    """Return a function that decides for the center of the station."""
    center = network.list_ancestors(station.path)[0]

    @use_case
    def decide(now=CLOSED, **policy):
        operations.set_closing_policy(center.id, ClosingPolicy(**policy), now=now)

    return decide


def counted_on(entry_id):
    return queries.get_entry(entry_id).counted_on


def test_what_is_posted_in_time_counts_on_its_business_date(person, station):
    on_time = post(person, station, day=OCTOBER, now=IN_OCTOBER)
    undone = reverse(on_time, now=CLOSED.replace(day=2))

    assert counted_on(on_time) is None
    assert counted_on(undone.entry_id) is None


def test_what_comes_late_counts_on_the_day_it_was_posted(person, station):
    late = post(person, station, day=OCTOBER, now=CLOSED)

    assert queries.get_entry(late).business_date == OCTOBER
    assert counted_on(late) == date(2026, 11, 4)


def test_a_reversal_in_a_closed_month_counts_in_the_current_one(person, station):
    done = reverse(post(person, station, day=OCTOBER, now=IN_OCTOBER), now=CLOSED)

    assert queries.get_entry(done.entry_id).business_date == OCTOBER
    assert counted_on(done.entry_id) == date(2026, 11, 4)


def test_the_reversal_of_a_late_entry_counts_where_that_one_does(person, station):
    late = post(person, station, day=OCTOBER, now=CLOSED)
    other = post(person, station, amount=5, day=OCTOBER, now=CLOSED)

    soon, much_later = reverse(late, now=CLOSED.replace(day=20)), reverse(other, now=LATER)

    assert counted_on(soon.entry_id) == date(2026, 11, 4)
    assert counted_on(much_later.entry_id) == date(2026, 12, 25)


def test_what_is_no_earning_counts_on_no_board_and_has_no_day(person, station):
    post(person, station, amount=30, now=CLOSED)
    spent = post(person, station, amount=-10, day=OCTOBER, now=CLOSED)

    assert queries.get_entry(spent).reason is Reason.REDEMPTION
    assert counted_on(spent) is None


def test_a_center_decides_what_holds_from_then_on(person, station, set_policy):
    before = post(person, station, day=OCTOBER, now=CLOSED)
    set_policy(settle_days=3, late_entries=LateEntries.ORIGINAL)
    after = post(person, station, day=OCTOBER, now=CLOSED)
    set_policy(settle_days=10, late_entries=LateEntries.CURRENT, now=CLOSED + MINUTE)
    closed = post(person, station, day=OCTOBER, now=CLOSED)

    assert counted_on(before) == date(2026, 11, 4)
    assert counted_on(after) is None
    assert counted_on(closed) == date(2026, 11, 4)


def test_a_decision_holds_for_its_own_center_alone(station, set_policy):
    other = build_node(Level.CENTER)
    decided = ClosingPolicy(settle_days=0, late_entries=LateEntries.ORIGINAL)
    set_policy(settle_days=0, late_entries=LateEntries.ORIGINAL)

    assert queries.get_closing_policy(station.path.partition("/")[0]) == decided
    assert queries.get_closing_policy(other.label) == DEFAULT_POLICY
