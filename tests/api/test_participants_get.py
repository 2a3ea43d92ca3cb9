from uuid import uuid4

from tests.factories.world import build_participant


def test_staff_list_the_participants_in_their_care(api, world, now):
    near = build_participant(world.other_station, name="赵敏", now=now)

    by_clerk = api.get("/participants", world.clerk).json["items"]
    by_admin = api.get("/participants", world.admin).json["items"]

    assert [person["id"] for person in by_clerk] == [str(world.wang.id)]
    assert {person["id"] for person in by_admin} == {str(world.wang.id), str(near.id)}


def test_a_list_of_one_node_leaves_out_the_others(api, world):
    path = f"/participants?node_id={world.other_station.id}"

    assert api.get(path, world.admin).json == {"items": [], "next": None}


def test_a_node_outside_ones_care_is_refused(api, world, refused):
    path = f"/participants?node_id={world.other_station.id}"

    refused(api.get(path, world.clerk), 403, "not-allowed")


def test_a_node_of_another_center_is_not_found(api, world, refused):
    path = f"/participants?node_id={world.far_station.id}"

    refused(api.get(path, world.admin), 404, "node-not-found")


def test_participants_list_nobody(api, world, refused):
    refused(api.get("/participants", world.person), 403, "staff-only")


def test_staff_see_one_participant_without_full_name_and_phone(api, world):
    response = api.get(f"/participants/{world.wang.id}", world.clerk)

    assert response.json == {
        "id": str(world.wang.id),
        "number": world.wang.number,
        "display_name": "王*英",
        "masked_phone": world.wang.masked_phone,
        "nickname": "",
        "public_board": "hidden",
        "is_minor": False,
        "node_id": str(world.station.id),
        "closed_at": None,
    }
    assert "王建英" not in response.text
    assert "13800001234" not in response.text


def test_participants_see_themselves(api, world):
    response = api.get(f"/participants/{world.wang.id}", world.person)

    assert response.json["number"] == world.wang.number


def test_participants_see_nobody_else(api, world, now, refused):
    neighbour = build_participant(world.station, name="赵敏", now=now)

    theirs = api.get(f"/participants/{neighbour.id}", world.person)
    none = api.get(f"/participants/{uuid4()}", world.person)

    refused(theirs, 404, "participant-not-found")
    refused(none, 404, "participant-not-found")


def test_staff_of_another_station_are_refused(api, world, refused):
    refused(api.get(f"/participants/{world.wang.id}", world.other_clerk), 403, "not-allowed")


def test_staff_of_another_center_find_nobody(api, world, refused):
    refused(
        api.get(f"/participants/{world.wang.id}", world.far_admin), 404, "participant-not-found"
    )
