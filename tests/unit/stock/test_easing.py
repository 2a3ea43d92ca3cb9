"""Who made an item easier to have, and since when it was there for everybody."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.stock import rules
from rewards.stock.types import TermsAct

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ME, OTHER = "staff:1", "staff:2"
WEEK = timedelta(days=7)


def put_up(who=OTHER, *, days=30, **values):
    return TermsAct(
        principal=who,
        at=NOW - timedelta(days=days),
        values={"points": 60, "is_listed": True} | values,
        is_new=True,
    )


def say(who=ME, *, days=1, before=None, **values):
    return TermsAct(
        principal=who, at=NOW - timedelta(days=days), values=values, before=before or {}
    )


@pytest.mark.parametrize(
    ("name", "before", "after", "is_easier"),
    [
        ("points", 60, 59, True),
        ("points", 60, 61, False),
        ("min_balance", 40, 0, True),
        ("min_balance", 0, 40, False),
        ("age_min", 60, None, True),
        ("age_min", None, 60, False),
        ("age_max", 60, 61, True),
        ("age_max", 60, 59, False),
        ("limit_count", 2, None, True),
        ("limit_count", 2, 3, True),
        ("limit_count", None, 2, False),
        ("limit_period", "quarter", "month", True),
        ("limit_period", "month", "quarter", False),
        ("limit_period", None, "month", False),
        ("limit_period", "month", None, True),
        ("counts_in_month", True, False, True),
        ("counts_in_month", False, True, False),
        ("visible_node_id", "a", None, True),
        ("visible_node_id", "a", "b", True),
        ("visible_node_id", None, "a", False),
        ("description", "a", "b", False),
        ("is_listed", False, True, False),
    ],
)
def test_easier_is_what_more_people_can_have_or_for_less(name, before, after, is_easier):
    acts = (put_up(), say(**{name: after}, before={name: before}))

    assert rules.has_eased(acts, ME, since=None) is is_easier
    assert not rules.has_eased(acts, OTHER, since=NOW - WEEK)


def test_what_was_before_counts_from_others_and_from_what_all_had_seen():
    dear = say(days=20, points=90)
    back = say(points=60)
    lower = say(points=50)

    assert not rules.has_eased((put_up(), say(days=2, points=90), back), ME, since=NOW - WEEK)
    assert rules.has_eased((put_up(), dear, back), ME, since=NOW - WEEK)
    assert rules.has_eased((put_up(), dear, say(OTHER, points=60), lower), ME, since=NOW - WEEK)
    # Of what was written down before its price was, nobody knows.
    assert rules.has_eased((say(points=90),), ME, since=NOW - WEEK)


TIMES = st.lists(st.integers(0, 20 * 24), unique=True, max_size=8).map(sorted)


@given(listed=TIMES, filled=TIMES, hours=st.integers(1, 14 * 24))
def test_an_item_is_seen_while_it_is_listed_and_there(listed, filled, hours):
    def at(hour):
        return NOW - timedelta(hours=20 * 24 - hour)

    def holds(changes, hour):
        return sum(each <= hour for each in changes) % 2 == 1

    acts = [say(days=21, is_listed=True), say(days=20.5, is_listed=False)]
    acts += [
        TermsAct(principal=ME, at=at(hour), values={"is_listed": index % 2 == 0})
        for index, hour in enumerate(listed)
    ]
    shelf = [(at(hour), index % 2 == 0) for index, hour in enumerate(filled)]

    found = rules.find_seen_since(acts, shelf, span=timedelta(hours=hours), now=NOW)

    seen = [hour for hour in range(20 * 24) if holds(listed, hour) and holds(filled, hour)]
    assert found == (at(seen[-hours]) if len(seen) >= hours else None)
