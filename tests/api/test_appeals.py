"""Appeals over HTTP."""

from datetime import timedelta

import pytest

from rewards.access.types import Role
from tests.api.conftest import build_participant_token, build_staff_token
from tests.factories.world import build_participant

WORDS = "我那天来了两个小时，积分只有一半。"
ANSWER = "查过签到表，确实少记了，已经补上。"


@pytest.fixture
def entry(api, world, activity):
    """An entry that staff entered, by its identifier."""
    api.post(
        "/check-ins",
        world.host,
        {"occasion_id": str(activity.id), "participant_id": str(world.wang.id)},
    )
    return api.get("/me/entries", world.person).json["items"][0]["id"]


@pytest.fixture
def station_admin(world, now):
    return build_staff_token(Role.STATION_ADMIN, world.station, now)


@pytest.fixture
def made(api, world, entry):
    return api.post("/appeals", world.person, {"entry_id": entry, "text": WORDS}).json


def test_a_participant_contests_an_entry(api, world, entry):
    answer = api.post("/appeals", world.person, {"entry_id": entry, "text": WORDS}, key="once")

    assert answer.status_code == 201
    assert answer.json["state"] == "open"
    assert answer.json["due_at"] == "2026-11-27T16:00:00+00:00"
    assert answer.json["answered_by_level"] == "station"
    shown = api.get(answer.headers["Location"].removeprefix("/api/v1"), world.person)
    assert shown.json == answer.json
    assert api.get("/me/appeals", world.person).json["items"] == [answer.json]


def test_the_same_key_makes_one_appeal(api, world, entry):
    body = {"entry_id": entry, "text": WORDS}

    first, again = (api.post("/appeals", world.person, body, key="once") for _ in range(2))

    assert again.json == first.json
    assert again.headers["Idempotency-Hit"] == "true"


def test_a_second_appeal_about_the_same_is_refused(api, world, entry, made, refused):
    answer = api.post("/appeals", world.person, {"entry_id": entry, "text": WORDS})

    refused(answer, 409, "appeal-already-open")


def test_staff_name_for_whom_they_appeal(api, world, entry, refused):
    body = {"entry_id": entry, "text": WORDS}

    refused(api.post("/appeals", world.clerk, body), 422, "invalid-request")
    body["participant_id"] = str(world.wang.id)
    assert api.post("/appeals", world.clerk, body).status_code == 201
    refused(api.post("/appeals", world.far_admin, body), 404, "participant-not-found")


def test_a_text_that_is_too_short_is_refused_with_its_bounds(api, world, entry, refused):
    answer = api.post("/appeals", world.person, {"entry_id": entry, "text": "少了"})

    problem = refused(answer, 422, "appeal-text")
    assert (problem["length_min"], problem["length_max"]) == (5, 500)


def test_nobody_sees_the_appeals_of_others(api, world, made, now, refused):
    other = build_participant_token(build_participant(world.station, name="李强", now=now), now)
    path = f"/appeals/{made['id']}"

    refused(api.get(path, other), 404, "appeal-not-found")
    refused(api.get(path, world.far_admin), 404, "appeal-not-found")
    refused(api.get(path, world.clerk), 403, "not-allowed")
    assert api.get("/me/appeals", other).json["items"] == []


def test_the_station_answers_once(api, world, made, station_admin, refused):
    path = f"/appeals/{made['id']}/answer"

    answer = api.post(path, station_admin, {"is_upheld": True, "answer": ANSWER})

    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["answer"]) == ("upheld", ANSWER)
    again = api.post(path, station_admin, {"is_upheld": False, "answer": ANSWER})
    assert refused(again, 409, "appeal-closed")["state"] == "upheld"
    assert api.get("/me/appeals", world.person).json["items"][0]["answer"] == ANSWER


def test_who_may_not_correct_does_not_answer(api, world, made, refused):
    body = {"is_upheld": True, "answer": ANSWER}

    refused(api.post(f"/appeals/{made['id']}/answer", world.host, body), 403, "not-allowed")
    refused(api.post(f"/appeals/{made['id']}/answer", world.person, body), 403, "staff-only")


def test_an_appeal_is_withdrawn(api, world, made, refused):
    path = f"/appeals/{made['id']}/withdrawal"

    refused(api.post(path, world.person_far), 404, "appeal-not-found")
    assert api.post(path, world.person).json["state"] == "withdrawn"
    refused(api.post(path, world.person), 409, "appeal-closed")


def test_staff_close_no_appeal_without_an_answer(api, world, entry, station_admin, refused):
    body = {"entry_id": entry, "text": WORDS, "participant_id": str(world.wang.id)}
    made = api.post("/appeals", world.host, body).json

    for token in (world.host, station_admin):
        path = f"/appeals/{made['id']}/withdrawal"
        refused(api.post(path, token), 403, "participant-only")
    assert api.get(f"/appeals/{made['id']}", station_admin).json["state"] == "open"


def test_late_appeals_are_told_to_the_institute(api, world, made, station_admin, clock):
    clock.shift(timedelta(days=8))

    (listed,) = api.get("/appeals", station_admin).json["items"]

    assert listed["is_overdue"]
    assert listed["answered_by_level"] == "institute"


def test_closed_appeals_have_a_list_of_their_own(api, world, made, station_admin):
    api.post(f"/appeals/{made['id']}/withdrawal", world.person)

    assert api.get("/appeals", station_admin).json["items"] == []
    closed = api.get("/appeals?state=closed", station_admin).json["items"]
    assert [each["id"] for each in closed] == [made["id"]]


def test_the_list_is_for_who_may_answer(api, world, made, refused):
    refused(api.get("/appeals", world.clerk), 403, "not-allowed")
    refused(api.get("/appeals", world.person), 403, "staff-only")
    path = f"/appeals?node_id={world.station.id}"
    refused(api.get(path, world.far_admin), 404, "node-not-found")
    assert api.get("/appeals", world.far_admin).json["items"] == []
