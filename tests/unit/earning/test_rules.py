"""What attendance is worth: the vectors of the domain, and the caps by property."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.earning import rules
from rewards.earning.errors import UnknownRuleError
from rewards.earning.types import Rule, RuleSet, Usage
from rewards.ledger.types import BoardKind

SVC_TIME = Rule(
    code="SVC_TIME",
    version=1,
    base=5,
    per_minutes=30,
    minutes_min=30,
    cap_day=80,
    cap_month=600,
    counts_minutes=True,
    board=BoardKind.SERVICE,
)
ACT_JOIN = Rule(code="ACT_JOIN", version=1, base=5, cap_day=10, cap_month=60, board=BoardKind.STUDY)
SPACE_STAMP = Rule(
    code="SPACE_STAMP", version=1, base=1, cap_day=1, cap_month=20, board=BoardKind.STUDY
)
STUDY_GROUP = Rule(code="STUDY_GROUP", version=1, base=5, minutes_min=30, cap_day=5, cap_month=60)
RULES = RuleSet(
    rules={rule.code: rule for rule in (SVC_TIME, ACT_JOIN, SPACE_STAMP, STUDY_GROUP)},
    guard_day=100,
    guard_month=800,
)


@dataclass(frozen=True)
class Given:
    rule_code: str
    business_date: date
    points: int


def award(code, *, minutes=None, **used):
    return rules.evaluate(RULES, code=code, minutes=minutes, usage=Usage(**used))


@pytest.mark.parametrize(
    ("minutes", "points"),
    [(140, 20), (29, 0), (30, 5), (59, 5), (60, 10), (0, 0), (480, 80), (510, 80)],
)
def test_service_gives_five_points_for_each_full_half_hour_up_to_eighty(minutes, points):
    assert award("SVC_TIME", minutes=minutes).points == points


@pytest.mark.parametrize(("minutes", "points"), [(None, 0), (29, 0), (30, 5), (200, 5)])
def test_group_study_counts_from_thirty_minutes(minutes, points):
    assert award("STUDY_GROUP", minutes=minutes).points == points


def test_the_second_stamp_of_a_day_gives_nothing():
    second = award("SPACE_STAMP", rule_day=1, rule_month=1, all_day=1, all_month=1)

    assert (second.points, second.cap, second.cap_limit) == (0, "rule_day", 1)


def test_the_twenty_first_stamp_of_a_month_gives_nothing_and_says_why():
    capped = award("SPACE_STAMP", rule_month=20, all_month=20)

    assert (capped.points, capped.uncapped, capped.cap) == (0, 1, "rule_month")


def test_a_cap_leaves_what_is_left_of_it():
    partly = award("SVC_TIME", minutes=120, rule_day=70, rule_month=70, all_day=70, all_month=70)

    assert (partly.points, partly.uncapped, partly.cap) == (10, 20, "rule_day")


def test_the_guard_stands_over_all_rules():
    guarded = award("ACT_JOIN", all_day=98, all_month=98)

    assert (guarded.points, guarded.cap, guarded.cap_limit) == (2, "guard_day", 100)


def test_a_rule_that_is_not_in_force_is_refused():
    with pytest.raises(UnknownRuleError):
        award("SHARE_LINK")


def test_usage_tells_the_day_from_the_month_and_the_rule_from_the_rest():
    today, before = date(2026, 11, 21), date(2026, 11, 3)
    points = [
        Given("SVC_TIME", today, 20),
        Given("SVC_TIME", before, 40),
        Given("ACT_JOIN", today, 5),
        Given("ACT_JOIN", before, 10),
    ]

    usage = rules.build_usage(points, code="SVC_TIME", day=today)

    assert usage == Usage(rule_day=20, rule_month=60, all_day=25, all_month=75)


@given(
    code=st.sampled_from(sorted(RULES.rules)),
    minutes=st.none() | st.integers(0, 24 * 60),
    rule_day=st.integers(0, 120),
    others_day=st.integers(0, 120),
    rule_before=st.integers(0, 700),
    others_before=st.integers(0, 900),
)
def test_no_award_passes_any_cap_or_is_negative(
    code, minutes, rule_day, others_day, rule_before, others_before
):
    usage = Usage(
        rule_day=rule_day,
        rule_month=rule_day + rule_before,
        all_day=rule_day + others_day,
        all_month=rule_day + rule_before + others_day + others_before,
    )
    rule = RULES.rules[code]

    given_points = rules.evaluate(RULES, code=code, minutes=minutes, usage=usage).points

    assert given_points >= 0
    if given_points:
        assert usage.rule_day + given_points <= rule.cap_day
        assert usage.rule_month + given_points <= rule.cap_month
        assert usage.all_day + given_points <= RULES.guard_day
        assert usage.all_month + given_points <= RULES.guard_month
