"""When one may check in and out, and the minutes between."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rewards.activities.errors import OccasionCancelledError
from rewards.activities.types import Occasion, OccasionKind, OccasionStatus
from rewards.checkins import rules
from rewards.checkins.errors import (
    CheckInClosedError,
    CheckInNotOpenError,
    CheckOutClosedError,
    CheckOutNotOpenError,
    NoCheckOutError,
    TicketExpiredError,
)
from rewards.core.ids import new_id

START = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
SHIFT = Occasion(
    id=new_id(),
    kind=OccasionKind.SERVICE_SHIFT,
    title="环境清洁日",
    node_id=new_id(),
    node_path="aaaaaaaa/",
    place="",
    team="",
    starts_at=START,
    ends_at=START + 140 * MINUTE,
    opens_at=START - 30 * MINUTE,
    closes_at=START + 30 * MINUTE,
    capacity=None,
    requires_check_out=True,
    rule_code="SVC_TIME",
    status=OccasionStatus.SCHEDULED,
    code_label="0" * 16,
    code_key=b"k" * 32,
)


@pytest.mark.parametrize("at", [SHIFT.opens_at, START, SHIFT.closes_at - SECOND])
def test_check_in_is_open_within_its_window(at):
    rules.check_in_open(SHIFT, at=at)


def test_check_in_before_the_window_says_when_it_opens():
    with pytest.raises(CheckInNotOpenError) as refused:
        rules.check_in_open(SHIFT, at=SHIFT.opens_at - SECOND)

    assert refused.value.members == {"opens_at": SHIFT.opens_at.isoformat()}


def test_check_in_after_the_window_is_refused():
    with pytest.raises(CheckInClosedError):
        rules.check_in_open(SHIFT, at=SHIFT.closes_at)


def test_a_cancelled_occasion_takes_nobody():
    with pytest.raises(OccasionCancelledError):
        rules.check_in_open(replace(SHIFT, status=OccasionStatus.CANCELLED), at=START)


@pytest.mark.parametrize("minutes", [-10, 0, 60])
def test_check_out_is_open_around_the_end(minutes):
    rules.check_out_open(SHIFT, at=SHIFT.ends_at + minutes * MINUTE, by_staff=False)


def test_one_who_leaves_early_is_checked_out_by_staff_only():
    early = SHIFT.ends_at - 11 * MINUTE

    rules.check_out_open(SHIFT, at=early, by_staff=True)
    with pytest.raises(CheckOutNotOpenError):
        rules.check_out_open(SHIFT, at=early, by_staff=False)


def test_check_out_closes_an_hour_after_the_end():
    with pytest.raises(CheckOutClosedError):
        rules.check_out_open(SHIFT, at=SHIFT.ends_at + 61 * MINUTE, by_staff=True)


def test_an_occasion_without_check_out_refuses_one():
    with pytest.raises(NoCheckOutError):
        rules.check_out_open(
            replace(SHIFT, requires_check_out=False), at=SHIFT.ends_at, by_staff=True
        )


@pytest.mark.parametrize(
    ("came", "left", "minutes"),
    [
        (0, 140, 140),
        (-20, 160, 140),
        (10, 140, 130),
        (0, 100, 100),
        (-20, -5, 0),
        (150, 160, 0),
    ],
)
def test_minutes_are_those_inside_the_scheduled_time(came, left, minutes):
    counted = rules.count_minutes(
        SHIFT, checked_in_at=START + came * MINUTE, checked_out_at=START + left * MINUTE
    )

    assert counted == minutes


def test_seconds_short_of_a_minute_do_not_count():
    assert (
        rules.count_minutes(SHIFT, checked_in_at=START + SECOND, checked_out_at=START + 30 * MINUTE)
        == 29
    )


@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=10)])
def test_a_scan_counts_for_ten_minutes(age):
    rules.check_ticket_age(scanned_at=START, now=START + age)


@pytest.mark.parametrize("age", [-SECOND, timedelta(minutes=10, seconds=1)])
def test_an_older_scan_or_one_of_the_future_does_not(age):
    with pytest.raises(TicketExpiredError):
        rules.check_ticket_age(scanned_at=START, now=START + age)
