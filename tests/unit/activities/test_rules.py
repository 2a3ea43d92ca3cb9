"""When check-in opens and closes, which rule and whether check-out go with a kind."""

from datetime import UTC, datetime, timedelta

import pytest

from rewards.activities import rules
from rewards.activities.errors import (
    CheckOutRequiredError,
    OccasionRuleError,
    OccasionTimesError,
)
from rewards.activities.types import OccasionKind

START = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
END = START + timedelta(hours=2)
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(hours=24)


def window(rule="ACT_JOIN", *, ends_at=END, opens_at=None, closes_at=None):
    return rules.choose_window(
        rule_code=rule, starts_at=START, ends_at=ends_at, opens_at=opens_at, closes_at=closes_at
    )


def test_check_in_is_open_from_half_an_hour_before_to_half_an_hour_after_the_start():
    assert window() == (START - HALF_HOUR, START + HALF_HOUR)


def test_check_in_closes_at_the_end_of_a_short_occasion():
    ends_at = START + timedelta(minutes=20)

    assert window(ends_at=ends_at) == (START - HALF_HOUR, ends_at)


def test_a_stamp_can_be_had_as_long_as_the_space_is_open():
    assert window("SPACE_STAMP") == (START, END)


def test_check_in_may_open_a_day_before_the_start_and_no_sooner():
    assert window(opens_at=START - DAY)[0] == START - DAY
    with pytest.raises(OccasionTimesError):
        window(opens_at=START - DAY - timedelta(seconds=1))


@pytest.mark.parametrize("closes_at", [START - HALF_HOUR, START - DAY, END + timedelta(seconds=1)])
def test_check_in_closes_after_it_opens_and_by_the_end(closes_at):
    with pytest.raises(OccasionTimesError):
        window(closes_at=closes_at)


@pytest.mark.parametrize("length", [timedelta(0), -HALF_HOUR, DAY + timedelta(seconds=1)])
def test_an_occasion_ends_after_its_start_within_a_day(length):
    with pytest.raises(OccasionTimesError):
        rules.check_times(starts_at=START, ends_at=START + length)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (OccasionKind.ACTIVITY, "ACT_JOIN"),
        (OccasionKind.STUDY_SESSION, "STUDY_GROUP"),
        (OccasionKind.SERVICE_SHIFT, "SVC_TIME"),
    ],
)
def test_each_kind_has_its_usual_rule(kind, rule):
    assert rules.choose_rule(kind, None) == rule


def test_a_rule_of_another_kind_is_refused():
    with pytest.raises(OccasionRuleError):
        rules.choose_rule(OccasionKind.ACTIVITY, "SVC_TIME")


def test_a_service_shift_is_never_without_check_out():
    assert rules.choose_check_out(OccasionKind.SERVICE_SHIFT, "SVC_TIME", None) is True
    with pytest.raises(CheckOutRequiredError):
        rules.choose_check_out(OccasionKind.SERVICE_SHIFT, "SVC_TIME", False)


def test_group_study_asks_for_check_out_and_a_stamp_does_not():
    study = OccasionKind.STUDY_SESSION

    assert rules.choose_check_out(study, "STUDY_GROUP", None) is True
    assert rules.choose_check_out(study, "SPACE_STAMP", None) is False
    assert rules.choose_check_out(study, "STUDY_GROUP", False) is False


def test_a_round_of_fixed_minutes_needs_no_check_out():
    shift = OccasionKind.SERVICE_SHIFT

    assert rules.choose_check_out(shift, "CURTAIN", None) is False
    assert rules.choose_check_out(shift, "CURTAIN", True) is True
    assert rules.choose_check_out(shift, "SVC_MUSTER", None) is True
