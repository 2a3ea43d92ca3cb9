"""When one can sign up, when a place is kept, and when it counts as not coming."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.activities.types import Occasion, OccasionKind, OccasionStatus
from rewards.signups import rules
from rewards.signups.errors import SignUpClosedError, SignUpNotOfferedError
from rewards.signups.types import Stage, Tally

START = datetime(2026, 11, 27, 7, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OCCASION = Occasion(
    id=uuid4(),
    kind=OccasionKind.ACTIVITY,
    title="红色观影",
    node_id=uuid4(),
    node_path="0001/",
    place="4号厅",
    team="",
    starts_at=START,
    ends_at=START + timedelta(hours=2),
    opens_at=START - timedelta(minutes=30),
    closes_at=START + timedelta(minutes=30),
    capacity=172,
    requires_check_out=False,
    rule_code="FILM_JOIN",
    status=OccasionStatus.SCHEDULED,
    code_label="0" * 16,
    code_key=b"",
    takes_sign_ups=True,
)
moments = st.timedeltas(min_value=timedelta(days=-40), max_value=timedelta(days=2)).map(
    lambda span: START + span
)


def test_one_signs_up_until_it_starts_and_staff_until_check_in_closes():
    rules.check_open(OCCASION, by_staff=False, now=START)
    rules.check_open(OCCASION, by_staff=True, now=OCCASION.closes_at)

    with pytest.raises(SignUpClosedError) as refusal:
        rules.check_open(OCCASION, by_staff=False, now=START + SECOND)
    assert refusal.value.members == {"closed_at": START.isoformat()}
    with pytest.raises(SignUpClosedError):
        rules.check_open(OCCASION, by_staff=True, now=OCCASION.closes_at + SECOND)


def test_sign_up_closes_earlier_where_that_was_said():
    closes_at = START - timedelta(days=1)
    occasion = replace(OCCASION, sign_up_closes_at=closes_at)

    assert rules.is_open(occasion, now=closes_at)
    assert not rules.is_open(occasion, now=closes_at + SECOND)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"takes_sign_ups": False}, SignUpNotOfferedError),
        ({"status": OccasionStatus.CANCELLED}, SignUpClosedError),
    ],
)
def test_what_takes_no_sign_ups_or_was_cancelled_is_refused(change, refusal):
    occasion = replace(OCCASION, **change)

    with pytest.raises(refusal):
        rules.check_open(occasion, by_staff=True, now=START - timedelta(days=1))
    assert not rules.is_open(occasion, now=START - timedelta(days=1))


@pytest.mark.parametrize(
    ("confirmed", "given_up", "missed"),
    [
        (timedelta(days=-3), timedelta(hours=-2), False),
        (timedelta(days=-3), timedelta(hours=-2) + SECOND, True),
        (timedelta(hours=-2), timedelta(hours=-1), True),
        # Whoever moved up too late to give notice owes none.
        (timedelta(hours=-2) + SECOND, timedelta(hours=-1), False),
    ],
)
def test_giving_up_a_place_within_two_hours_counts_as_not_coming(confirmed, given_up, missed):
    is_missed = rules.is_missed(OCCASION, confirmed_at=START + confirmed, now=START + given_up)

    assert is_missed is missed


@given(confirmed=moments, now=moments)
def test_nobody_misses_what_they_could_still_give_notice_of(confirmed, now):
    if rules.is_missed(OCCASION, confirmed_at=confirmed, now=now):
        assert confirmed <= START - timedelta(hours=2) < now


@given(confirmed=moments)
def test_a_place_is_kept_ten_minutes_after_the_start_or_after_it_was_given(confirmed):
    release = rules.find_release(OCCASION, confirmed_at=confirmed)

    assert release >= START + timedelta(minutes=10)
    assert release >= confirmed + timedelta(minutes=10)
    assert release in (START + timedelta(minutes=10), confirmed + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("left", "stage"),
    [
        (timedelta(hours=24) + SECOND, Stage.NONE),
        (timedelta(hours=24), Stage.DAY_BEFORE),
        (timedelta(hours=2) + SECOND, Stage.DAY_BEFORE),
        (timedelta(hours=2), Stage.HOURS_BEFORE),
        (SECOND, Stage.HOURS_BEFORE),
        (timedelta(0), Stage.NONE),
    ],
)
def test_reminders_are_due_a_day_and_two_hours_before(left, stage):
    assert rules.judge_stage(START, now=START - left) is stage


def test_three_misses_pause_and_two_do_not():
    assert [rules.is_paused_by(missed) for missed in (0, 2, 3, 4)] == [False, False, True, True]


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_who_signed_up_is_here_or_absent(confirmed, waiting, arrived, released):
    tally = Tally(confirmed=confirmed, waiting=waiting, arrived=arrived, released=released)

    assert tally.signed_up == tally.arrived + tally.absent
