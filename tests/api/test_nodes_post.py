import pytest


def node_request(parent, **changes):
    return {"level": "point", "name": "广场点", "parent_id": str(parent.id)} | changes


def test_a_center_admin_adds_a_node(api, world):
    response = api.post("/nodes", world.admin, node_request(world.station, phone="0351-0001234"))

    assert response.status_code == 201
    assert response.json["name"] == "广场点"
    assert response.json["parent_id"] == str(world.station.id)
    shown = api.get(response.headers["Location"].removeprefix("/api/v1"), world.admin)
    assert shown.json == response.json


def test_the_same_name_twice_is_refused(api, world, refused):
    api.post("/nodes", world.admin, node_request(world.station))

    refused(api.post("/nodes", world.admin, node_request(world.station)), 409, "node-name-taken")


def test_a_level_that_does_not_fit_is_refused(api, world, refused):
    body = node_request(world.station, level="institute")

    refused(api.post("/nodes", world.admin, body), 422, "misplaced-node")


@pytest.mark.parametrize("who", ["clerk", "host"])
def test_staff_without_the_right_are_refused(api, world, refused, who):
    refused(
        api.post("/nodes", getattr(world, who), node_request(world.station)), 403, "not-allowed"
    )


def test_a_participant_is_refused(api, world, refused):
    refused(api.post("/nodes", world.person, node_request(world.station)), 403, "staff-only")


def test_staff_of_another_center_find_no_such_parent(api, world, refused):
    refused(api.post("/nodes", world.far_admin, node_request(world.station)), 404, "node-not-found")


def test_nobody_but_the_host_of_the_service_makes_a_center(api, world, refused):
    body = {"level": "center", "name": "新中心"}

    refused(api.post("/nodes", world.admin, body), 403, "not-allowed")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"level": "province"}, "#/level"),
        ({"name": ""}, "#/name"),
        ({"name": "长" * 81}, "#/name"),
        ({"name": "行\n行"}, "#/name"),
        ({"name": 7}, "#/name"),
        ({"parent_id": "x"}, "#/parent_id"),
        ({"path": "a/"}, "#/path"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(api, world, refused, changes, pointer):
    body = node_request(world.station) | changes

    problem = refused(api.post("/nodes", world.admin, body), 422, "invalid-request")

    assert [error["pointer"] for error in problem["errors"]] == [pointer]
