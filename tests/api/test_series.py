"""Series over the interface for programs."""

from datetime import date, datetime, timedelta

import pytest

from rewards.core import clock

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def tuesday():
    today = clock.local_date(clock.now(), clock.zone())
    return today + timedelta(days=(1 - today.weekday()) % 7 + 7)


@pytest.fixture
def body(world, tuesday):
    return {
        "kind": "study_session",
        "title": "强国TV线上集中学习",
        "node_id": str(world.station.id),
        "recurrence": "FREQ=WEEKLY;COUNT=4",
        "starts_on": str(tuesday),
        "start": "14:30",
        "minutes": 60,
        "capacity": 30,
    }


@pytest.fixture
def series(api, world, body):
    return api.post("/series", world.host, body).json


def occasions(api, world, series):
    items = api.get(f"/occasions?node_id={world.station.id}", world.host).json["items"]
    found = [each for each in items if each["series_id"] == series["id"]]
    return sorted(found, key=lambda each: each["starts_at"])


def test_a_series_is_planned_shown_and_listed(api, world, body, tuesday):
    response = api.post("/series", world.host, body)

    series = response.json
    assert response.status_code == 201
    assert series["recurrence"] == "FREQ=WEEKLY;BYDAY=TU"
    assert series["ends_on"] == str(tuesday + timedelta(days=21))
    assert series["start"] == "14:30"
    location = response.headers["Location"].removeprefix("/api/v1")
    assert api.get(location, world.host).json == series
    assert api.get("/series", world.host).json["items"] == [series]
    assert [each["series_slot"] for each in occasions(api, world, series)] == [
        str(tuesday + timedelta(days=7 * turn)) for turn in range(4)
    ]


def test_a_series_changes_from_a_day_on(api, world, series, tuesday):
    third = tuesday + timedelta(days=14)

    changed = api.patch(
        f"/series/{series['id']}",
        world.host,
        {"slot_from": str(third), "title": "专题学习", "start": "09:00"},
    )

    assert changed.status_code == 200
    assert changed.json["id"] != series["id"]
    assert (changed.json["title"], changed.json["start"]) == ("专题学习", "09:00")
    assert len(occasions(api, world, series)) == 2
    assert len(occasions(api, world, changed.json)) == 2


def test_a_day_is_left_out_and_the_rest_ends_early(api, world, series, tuesday):
    skipped = api.post(f"/series/{series['id']}/skips", world.host, {"day": str(tuesday)})
    ended = api.patch(
        f"/series/{series['id']}", world.host, {"ends_on": str(tuesday + timedelta(days=8))}
    )

    assert (skipped.status_code, ended.status_code) == (200, 200)
    assert [each["status"] for each in occasions(api, world, series)] == [
        "cancelled",
        "scheduled",
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"recurrence": "FREQ=HOURLY"}, "recurrence"),
        ({"recurrence": "FREQ=DAILY;UNTIL=20200101"}, "series-dates"),
        ({"rule_code": "FILM_JOIN"}, "occasion-rule"),
        ({"start": "9:00"}, "invalid-request"),
        ({"start": "24:00"}, "invalid-request"),
        ({"minutes": 0}, "invalid-request"),
        ({"skips": ["soon"]}, "invalid-request"),
    ],
)
def test_what_cannot_be_planned_is_refused(api, world, body, refused, changes, code):
    refused(api.post("/series", world.host, body | changes), 422, code)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({}, "#"),
        ({"title": "别的"}, "#/slot_from"),
        ({"slot_from": "2026-12-01"}, "#"),
        ({"ends_on": None, "title": "别的"}, "#/ends_on"),
    ],
)
def test_a_change_that_says_too_little_is_refused(api, world, series, refused, change, pointer):
    answer = api.patch(f"/series/{series['id']}", world.host, change)

    problem = refused(answer, 422, "invalid-request")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_day_without_an_occasion_is_refused(api, world, series, refused):
    day = str(date(2020, 1, 1))

    refused(api.post(f"/series/{series['id']}/skips", world.host, {"day": day}), 409, "series-slot")


def test_others_do_not_plan(api, world, body, series, refused):
    refused(api.post("/series", world.clerk, body), 403, "not-allowed")
    refused(api.post("/series", world.person, body), 403, "staff-only")
    refused(api.get(f"/series/{series['id']}", world.far_admin), 404, "series-not-found")


def test_a_change_that_is_sent_again_plans_nothing_twice(api, world, series, tuesday, refused):
    address = f"/series/{series['id']}"
    change = {"slot_from": str(tuesday + timedelta(days=14)), "recurrence": "FREQ=WEEKLY;COUNT=3"}
    key = {"Idempotency-Key": "one-change"}

    first = api.patch(address, world.host, change, headers=key)
    again = api.patch(address, world.host, change, headers=key)

    assert (again.status_code, again.json) == (200, first.json)
    assert again.headers["Idempotency-Hit"] == "true"
    refused(api.patch(address, world.host, change), 409, "series-slot")
    assert len(api.get("/series", world.host).json["items"]) == 2


def test_who_may_come_and_where_is_said_of_a_series_too(api, world, body, tuesday, refused):
    space = api.post(
        "/spaces",
        world.admin,
        {
            "node_id": str(world.station.id),
            "name": "线下空间",
            "zones": [{"kind": "reading", "name": "阅读区"}],
        },
    ).json
    asked = {
        "age_min": 18,
        "age_max": 70,
        "qualification": "medical",
        "training": "",
        "zone_id": space["zones"][0]["id"],
        "takes_sign_ups": True,
        "sign_up_closes_before": 120,
    }

    series = api.post("/series", world.host, body | asked).json
    change = {"slot_from": str(tuesday), "age_max": None, "sign_up_closes_before": 60}
    after = api.patch(f"/series/{series['id']}", world.host, change).json

    assert {name: series[name] for name in asked} == asked
    assert (after["age_max"], after["sign_up_closes_before"]) == (None, 60)
    first = occasions(api, world, after)[0]
    assert (first["age_min"], first["age_max"], first["qualification"]) == (18, None, "medical")
    assert first["zone_id"] == asked["zone_id"]
    starts_at, closes_at = (
        datetime.fromisoformat(first[name]) for name in ("starts_at", "sign_up_closes_at")
    )
    assert starts_at - closes_at == timedelta(hours=1)
    nowhere = {"zone_id": "01900000-0000-7000-8000-000000000000"}
    refused(api.post("/series", world.host, body | nowhere), 404, "zone-not-found")
    refused(
        api.patch(f"/series/{series['id']}", world.host, {"slot_from": str(tuesday)} | nowhere),
        404,
        "zone-not-found",
    )
