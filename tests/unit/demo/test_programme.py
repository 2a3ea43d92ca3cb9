from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rewards.activities import rules as activities
from rewards.demo import facts, programme

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 21)  # a Saturday, the third of its month


def titles_of(day, *, live=False):
    return [plan.title for plan in programme.plan_day(day, SHANGHAI, live=live)]


def window_of(plan):
    return activities.choose_window(
        rule_code=activities.choose_rule(plan.entry.kind, plan.entry.rule),
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        opens_at=None,
        closes_at=plan.closes_at,
    )


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (date(2026, 11, 7), "中国梦宣讲会"),
        (date(2026, 11, 14), "强国复兴有我诵读会"),
        (date(2026, 11, 21), "居民文明素养提升主题实践"),
        (date(2026, 11, 24), "强国TV线上集中学习"),
        (date(2026, 11, 27), "红色观影《1921》"),
        (date(2027, 3, 5), "山西省志愿者日主题服务"),
    ],
)
def test_a_day_has_what_is_due_on_it(day, title):
    assert title in titles_of(day)


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (date(2026, 11, 28), "居民文明素养提升主题实践"),
        (date(2026, 11, 20), "红色观影《1921》"),
        (date(2026, 7, 7), "冬季供暖入户排查"),
        (date(2026, 11, 21), "文明交通劝导"),
    ],
)
def test_a_day_has_nothing_else(day, title):
    assert title not in titles_of(day)


def test_titles_take_turns():
    first = date(2026, 11, 26)

    assert "学习茶话会" in titles_of(first) + titles_of(first + timedelta(days=7))
    assert "学习心得座谈会" in titles_of(first) + titles_of(first + timedelta(days=7))


def test_a_day_has_the_same_occasions_whenever_it_is_planned():
    assert titles_of(DAY, live=True) == titles_of(DAY, live=True)
    assert set(titles_of(DAY)) < set(titles_of(DAY, live=True))


@pytest.mark.parametrize("days_later", range(7))
def test_at_every_minute_something_is_open_at_the_station(days_later):
    day = DAY + timedelta(days=days_later)
    plans = [
        plan
        for each in (day - timedelta(days=1), day)
        for plan in programme.plan_day(each, SHANGHAI, live=True)
        if plan.entry.node == facts.STATION
    ]
    windows = [window_of(plan) for plan in plans]
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)

    closed = [
        minute
        for minute in range(24 * 60)
        if not any(
            opens <= midnight + timedelta(minutes=minute) < closes for opens, closes in windows
        )
    ]

    assert closed == []


def test_every_entry_is_at_a_place_of_the_demo():
    places = {place.key for place in facts.list_places()}

    assert {entry.node for entry in facts.list_entries()} <= places
    assert {person.home for person in facts.list_people()} <= places
    assert {team.home for team in facts.list_teams()} <= places


def test_every_team_on_a_poster_is_one_of_the_demo():
    named = {entry.team for entry in facts.list_entries() if entry.team}

    assert named == {team.name for team in facts.list_teams()}


@pytest.mark.parametrize("entry", [each for each in facts.list_entries() if not each.live])
def test_the_series_of_an_entry_have_its_days_and_titles(entry):
    first = date(2026, 8, 23)
    last = first + timedelta(days=400)

    by_series = {}
    for title, rule, starts_on in programme.series_of(entry, first):
        pattern = activities.read_pattern(
            rule, starts_on=starts_on, start=entry.start, minutes=entry.minutes, zone=SHANGHAI
        )
        by_series |= dict.fromkeys(activities.list_slots(pattern, first=first, last=last), title)

    by_day = {
        plan.day: plan.title
        for plans in programme.plan_days(first, last, SHANGHAI, live_from=last + timedelta(days=1))
        for plan in plans
        if plan.entry is entry
    }
    assert by_series == by_day
