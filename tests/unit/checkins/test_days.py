"""Above eight hours of a day the institute decides, above twelve the center; and back-fills."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.activities.errors import OccasionCancelledError
from rewards.activities.types import OccasionStatus
from rewards.checkins import rules
from rewards.checkins.errors import (
    BackFillTimesError,
    BackFillTooLateError,
    EvidenceError,
    OnlyHeadsCountedError,
)
from rewards.checkins.types import DayShare, ReviewLevel, Span
from tests.unit.checkins.test_windows import MINUTE, SHIFT, START

DAY = timedelta(days=1)
minutes = st.integers(0, 1440)


@pytest.mark.parametrize(
    ("served", "recorded", "share"),
    [
        (120, 0, (120, 0, 0)),
        (120, 420, (60, 60, 0)),  # vector 4 of the domain's 6.5: the third of 3 h, 4 h, 2 h
        (480, 0, (480, 0, 0)),
        (481, 0, (480, 1, 0)),
        (720, 0, (480, 240, 0)),
        (800, 0, (480, 240, 80)),
        (60, 480, (0, 60, 0)),
        (60, 700, (0, 20, 40)),
        (60, 720, (0, 0, 60)),
        (60, 2000, (0, 0, 60)),
        (0, 2000, (0, 0, 0)),
    ],
)
def test_a_day_gives_eight_hours_by_itself(served, recorded, share):
    automatic, institute, center = share

    assert rules.split_minutes(served, recorded=recorded) == DayShare(
        automatic=automatic, institute=institute, center=center
    )


@given(st.lists(minutes, max_size=6))
def test_however_a_day_is_cut_the_parts_are_the_same(parts):
    recorded = automatic = institute = center = 0
    for part in parts:
        share = rules.split_minutes(part, recorded=recorded)
        assert share.automatic + share.held == part
        assert min(share.automatic, share.institute, share.center) >= 0
        recorded += part
        automatic += share.automatic
        institute += share.institute
        center += share.center

    whole = rules.split_minutes(sum(parts), recorded=0)
    assert (automatic, institute, center) == (whole.automatic, whole.institute, whole.center)
    assert automatic <= rules.DAY_AUTOMATIC_MAX


@pytest.mark.parametrize(
    ("filled", "recorded", "level"),
    [
        (180, 0, None),
        (180, 300, None),
        (180, 301, ReviewLevel.INSTITUTE),
        (180, 540, ReviewLevel.INSTITUTE),
        (180, 541, ReviewLevel.CENTER),
    ],
)
def test_hours_filled_in_keep_to_the_same_limits(filled, recorded, level):
    assert rules.find_level(filled, recorded=recorded) is level


SPAN = Span(SHIFT.starts_at, SHIFT.ends_at)


@pytest.mark.parametrize("after", [timedelta(0), 7 * DAY])
def test_hours_are_filled_in_within_seven_days(after):
    rules.check_back_fill(SPAN, SHIFT, now=SPAN.end + after)
    rules.check_back_fill(SPAN, None, now=SPAN.end + after)


@pytest.mark.parametrize(
    ("span", "after", "error"),
    [
        (SPAN, 7 * DAY + MINUTE, BackFillTooLateError),
        (SPAN, -MINUTE, BackFillTimesError),
        (Span(SPAN.end, SPAN.start), DAY, BackFillTimesError),
        (Span(SPAN.start, SPAN.start), DAY, BackFillTimesError),
        (Span(SPAN.end - DAY - MINUTE, SPAN.end), DAY, BackFillTimesError),
        (Span(START - MINUTE, SPAN.end), DAY, BackFillTimesError),
        (Span(START, SPAN.end + MINUTE), DAY, BackFillTimesError),
    ],
)
def test_other_times_are_refused(span, after, error):
    with pytest.raises(error):
        rules.check_back_fill(span, SHIFT, now=max(SPAN.start, SPAN.end) + after)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"status": OccasionStatus.CANCELLED}, OccasionCancelledError),
        ({"counts_heads": True}, OnlyHeadsCountedError),
    ],
)
def test_what_was_not_held_or_takes_no_names_is_not_filled_in(change, error):
    with pytest.raises(error):
        rules.check_back_fill(SPAN, replace(SHIFT, **change), now=SPAN.end)


def test_evidence_is_one_line():
    text = " 站长在场，\n签字表第3页第12行 "

    assert rules.normalize_evidence(text) == "站长在场， 签字表第3页第12行"


@pytest.mark.parametrize("text", ["", "在场", "。" * 20, "对" * 501, "ab" * 10])
def test_evidence_says_something(text):
    with pytest.raises(EvidenceError):
        rules.normalize_evidence(text)
