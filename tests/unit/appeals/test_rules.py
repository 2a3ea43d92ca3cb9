from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.appeals import rules
from rewards.appeals.errors import AppealTextError, AppealTooLateError, OwnAppealError
from rewards.network.types import Level

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 11, 23), 5, date(2026, 11, 30)),  # a Monday, to the next one
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # a Friday, over the weekend
        (date(2026, 11, 21), 5, date(2026, 11, 27)),  # a Saturday does not count itself
        (date(2026, 11, 22), 5, date(2026, 11, 27)),
    ],
)
def test_working_days_leave_out_the_weekend(day, count, due):
    assert rules.add_working_days(day, count) == due


@given(day=DAYS, count=st.integers(1, 30))
def test_a_working_day_comes_after_so_many_others(day, count):
    due = rules.add_working_days(day, count)

    between = [day + timedelta(days=step) for step in range(1, (due - day).days + 1)]
    assert sum(each.weekday() < 5 for each in between) == count
    assert due.weekday() < 5


def test_an_answer_is_due_at_the_end_of_the_fifth_working_day():
    assert rules.find_due(at("2026-11-21T23:59")) == at("2026-11-28T00:00")


def test_the_day_of_an_appeal_is_the_local_one():
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # Monday 0:30 in Shanghai

    assert rules.find_due(late) == at("2026-12-01T00:00")


def build_subject(recorded_at, *entered_by):
    return SimpleNamespace(recorded_at=recorded_at, entered_by=frozenset(entered_by))


def test_the_last_moment_to_appeal_is_the_end_of_the_fifteenth_day():
    subject = build_subject(at("2026-11-01T00:10"))

    rules.check_in_time(subject, now=at("2026-11-16T23:59"))


def test_the_sixteenth_day_is_too_late():
    subject = build_subject(at("2026-11-01T00:10"))

    with pytest.raises(AppealTooLateError) as refused:
        rules.check_in_time(subject, now=at("2026-11-17T00:00"))

    assert datetime.fromisoformat(refused.value.members["until"]) == at("2026-11-17T00:00")


@pytest.mark.parametrize(
    ("home", "now", "level"),
    [
        (Level.STATION, "2026-11-27T23:59", Level.STATION),
        (Level.POINT, "2026-11-27T23:59", Level.STATION),
        (Level.STATION, "2026-11-28T00:00", Level.INSTITUTE),
        (Level.STATION, "2026-12-04T23:59", Level.INSTITUTE),
        (Level.STATION, "2026-12-05T00:00", Level.CENTER),
        (Level.STATION, "2027-12-05T00:00", Level.CENTER),
        (Level.INSTITUTE, "2026-11-27T23:59", Level.INSTITUTE),
        (Level.INSTITUTE, "2026-11-28T00:00", Level.CENTER),
        (Level.CENTER, "2027-11-28T00:00", Level.CENTER),
    ],
)
def test_a_late_answer_is_for_the_level_above(home, now, level):
    due_at = at("2026-11-28T00:00")

    assert rules.find_level(home, due_at=due_at, now=at(now)) is level


@pytest.mark.parametrize("text", ["五个字整。", "字" * 500, "  我来了  但是\n没有积分  "])
def test_a_sentence_is_taken(text):
    assert rules.normalize_text(text) == " ".join(text.split())


@pytest.mark.parametrize("text", ["", "四个字。", "字" * 501, "  一  \n ", "我来了\u202e没有积分"])
def test_a_text_of_another_length_is_refused(text):
    with pytest.raises(AppealTextError):
        rules.normalize_text(text)


def build_appeal(made_by="participant:1"):
    return SimpleNamespace(made_by=made_by)


def test_somebody_else_may_answer():
    subject = build_subject(None, "staff:a")

    rules.check_impartial(build_appeal(), subject, principal="staff:b", is_self=False)


@pytest.mark.parametrize(
    ("made_by", "principal", "is_self"),
    [
        ("participant:1", "staff:a", False),  # entered it
        ("participant:1", "staff:b", True),  # is the participant
        ("staff:b", "staff:b", False),  # made the appeal
    ],
)
def test_nobody_answers_what_is_their_own(made_by, principal, is_self):
    subject = build_subject(None, "staff:a")

    with pytest.raises(OwnAppealError):
        rules.check_impartial(build_appeal(made_by), subject, principal=principal, is_self=is_self)
