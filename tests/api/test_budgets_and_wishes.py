"""Budgets and wishes for other systems."""

import pytest

from rewards.access.types import ParticipantActor
from rewards.core import clock
from tests.factories.redemptions import add_giving, credit


@pytest.fixture
def today(now):
    return clock.local_date(now, clock.zone()).isoformat()


def test_a_budget_is_set_listed_and_dropped(api, world, refused, today):
    path = f"/nodes/{world.station.id}/budgets"

    answer = api.post(path, world.admin, {"day": today, "points": 500}, key="one")
    assert (answer.status_code, answer.json["left"]) == (200, 500)
    assert api.get(path, world.admin).json["items"] == [answer.json]
    assert api.get(f"/nodes/{world.center.id}/budgets", world.admin).json["items"]
    refused(api.get(path, world.clerk), 403, "not-allowed")
    refused(api.get(path, world.far_admin), 404, "node-not-found")
    refused(api.post(path, world.clerk, {"day": today, "points": 1}), 403, "not-allowed")
    refused(api.post(path, world.admin, {"day": "2020-01-01", "points": 1}), 422, "invalid-budget")

    assert api.post(f"{path}/removal", world.admin, {"day": today}).status_code == 200
    assert api.get(path, world.admin).json["items"] == []
    refused(api.post(f"{path}/removal", world.admin, {"day": today}), 404, "budget-not-found")


@pytest.fixture
def wish(api, world, space, now):
    add_giving(space, now)
    body = {"node_id": str(world.station.id), "title": "一台收音机", "target_points": 30}
    answer = api.post("/wishes", world.admin, body)
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/wishes/{answer.json['id']}")
    return answer.json


def test_a_gift_is_given_once_for_its_key(api, world, wish, refused, now):
    credit(ParticipantActor(participant_id=world.wang.id), world.station, 50, now)
    path = f"/wishes/{wish['id']}/gifts"

    first, again = (api.post(path, world.person, {"points": 20}, key="gift") for _each in range(2))

    assert (first.status_code, first.json) == (201, again.json)
    assert api.get(f"/wishes/{wish['id']}", world.person).json["given_points"] == 20
    refused(api.post(path, world.person, {"points": 20}), 409, "wish-reached")
    refused(api.post(path, world.person, {"points": 15}), 422, "giving-points")
    refused(api.post(path, world.person_far, {"points": 10}), 404, "wish-not-found")
    refused(api.post(path, world.clerk, {"points": 10}), 403, "participant-only")
    assert api.post(path, world.person, {"points": 10}).status_code == 201
    assert api.get("/wishes?state=open", world.person).json["items"] == []
    assert len(api.get("/wishes?state=ended", world.person).json["items"]) == 1


def test_a_wish_is_closed_by_those_who_may(api, world, wish, refused):
    path = f"/wishes/{wish['id']}/closing"

    refused(api.post(path, world.clerk), 403, "not-allowed")
    refused(api.post(path, world.far_admin), 404, "wish-not-found")
    assert api.post(path, world.admin).json["is_open"] is False
    refused(api.post(path, world.admin), 410, "wish-closed")
