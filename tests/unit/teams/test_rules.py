from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.teams import rules
from rewards.teams.errors import InvalidTeamError, MembershipDatesError
from rewards.teams.types import Membership

TODAY = date(2026, 11, 21)
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 3, 1))
MEMBER = Membership(
    team_id=UUID(int=1), participant_id=UUID(int=2), joined_on=date(2026, 11, 1), left_on=None
)


def test_a_name_has_one_spelling():
    assert rules.normalize_name("  杏花红\u3000志愿服务队 ") == "杏花红 志愿服务队"


@pytest.mark.parametrize("text", ["", "  ", "字" * 61, "红\n队", "红\u202e队", "红\0队"])
def test_a_name_that_is_none_is_refused(text):
    with pytest.raises(InvalidTeamError) as caught:
        rules.normalize_name(text)

    assert caught.value.members == {"field": "name"}


def test_a_category_has_a_short_name():
    assert rules.normalize_category("河湖巡护") == "河湖巡护"
    with pytest.raises(InvalidTeamError):
        rules.normalize_category("字" * 13)


def test_nobody_joins_in_days_to_come_or_before_there_were_teams():
    rules.check_joining(TODAY, today=TODAY)
    for day in (TODAY + timedelta(days=1), date(1999, 12, 31)):
        with pytest.raises(MembershipDatesError):
            rules.check_joining(day, today=TODAY)


def test_a_member_leaves_after_joining_and_not_in_days_to_come():
    rules.check_leaving(MEMBER, MEMBER.joined_on, today=TODAY)
    rules.check_leaving(MEMBER, TODAY, today=TODAY)
    for day in (MEMBER.joined_on - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(MembershipDatesError):
            rules.check_leaving(MEMBER, day, today=TODAY)


def test_the_day_of_leaving_is_the_first_without():
    left = replace(MEMBER, left_on=date(2026, 11, 20))

    assert not rules.is_within(left, date(2026, 10, 31))
    assert rules.is_within(left, date(2026, 11, 1))
    assert rules.is_within(left, date(2026, 11, 19))
    assert not rules.is_within(left, date(2026, 11, 20))


@given(DAYS, st.none() | DAYS, DAYS)
def test_a_span_overlaps_one_that_goes_on_exactly_if_they_share_a_day(start, end, joined_on):
    span = replace(MEMBER, joined_on=start, left_on=end if end is None else max(start, end))
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(400)]
    shared = any(rules.is_within(span, day) and joined_on <= day for day in days)

    assert not shared or rules.is_overlapping(span, joined_on)
    if span.left_on != span.joined_on:
        assert rules.is_overlapping(span, joined_on) == shared
