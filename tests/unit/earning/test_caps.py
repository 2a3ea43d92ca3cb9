"""What was allowed when points were given: by the version of a rule, by the time for the guard."""

from datetime import UTC, datetime, timedelta

from rewards.core.periods import Period
from rewards.earning import rules
from tests.factories.rules import build_version, default_versions

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)
SEEN = timedelta(seconds=2)


def join(version, node_path="", **definition):
    return build_version("ACT_JOIN", definition, version=version, node_path=node_path)


def guard(version, start, **definition):
    return build_version("GUARD", definition, version=version, valid_from=start)


def test_each_version_allows_what_it_says():
    versions = [join(1, cap_day=10), join(2, cap_day=20), join(3), build_version("FREE", {})]

    assert rules.list_limits(versions, Period.DAY) == {"ACT_JOIN": {1: 10, 2: 20, 3: None}}
    assert rules.list_limits(versions, Period.MONTH) == {}


def test_the_cap_of_an_old_definition_that_is_zero_is_none():
    assert rules.list_limits([join(1, cap_day=0)], Period.DAY) == {}


def test_a_node_allows_what_it_says_or_the_most_of_the_rule_in_general():
    versions = [
        join(1, cap_day=10),
        join(2, "aa/", base=7),
        join(3, "bb/", cap_day=30),
        join(4, "cc/", cap_day=None),
        join(5, cap_day=15),
    ]

    assert rules.list_limits(versions, Period.DAY) == {
        "ACT_JOIN": {1: 10, 2: 15, 3: 30, 4: None, 5: 15}
    }


def test_bonuses_that_share_the_caps_of_a_rule_are_named_with_their_versions():
    versions = [
        *default_versions(),
        build_version("SVC_PRO", {"factor_percent": 130}, version=2, node_path="aa/"),
        build_version("SVC_PRO", {"of": "SVC_TIME", "factor_percent": 120}, version=3),
    ]

    assert rules.list_shared(versions) == {"SVC_TIME": {"SVC_PRO": frozenset({1, 2})}}


def test_the_guard_allows_the_higher_until_a_change_is_seen_everywhere():
    versions = [guard(1, NEW_YEAR, cap_day=100), guard(2, SUMMER, cap_day=80)]

    assert rules.list_guard_limits(versions, Period.DAY) == [
        (NEW_YEAR, 100),
        (NEW_YEAR + SEEN, 100),
        (SUMMER, 100),
        (SUMMER + SEEN, 80),
    ]
    assert rules.list_guard_limits(versions, Period.WEEK) == []


def test_two_changes_of_the_guard_in_a_moment_allow_the_highest_of_them():
    versions = [
        guard(1, NEW_YEAR, cap_day=100),
        guard(2, SUMMER, cap_day=120),
        guard(3, SUMMER + SEEN / 2, cap_day=80),
    ]

    limits = dict(rules.list_guard_limits(versions, Period.DAY))

    assert limits[SUMMER + SEEN / 2] == limits[SUMMER + SEEN] == 120
    assert limits[SUMMER + SEEN * 3 / 2] == 80
