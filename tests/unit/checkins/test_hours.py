"""What counts where nobody checked out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rewards.activities.errors import OccasionCancelledError
from rewards.activities.types import OccasionStatus
from rewards.checkins import rules
from rewards.checkins.errors import (
    ConfirmClosedError,
    HoursReasonError,
    LeavingTimeError,
    NoCheckOutError,
    NotPendingError,
)
from tests.unit.checkins.test_windows import MINUTE, SECOND, SHIFT, START

HOUR = 60 * MINUTE
PENDING = SHIFT.ends_at + HOUR
LAST = PENDING + timedelta(days=7)


@pytest.mark.parametrize("now", [PENDING + SECOND, LAST])
def test_the_leader_has_seven_days_after_check_out_has_closed(now):
    rules.check_confirmable(SHIFT, now=now)


@pytest.mark.parametrize(
    ("now", "error"), [(PENDING, NotPendingError), (LAST + SECOND, ConfirmClosedError)]
)
def test_before_and_after_nothing_is_confirmed(now, error):
    with pytest.raises(error):
        rules.check_confirmable(SHIFT, now=now)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"status": OccasionStatus.CANCELLED}, OccasionCancelledError),
        ({"requires_check_out": False}, NoCheckOutError),
    ],
)
def test_what_takes_no_check_out_waits_for_nobody(change, error):
    with pytest.raises(error):
        rules.check_confirmable(replace(SHIFT, **change), now=LAST)


@pytest.mark.parametrize("left_at", [START + MINUTE, SHIFT.ends_at])
def test_people_leave_between_their_check_in_and_the_scheduled_end(left_at):
    rules.check_leaving_time(SHIFT, checked_in_at=START + MINUTE, left_at=left_at)


@pytest.mark.parametrize("left_at", [START, SHIFT.ends_at + SECOND])
def test_nobody_leaves_before_they_came_or_after_the_end(left_at):
    with pytest.raises(LeavingTimeError) as refused:
        rules.check_leaving_time(SHIFT, checked_in_at=START + MINUTE, left_at=left_at)

    assert refused.value.members["latest"] == SHIFT.ends_at.isoformat()


@pytest.mark.parametrize(
    ("came", "left", "minutes"),
    [
        (-20, 140, 140),  # vector 1 of the domain's 6.5: 14:00 to 16:20
        (-20, 200, 140),  # clipped to the window
        (0, 29, 29),
        (30, 90, 60),
        (30, 10, 0),
        (200, 210, 0),
    ],
)
def test_a_span_is_the_presence_inside_the_window(came, left, minutes):
    span = rules.attended_span(
        SHIFT, checked_in_at=START + came * MINUTE, checked_out_at=START + left * MINUTE
    )

    assert span.minutes == minutes
    assert SHIFT.starts_at <= span.start <= span.end <= SHIFT.ends_at


def test_who_has_not_left_takes_up_the_rest_of_the_window():
    span = rules.attended_span(SHIFT, checked_in_at=START + 5 * MINUTE)

    assert (span.start, span.end) == (START + 5 * MINUTE, SHIFT.ends_at)


def test_a_reason_is_one_line():
    assert rules.normalize_reason("  提前\n走了\t ") == "提前 走了"


@pytest.mark.parametrize("text", ["", "  ", "。", "长" * 201])
def test_a_reason_says_something(text):
    with pytest.raises(HoursReasonError):
        rules.normalize_reason(text)


LADDER = {1: 6_000, 2: 18_000, 3: 36_000, 4: 60_000, 5: 90_000}


@pytest.mark.parametrize(
    ("minutes", "stars", "missing"),
    [
        (0, 0, 6_000),
        (5_999, 0, 1),  # vector 20 of the domain's 6.5: 99 h 59 min
        (6_000, 1, 12_000),
        (17_999, 1, 1),
        (18_000, 2, 18_000),
        (36_000, 3, 24_000),
        (60_000, 4, 30_000),
        (89_999, 4, 1),
        (90_000, 5, None),
        (500_000, 5, None),
    ],
)
def test_stars_come_to_the_minute(minutes, stars, missing):
    level = rules.judge_stars(minutes, LADDER)

    assert (level.stars, level.missing) == (stars, missing)


def test_a_district_has_a_ladder_of_its_own_or_none():
    assert rules.judge_stars(60, {1: 30, 2: 60}).stars == 2
    assert rules.judge_stars(60, {}) == rules.judge_stars(0, {})
