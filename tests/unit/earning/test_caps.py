"""Which cap held while points were given: by the version of a rule, by the time for the guard."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from rewards.earning import rules
from rewards.earning.types import CapVersion

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)
CAPS = (
    CapVersion(code="", version=1, points=100, valid_from=NEW_YEAR),
    CapVersion(code="", version=2, points=80, valid_from=SUMMER),
    CapVersion(code="ACT_JOIN", version=1, points=10, valid_from=NEW_YEAR),
    CapVersion(code="ACT_JOIN", version=2, points=20, valid_from=SUMMER),
    CapVersion(code="ACT_JOIN", version=3, points=0, valid_from=SUMMER),
    CapVersion(code="FREE", version=1, points=0, valid_from=NEW_YEAR),
)


@dataclass(frozen=True)
class Given:
    rule_code: str
    versions: range = range(1, 2)
    first_at: datetime = SUMMER
    last_at: datetime = SUMMER


def test_the_lowest_cap_of_each_rule_leaves_out_those_that_never_had_one():
    assert rules.list_lowest(CAPS) == {"": 80, "ACT_JOIN": 10}


@pytest.mark.parametrize(
    ("versions", "cap"),
    [(range(1, 2), 10), (range(1, 3), 20), (range(1, 4), None), (range(9, 10), None)],
)
def test_the_highest_cap_of_the_versions_that_gave_holds(versions, cap):
    assert rules.find_cap(CAPS, Given("ACT_JOIN", versions=versions)) == cap


@pytest.mark.parametrize(
    ("first", "last", "cap"),
    [
        (timedelta(days=-9), timedelta(seconds=-1), 100),
        (timedelta(days=-9), timedelta(days=9), 100),
        # A process may see a change two seconds late.
        (timedelta(seconds=1), timedelta(days=9), 100),
        (timedelta(seconds=2), timedelta(days=9), 80),
    ],
)
def test_the_guard_that_held_at_some_moment_of_the_time_holds(first, last, cap):
    given = Given("", first_at=SUMMER + first, last_at=SUMMER + last)

    assert rules.find_cap(CAPS, given) == cap
