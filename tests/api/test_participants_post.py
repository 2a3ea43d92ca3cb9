import pytest


def person(world, **changes):
    return {
        "name": "赵敏",
        "phone": "13900005678",
        "node_id": str(world.station.id),
        "consents": {"service": True},
    } | changes


def test_staff_register_somebody(api, world):
    response = api.post("/participants", world.admin, person(world))

    assert response.status_code == 201
    assert response.json["display_name"] == "赵*"
    assert response.json["public_board"] == "hidden"
    shown = api.get(response.headers["Location"].removeprefix("/api/v1"), world.admin)
    assert shown.json == response.json


def test_what_was_agreed_to_for_boards_is_kept(api, world):
    body = person(
        world,
        nickname="晨跑的赵",
        consents={"service": True, "public_board": "nickname"},
    )

    response = api.post("/participants", world.admin, body)

    assert (response.json["public_board"], response.json["nickname"]) == ("nickname", "晨跑的赵")


def test_nobody_is_registered_without_agreeing(api, world, refused):
    body = person(world, consents={"service": False})

    refused(api.post("/participants", world.admin, body), 422, "consent-required")


def test_a_phone_registers_once(api, world, refused):
    api.post("/participants", world.admin, person(world))

    refused(api.post("/participants", world.admin, person(world, name="钱进")), 409, "phone-taken")


def test_a_wrong_phone_is_refused_with_the_next_step(api, world, refused):
    problem = refused(
        api.post("/participants", world.admin, person(world, phone="138")), 422, "invalid-phone"
    )

    assert problem["next_step"] == "核对后再填，手机号要11位数字"


def test_staff_without_the_right_are_refused(api, world, refused):
    refused(api.post("/participants", world.clerk, person(world)), 403, "not-allowed")


def test_participants_register_nobody(api, world, refused):
    refused(api.post("/participants", world.person, person(world)), 403, "staff-only")


def test_staff_of_another_center_find_no_such_node(api, world, refused):
    refused(api.post("/participants", world.far_admin, person(world)), 404, "node-not-found")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": ""}, "#/name"),
        ({"name": "\u202e王"}, "#/name"),
        ({"name": "\ud800"}, "#/name"),
        ({"name": "\x00"}, "#/name"),
        ({"phone": 13900005678}, "#/phone"),
        ({"consents": {"service": 1}}, "#/consents/service"),
        ({"consents": {"service": "true"}}, "#/consents/service"),
        ({"consents": {"service": True, "newsletter": True}}, "#/consents/newsletter"),
        ({"birth_year": "1950"}, "#/birth_year"),
        ({"birth_year": 1950.5}, "#/birth_year"),
        ({"birth_year": True}, "#/birth_year"),
        ({"birth_year": 10**30}, "#/birth_year"),
        ({"id": "x"}, "#/id"),
        ({"a/b~c": 1}, "#/a~1b~0c"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(api, world, refused, changes, pointer):
    problem = refused(
        api.post("/participants", world.admin, person(world, **changes)), 422, "invalid-request"
    )

    assert [error["pointer"] for error in problem["errors"]] == [pointer]
