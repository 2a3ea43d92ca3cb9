"""Planning what comes again: chosen in plain words, looked at as dates, changed later."""

import html
import re
from datetime import time, timedelta

import pytest

from rewards.activities import queries as activities
from rewards.activities import rules, service
from rewards.activities.types import OccasionStatus
from rewards.core import clock
from tests.factories.people import SYSTEM
from tests.factories.world import build_occasion

DAY = timedelta(days=1)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture
def tuesday(now):
    """The first Tuesday from tomorrow on."""
    day = clock.local_date(now, clock.zone()) + DAY
    return day + (1 - day.weekday()) % 7 * DAY


@pytest.fixture
def form(station, tuesday):
    return {
        "title": "强国TV线上集中学习",
        "what": "study",
        "node": str(station.id),
        "day": tuesday.isoformat(),
        "from": "14:30",
        "to": "15:30",
        "capacity": "30",
        "key": "a-key-of-a-form-that-counts-once",
        "again": "weekly",
        "weekday": ["TU"],
        "weeks": "1",
        "ends": "never",
    }


@pytest.fixture
def series(admin, station, form, tuesday):
    answer = admin.post("/console/occasions/new", data={**form, "step": "plan"})
    assert answer.status_code == 303, answer.text
    return find_series(station)


def find_series(station):
    (found,) = activities.list_series(
        node_path=station.path, day=clock.local_date(clock.now(), clock.zone())
    )
    return found


def planned(series):
    return [
        each
        for each in activities.list_of_series(series.id)
        if each.status is OccasionStatus.SCHEDULED
    ]


def test_the_dates_are_looked_at_before_anything_is_planned(admin, station, form, tuesday):
    asked = admin.get("/console/occasions/new?again=weekly").text
    page = admin.post("/console/occasions/new", data=form).text

    assert "第1个" in asked
    assert "最后一个" in asked
    assert "每周二 · 14:30–15:30" in page
    assert page.count('name="skip"') == 9
    assert activities.list_series(node_path=station.path, day=tuesday) == ()
    assert dict(HIDDEN.findall(page))["again"] == "weekly"


def test_what_was_looked_at_is_planned_without_the_days_left_out(admin, station, form, tuesday):
    holiday = tuesday + 7 * DAY
    step = {**form, "step": "plan", "skip": [holiday.isoformat()]}

    first = admin.post("/console/occasions/new", data=step)
    second = admin.post("/console/occasions/new", data=step)

    series = find_series(station)
    assert first.location == second.location == f"/console/series/{series.id}?done=planned"
    assert [each.series_slot for each in planned(series)][:2] == [tuesday, tuesday + 14 * DAY]
    assert planned(series)[0].capacity == 30
    page = admin.get(first.location).text
    assert "安排好了" in page
    assert "每周二 14:30–15:30" in page


def test_going_back_keeps_what_was_typed(admin, form):
    page = admin.post("/console/occasions/new", data={**form, "step": "back"}).text

    assert 'value="强国TV线上集中学习"' in page
    assert re.search(r'value="TU" checked', page)


