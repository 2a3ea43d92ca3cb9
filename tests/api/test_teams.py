"""Teams over the API: who sees them, who makes them, and who belongs to them."""

from datetime import timedelta

import pytest

from rewards.access.types import Role
from tests.api.conftest import build_staff_token
from tests.factories.teams import build_team, join
from tests.factories.world import build_occasion, build_participant


@pytest.fixture
def team(world, now):
    return build_team(world.station, name="杏花红志愿服务队", now=now)


def team_request(world, **changes):
    return {
        "name": "护苗团队",
        "category": "schooling",
        "node_id": str(world.station.id),
    } | changes


def test_an_admin_makes_a_team_and_everybody_of_the_center_finds_it(api, world):
    response = api.post("/teams", world.admin, team_request(world), key="one")
    again = api.post("/teams", world.admin, team_request(world), key="one")

    assert response.status_code == 201
    made = response.json
    assert made | {"id": None} == {
        "id": None,
        "name": "护苗团队",
        "category": "schooling",
        "category_name": "助学支教",
        "node_id": str(world.station.id),
        "closed_at": None,
    }
    assert (again.json, again.headers["Idempotency-Hit"]) == (made, "true")
    assert api.get(response.headers["Location"].removeprefix("/api/v1"), world.person).json == made
    assert api.get("/teams", world.person).json == {"items": [made], "next": None}
    assert api.get("/teams", world.person_far).json["items"] == []


def test_teams_of_another_center_do_not_exist(api, world, team, refused):
    for path in (f"/teams/{team.id}", f"/teams/{team.id}/members"):
        refused(api.get(path, world.far_admin), 404, "team-not-found")
    refused(api.get(f"/teams/{team.id}", world.person_far), 404, "team-not-found")
    refused(api.get(f"/teams?node_id={world.station.id}", world.far_admin), 404, "node-not-found")
    change = api.patch(f"/teams/{team.id}", world.far_admin, {"name": "夺来的队"})
    refused(change, 404, "team-not-found")
    added = api.post(
        f"/teams/{team.id}/members", world.far_admin, {"participant_id": str(world.far_person.id)}
    )
    refused(added, 404, "team-not-found")


@pytest.mark.databases("sqlite")
def test_who_may_not_manage_teams_is_refused(api, world, team, refused):
    for token in (world.host, world.clerk):
        refused(api.post("/teams", token, team_request(world)), 403, "not-allowed")
        refused(api.patch(f"/teams/{team.id}", token, {"name": "改"}), 403, "not-allowed")
        refused(api.get(f"/teams/{team.id}/members", token), 403, "not-allowed")
    refused(api.post("/teams", world.person, team_request(world)), 403, "staff-only")
    refused(api.get(f"/teams/{team.id}/members", world.person), 403, "staff-only")


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "invalid-request"),
        ({"name": "长" * 61}, "invalid-request"),
        ({"category": "ninth"}, "team-category-unknown"),
        ({"members": []}, "invalid-request"),
        ({"node_id": "x"}, "invalid-request"),
    ],
)
def test_a_team_that_is_none_is_refused(api, world, refused, changes, code):
    refused(api.post("/teams", world.admin, team_request(world, **changes)), 422, code)


def test_a_team_is_changed_closed_and_reopened(api, world, team, refused, now):
    path = f"/teams/{team.id}"

    assert api.patch(path, world.admin, {"name": "新名"}).json["name"] == "新名"
    assert api.patch(path, world.admin, {"is_closed": True}).json["closed_at"] is not None
    assert [each["name"] for each in api.get("/teams", world.person).json["items"]] == ["新名"]
    assert api.patch(path, world.admin, {"is_closed": False}).json["closed_at"] is None
    refused(api.patch(path, world.admin, {}), 422, "invalid-request")
    both = api.patch(path, world.admin, {"is_closed": True, "name": "又改"})
    refused(both, 422, "invalid-request")
    build_team(world.station, name="另一队", now=now)
    refused(api.patch(path, world.admin, {"name": "另一队"}), 409, "team-name-taken")


def test_members_join_lead_and_leave(api, world, team, now):
    path = f"/teams/{team.id}/members"
    body = {"participant_id": str(world.wang.id), "joined_on": "2026-11-01"}

    added = api.post(path, world.admin, body)
    led = api.patch(f"/teams/{team.id}", world.admin, {"leader_id": str(world.wang.id)})
    listed = api.get(path, world.admin).json

    assert (added.status_code, led.status_code) == (201, 200)
    assert "leader_id" not in led.json
    member = {
        "participant_id": str(world.wang.id),
        "number": world.wang.number,
        "display_name": "王*英",
        "joined_on": "2026-11-01",
        "left_on": None,
        "is_leader": True,
    }
    assert added.json == member | {"is_leader": False}
    assert listed == {"items": [member], "next": None}
    assert api.get(f"{path}?day=2026-10-31", world.admin).json["items"] == []

    left = api("DELETE", f"{path}/{world.wang.id}", world.admin)

    assert left.json == member | {"left_on": "2026-11-21", "is_leader": False}
    assert api.get(path, world.admin).json["items"] == []
    assert len(api.get(f"{path}?day=2026-11-20", world.admin).json["items"]) == 1


