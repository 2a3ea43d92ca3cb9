"""Opening hours and pick-up slots over the API."""

from datetime import timedelta

import pytest

from rewards.core import clock

pytestmark = pytest.mark.databases("sqlite")

DAY = [{"opens": "00:00", "closes": "24:00"}]
MORNING = [{"opens": "09:00", "closes": "12:00"}]


@pytest.fixture
def at(space):
    return f"/spaces/{space.id}"


@pytest.fixture
def today():
    return clock.local_date(clock.now(), clock.zone())


def set_hours(api, world, at, *, desk="space", week=(DAY,) * 7):
    answer = api.post(f"{at}/hours", world.admin, {"desk": desk, "week": week})
    assert answer.status_code == 200, answer.json
    return answer.json


def test_hours_are_set_and_shown(api, world, at):
    told = set_hours(api, world, at, week=[*[MORNING] * 6, []])

    assert told["weeks"] == [{"desk": "space", "days": [*[MORNING] * 6, []]}]
    assert {each["desk"] for each in told["now"]} == {"space", "exchange"}
    assert api.get(f"{at}/hours", world.person).json["weeks"] == told["weeks"]


def test_who_asks_is_told_whether_it_is_open(api, world, at, today):
    assert api.get(f"{at}/hours", world.person).json["now"] == []
    (space, _exchange) = set_hours(api, world, at)["now"]
    assert (space["is_open"], space["until"]) == (True, None)

    body = {
        "desk": "space",
        "first": today.isoformat(),
        "last": today.isoformat(),
        "spans": [],
        "reason": "停电",
    }
    (space, exchange) = api.post(f"{at}/special-days", world.admin, body).json["now"]

    assert (space["is_open"], space["reason"]) == (False, "停电")
    assert space["opens_at"] == exchange["opens_at"]
    removal = {name: body[name] for name in ("desk", "first", "last")}
    answer = api.post(f"{at}/special-days/removal", world.admin, removal)
    assert answer.json["special_days"] == []


def test_hours_of_the_exchange_desk_are_taken_back(api, world, at):
    set_hours(api, world, at)
    set_hours(api, world, at, desk="exchange", week=([],) * 7)

    told = set_hours(api, world, at, desk="exchange", week=None)

    assert [each["desk"] for each in told["weeks"]] == ["space"]


def test_slots_are_listed_with_what_is_left(api, world, at):
    set_hours(api, world, at)
    assert api.get(f"{at}/pick-up-slots", world.person).json["items"] == []

    answer = api.post(f"{at}/pick-up-slots", world.admin, {"minutes": 30, "capacity": 4})

    assert (answer.json["slot_minutes"], answer.json["slot_capacity"]) == (30, 4)
    items = api.get(f"{at}/pick-up-slots", world.person).json["items"]
    assert len(items) > 300
    assert {each["left"] for each in items} == {4}


def test_what_does_not_fit_is_refused(api, world, at, today, refused):
    week = {"desk": "space", "week": [[{"opens": "12:00", "closes": "09:00"}]] * 7}
    refused(api.post(f"{at}/hours", world.admin, week), 422, "invalid-hours")
    for clock_text in ("9:00", "25:00", "09:60", "09:00\n"):
        week = {"desk": "space", "week": [[{"opens": clock_text, "closes": "13:00"}]] * 7}
        refused(api.post(f"{at}/hours", world.admin, week), 422, "invalid-request")
    days = {
        "desk": "space",
        "first": (today - timedelta(days=1)).isoformat(),
        "last": today.isoformat(),
        "spans": [],
        "reason": "停电",
    }
    refused(api.post(f"{at}/special-days", world.admin, days), 422, "invalid-hours")
    removal = {name: days[name] for name in ("desk", "first", "last")}
    answer = api.post(f"{at}/special-days/removal", world.admin, removal)
    refused(answer, 404, "special-day-not-found")
    slots = {"minutes": 7, "capacity": 4}
    refused(api.post(f"{at}/pick-up-slots", world.admin, slots), 422, "invalid-pickup-slots")


def test_only_who_manages_the_stock_sets_them(api, world, at, refused):
    week = {"desk": "space", "week": [DAY] * 7}

    refused(api.post(f"{at}/hours", world.clerk, week), 403, "not-allowed")
    refused(api.post(f"{at}/hours", world.person, week), 403, "staff-only")
    refused(api.post(f"{at}/hours", world.far_admin, week), 404, "space-not-found")
    refused(api.get(f"{at}/hours", world.person_far), 404, "space-not-found")
    refused(api.get(f"{at}/pick-up-slots", world.person_far), 404, "space-not-found")
