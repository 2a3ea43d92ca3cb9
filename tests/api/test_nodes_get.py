from uuid import uuid4

from rewards.network.types import Level
from tests.factories.world import build_node


def test_the_nodes_of_ones_center_are_listed(api, world):
    response = api.get("/nodes?limit=100", world.person)

    assert response.status_code == 200
    assert {node["id"] for node in response.json["items"]} >= {
        str(world.center.id),
        str(world.station.id),
        str(world.other_station.id),
    }
    assert response.json["next"] is None


def test_nodes_of_another_center_are_not_listed(api, world):
    listed = api.get("/nodes?limit=100", world.admin).json["items"]

    assert str(world.far_station.id) not in {node["id"] for node in listed}


def test_a_list_goes_on_where_its_cursor_says(api, world):
    first = api.get("/nodes?limit=2", world.person).json
    rest = api.get(f"/nodes?limit=100&cursor={first['next']}", world.person).json

    ids = [node["id"] for node in (*first["items"], *rest["items"])]
    assert len(first["items"]) == 2
    assert len(ids) == len(set(ids)) == 4


def test_nodes_are_filtered_by_level_and_parent(api, world):
    build_node(Level.POINT, parent=world.station)

    points = api.get(f"/nodes?level=point&parent_id={world.station.id}", world.person).json["items"]

    assert [node["level"] for node in points] == ["point"]


def test_one_node_is_shown(api, world):
    response = api.get(f"/nodes/{world.station.id}", world.person)

    assert response.status_code == 200
    assert response.json == {
        "id": str(world.station.id),
        "level": "station",
        "name": "长兴北街社区站",
        "parent_id": str(world.station.parent_id),
        "address": "",
        "phone": "",
        "closed_at": None,
    }


def test_a_node_of_another_center_cannot_be_told_from_none(api, world, refused):
    theirs = api.get(f"/nodes/{world.far_station.id}", world.admin)
    none = api.get(f"/nodes/{uuid4()}", world.admin)

    assert refused(theirs, 404, "node-not-found")["detail"] == none.json["detail"]
    refused(none, 404, "node-not-found")


def test_a_made_up_cursor_is_refused(api, world, refused):
    refused(api.get("/nodes?cursor=%5B%5D", world.person), 422, "invalid-cursor")


def test_a_limit_beyond_the_most_is_refused(api, world, refused):
    problem = refused(api.get("/nodes?limit=101", world.person), 422, "invalid-request")

    assert problem["errors"][0]["pointer"] == "#/limit"


def test_an_unknown_parameter_is_refused(api, world, refused):
    refused(api.get("/nodes?colour=red", world.person), 422, "invalid-request")