@pytest.mark.parametrize(
    ("chosen", "rule"),
    [
        ({"again": "daily"}, "FREQ=DAILY"),
        ({"again": "workdays"}, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ({"weekday": ["TH", "TU"], "weeks": "2"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"),
        (
            {"again": "place", "month_place": "1", "place_day": "SA"},
            "FREQ=MONTHLY;BYDAY=1SA",
        ),
        (
            {"again": "place", "month_place": "-1", "place_day": "FR"},
            "FREQ=MONTHLY;BYDAY=-1FR",
        ),
        ({"again": "monthday", "month_day": "-1"}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ],
)
def test_every_choice_is_a_rule_and_comes_back_as_it_was_chosen(admin, station, form, chosen, rule):
    admin.post("/console/occasions/new", data={**form, **chosen, "step": "plan"})

    series = find_series(station)
    page = admin.get(f"/console/series/{series.id}/edit").text
    assert rules.write_rule(series.pattern.recurrence) == rule
    wanted = "weekly" if chosen.get("again") == "workdays" else chosen.get("again", "weekly")
    assert f'name="again" value="{wanted}" checked' in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weekday": []}, "请选哪些天办"),
        ({"again": "often"}, "请选哪些天办"),
        ({"again": "place", "month_place": "9"}, "请选哪些天办"),
        ({"again": "monthday", "month_day": "32"}, "请选哪些天办"),
        ({"ends": "on", "ends_on": ""}, "请选到哪天为止"),
        ({"ends": "after", "ends_after": "很多"}, "请填一共办几次"),
        ({"ends": "on", "ends_on": "2020-01-01"}, "这样选，一天也没有"),
        ({"title": ""}, "填名称"),
    ],
)
def test_what_is_wrong_is_said_beside_it(admin, station, form, wrong, said):
    answer = admin.post("/console/occasions/new", data={**form, **wrong, "step": "plan"})

    assert answer.status_code == 422
    assert said in answer.text


def test_a_number_of_times_is_shown_whole(admin, form):
    page = admin.post("/console/occasions/new", data={**form, "ends": "after", "ends_after": "3"})

    assert page.text.count('name="skip"') == 3
    assert "一共3次" in page.text
    assert "就是这些天" in page.text


def edit(series, **changes):
    return {
        "title": "专题学习",
        "place": "",
        "team": "",
        "capacity": "30",
        "from": "09:00",
        "to": "10:00",
        "again": "weekly",
        "weekday": ["TU"],
        "weeks": "1",
        **changes,
    }


def test_this_day_and_the_following_ones_are_changed(admin, station, series, tuesday):
    third = tuesday + 14 * DAY

    answer = admin.post(
        f"/console/series/{series.id}/edit", data=edit(series, day=third.isoformat())
    )

    assert answer.status_code == 303
    titles = [
        each.title
        for each in activities.list_occasions(
            node_path=station.path,
            starts_from=planned(series)[0].starts_at,
            starts_before=planned(series)[0].starts_at + 29 * DAY,
        )
    ]
    assert titles == ["强国TV线上集中学习"] * 2 + ["专题学习"] * 2 + ["专题学习"]
    assert "专题学习" in admin.get(answer.location).text


def test_a_form_that_stood_open_changes_what_was_changed_in_it_alone(admin, series, tuesday):
    address = f"/console/series/{series.id}/edit"
    seen = html.unescape(dict(HIDDEN.findall(admin.get(address).text))["seen"])
    typed = edit(series, day=tuesday.isoformat(), **{"from": "14:30", "to": "15:30"})
    service.change_series(
        actor=SYSTEM,
        series_id=series.id,
        slot_from=tuesday,
        changes={"capacity": 50},
        start=time(9),
        minutes=90,
        now=clock.now(),
    )

    answer = admin.post(address, data={**typed, "seen": seen})

    assert answer.status_code == 303, answer.text
    after = activities.get_series(series.id)
    assert (after.details.title, after.details.capacity) == ("专题学习", 50)
    assert (after.pattern.start, after.pattern.minutes) == (time(9), 90)


def test_other_days_are_looked_at_with_what_they_cancel(admin, series, tuesday):
    data = edit(series, day=tuesday.isoformat(), weekday=["WE"])

    page = admin.post(f"/console/series/{series.id}/edit", data=data).text
    answer = admin.post(f"/console/series/{series.id}/edit", data={**data, "step": "plan"})

    assert "这几场会取消" in page
    assert answer.status_code == 303
    assert {each.series_slot.weekday() for each in planned(activities.get_series(series.id))} == {2}


def test_holidays_are_left_out_together(admin, series, tuesday):
    near, far = tuesday, tuesday + 20 * 7 * DAY

    answer = admin.post(
        f"/console/series/{series.id}/skips",
        data={"skip": [near.isoformat(), far.isoformat()]},
    )
    page = admin.get(answer.location).text
    restored = admin.post(f"/console/series/{series.id}/restored", data={"day": far.isoformat()})

    assert "这些天不办了" in page
    assert "还是办" in page
    assert restored.status_code == 303
    assert planned(series)[0].series_slot == tuesday + 7 * DAY
    assert activities.get_series(series.id).skips == frozenset()


def test_a_series_ends_on_a_day_after_what_that_cancels_was_looked_at(admin, series, tuesday):
    address = f"/console/series/{series.id}/end"
    last = {"ends_on": (tuesday + 8 * DAY).isoformat()}
    before = len(planned(series))

    asked = admin.post(address, data=last)
    back = admin.post(address, data={**last, "step": "back"})
    kept = len(planned(series))
    done = admin.post(address, data={**last, "step": "plan"})

    assert "这几场会取消" in asked.text
    assert back.location == f"/console/series/{series.id}"
    assert kept == before
    assert done.status_code == 303
    assert len(planned(series)) == 2
    # Who chose the wrong day has the others again.
    assert admin.post(address, data={"ends_on": ""}).status_code == 303
    assert len(planned(series)) == before


def test_days_that_were_changed_and_changed_back_are_planned_again(admin, series, tuesday):
    address = f"/console/series/{series.id}/edit"
    before = len(planned(series))
    for weekday, count in (("WE", before), ("TU", before)):
        data = edit(series, day=tuesday.isoformat(), weekday=[weekday], step="plan")
        assert admin.post(address, data=data).status_code == 303
        after = planned(activities.get_series(series.id))
        assert abs(len(after) - count) <= 1
    assert {each.series_slot.weekday() for each in after} == {1}


@pytest.mark.parametrize(
    ("action", "data", "status"),
    [
        ("skips", {}, 422),
        ("skips", {"skip": "2020-01-01"}, 409),
        ("restored", {"day": "morgen"}, 422),
        ("restored", {"day": "2020-01-01"}, 409),
        ("end", {"ends_on": "bald"}, 422),
        ("end", {"ends_on": "2020-01-01"}, 422),
    ],
)
def test_what_cannot_be_done_is_said_on_the_page(admin, series, action, data, status):
    answer = admin.post(f"/console/series/{series.id}/{action}", data=data)

    assert answer.status_code == status
    assert "排好的日子" in answer.text


def test_series_are_listed_and_led_to_from_each_of_their_days(admin, series):
    listed = admin.get("/console/series").text
    occasion = admin.get(f"/console/occasions/{planned(series)[0].id}").text

    assert "强国TV线上集中学习" in listed
    assert f"/console/series/{series.id}" in occasion


def test_others_neither_see_nor_change_a_series(stranger, clerk, series):
    assert stranger.get(f"/console/series/{series.id}").status_code == 403
    assert clerk.get(f"/console/series/{series.id}/edit").status_code == 403
    assert "修改这一组" not in clerk.get(f"/console/series/{series.id}").text


def test_a_month_is_seen_at_a_glance(admin, series, station, now):
    month = planned(series)[0].starts_at.astimezone(clock.zone())
    service.cancel_occasion(actor=SYSTEM, occasion_id=planned(series)[0].id, now=now)
    for minute in range(7):
        build_occasion(station, title=f"第{minute}场", now=now, starts_in=minute)

    page = admin.get(f"/console/calendar?month={month:%Y-%m}").text

    assert "强国TV线上集中学习" in page
    assert 'class="off"' in page
    assert "还有3场" in admin.get("/console/calendar").text


def test_a_button_that_is_pressed_twice_says_twice_that_it_is_done(admin, series, tuesday):
    address = f"/console/series/{series.id}"
    holiday = {"day": (tuesday + 20 * 7 * DAY).isoformat(), "key": "a-key-of-the-day-of-holiday"}
    admin.post(f"{address}/skips", data={"skip": holiday["day"]})
    other = edit(series, day=(tuesday + 14 * DAY).isoformat(), weekday=["WE"], step="plan")
    other["key"] = "a-key-of-the-change-of-a-series"

    restored = [admin.post(f"{address}/restored", data=holiday) for _ in range(2)]
    changed = [admin.post(f"{address}/edit", data=other) for _ in range(2)]

    assert [each.status_code for each in (*restored, *changed)] == [303] * 4
    assert changed[0].location == changed[1].location


def test_a_change_of_the_whole_series_that_is_sent_twice_is_done_once(admin, series, tuesday):
    data = edit(series, day=tuesday.isoformat(), key="a-key-of-the-change-of-a-series")

    first = admin.post(f"/console/series/{series.id}/edit", data=data)
    again = admin.post(f"/console/series/{series.id}/edit", data=data)

    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location == f"/console/series/{series.id}?done=changed"


def test_a_series_that_was_changed_leads_to_the_one_that_follows_it(admin, series, tuesday):
    third = (tuesday + 14 * DAY).isoformat()
    after = admin.post(f"/console/series/{series.id}/edit", data=edit(series, day=third)).location

    page = admin.get(f"/console/series/{series.id}").text
    refused = admin.post(f"/console/series/{series.id}/end", data={"ends_on": ""})

    assert after.removesuffix("?done=changed") in page
    assert refused.status_code == 409
    assert "后面那一组" in refused.text


@pytest.mark.parametrize("later_by", [0, 7])
def test_sign_up_closes_as_long_before_each_day_as_it_did(admin, series, tuesday, later_by):
    address = f"/console/series/{series.id}/edit"
    until = f"{tuesday - DAY}T09:00"
    admin.post(address, data=edit(series, day=str(tuesday), sign_up="yes", sign_up_until=until))
    third = tuesday + 14 * DAY
    page = admin.get(f"{address}?from={third}").text
    shown = dict(re.findall(r'name="(sign_up_\w+)"[^>]*? value="([^"]*)"', page))

    day = third + later_by * DAY
    admin.post(address, data=edit(series, day=str(day), title="晚课", sign_up="yes", **shown))

    assert shown["sign_up_until"] == f"{third - DAY}T09:00"
    after = activities.get_series(planned_on(series, day).series_id)
    assert (after.details.title, after.details.sign_up_closes_before) == ("晚课", 24 * 60)


def planned_on(series, day):
    (found,) = [
        each
        for each in activities.list_occasions(
            node_path=series.node_path,
            starts_from=clock.day_bounds(day, clock.zone())[0],
            starts_before=clock.day_bounds(day, clock.zone())[1],
        )
        if each.status is OccasionStatus.SCHEDULED
    ]
    return found