@pytest.mark.databases("sqlite")
def test_members_that_cannot_be_are_refused(api, world, team, refused, now):
    path = f"/teams/{team.id}/members"

    def add(participant, **more):
        return api.post(path, world.admin, {"participant_id": str(participant.id)} | more)

    refused(add(world.far_person), 404, "participant-not-found")
    refused(add(world.wang, joined_on="2026-11-22"), 422, "membership-dates")
    refused(add(world.wang, joined_on="22.11.2026"), 422, "invalid-request")
    refused(api("DELETE", f"{path}/{world.wang.id}", world.admin), 404, "not-member")
    join(team, world.wang, joined_on=(now - timedelta(days=5)).date(), now=now)
    problem = refused(add(world.wang), 409, "already-member")
    assert problem["joined_on"] == "2026-11-16"


@pytest.mark.databases("sqlite")
def test_the_leader_of_teams_keeps_members_and_nothing_else(api, world, team, refused, now):
    leader = build_staff_token(Role.TEAM_LEADER, world.station, now)
    path = f"/teams/{team.id}/members"

    assert api.post(path, leader, {"participant_id": str(world.wang.id)}).status_code == 201
    assert len(api.get(path, leader).json["items"]) == 1
    refused(api.patch(f"/teams/{team.id}", leader, {"name": "我队"}), 403, "not-allowed")


def test_the_history_says_which_team_an_entry_counts_for(api, world, team, now):
    member = build_participant(world.station, name="李桂兰", now=now)
    join(team, member, now=now)
    talk = build_occasion(world.station, now=now, team_id=team.id)
    for person in (world.wang, member):
        body = {"occasion_id": str(talk.id), "participant_id": str(person.id)}
        assert api.post("/check-ins", world.clerk, body).status_code == 201

    counted = [
        api.get(f"/participants/{person.id}/entries", world.clerk).json["items"][0]["team_id"]
        for person in (world.wang, member)
    ]

    assert counted == [None, str(team.id)]


def test_members_come_in_pages(api, world, team, now):
    for _ in range(3):
        join(team, build_participant(world.station, now=now), now=now)

    first = api.get(f"/teams/{team.id}/members?limit=2", world.admin).json
    second = api.get(f"/teams/{team.id}/members?limit=2&cursor={first['next']}", world.admin).json

    found = {each["participant_id"] for page in (first, second) for each in page["items"]}
    assert (len(found), second["next"]) == (3, None)


def test_categories_are_listed_and_added(api, world, refused):
    listed = api.get("/team-categories", world.person).json["items"]
    added = api.post(
        "/team-categories", world.admin, {"node_id": str(world.station.id), "name": "河湖巡护"}
    )

    assert [each["is_standing"] for each in listed] == [True] * 8 + [False] * 6
    assert listed[0] == {"code": "policy", "name": "政策宣讲", "is_standing": True}
    assert added.status_code == 201
    assert api.get("/team-categories", world.person).json["items"][-1] == added.json
    assert len(api.get("/team-categories", world.person_far).json["items"]) == 14
    host = api.post(
        "/team-categories", world.host, {"node_id": str(world.station.id), "name": "别"}
    )
    refused(host, 403, "not-allowed")


def test_an_occasion_is_of_a_team(api, world, team, refused):
    body = {
        "kind": "service_shift",
        "title": "环境清洁日",
        "node_id": str(world.station.id),
        "starts_at": "2026-11-22T09:00:00+08:00",
        "ends_at": "2026-11-22T11:00:00+08:00",
        "team_id": str(team.id),
    }

    planned = api.post("/occasions", world.host, body)

    assert planned.status_code == 201
    assert (planned.json["team_id"], planned.json["team"]) == (str(team.id), "杏花红志愿服务队")
    path = f"/occasions/{planned.json['id']}"
    assert api.patch(path, world.host, {"team_id": None}).json["team_id"] is None
    unknown = api.post("/occasions", world.host, body | {"team_id": str(world.station.id)})
    refused(unknown, 404, "team-not-found")
    api.patch(f"/teams/{team.id}", world.admin, {"is_closed": True})
    refused(api.patch(path, world.host, {"team_id": str(team.id)}), 409, "team-closed")
