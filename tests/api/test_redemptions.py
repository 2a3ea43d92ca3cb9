"""Reserving, handing over and cancelling."""

from uuid import uuid4

import pytest

from tests.factories.redemptions import credit
from tests.factories.world import act_as


@pytest.fixture
def rich(world, now):
    """Wang with 20 points."""
    credit(act_as(world.wang), world.station, 20, now)
    return world.person


@pytest.fixture
def wish(space, reward):
    return {"space_id": str(space.id), "reward_id": str(reward.id), "quantity": 1}


def test_reserving_sets_points_and_stock_aside(api, world, rich, wish, reward):
    response = api.post("/redemptions", rich, wish)

    assert response.status_code == 201
    assert response.json["status"] == "reserved"
    assert response.json["points"] == 5
    assert response.json["code"].isdigit()
    assert response.json["expires_at"] > response.json["reserved_at"]
    assert api.get("/me", rich).json["points"]["held"] == 5
    assert api.get(f"/rewards/{reward.id}", rich).json["available"] == 2
    shown = api.get(response.headers["Location"].removeprefix("/api/v1"), rich)
    assert shown.json == response.json


def test_a_clerk_reserves_for_somebody_and_does_not_get_the_code(api, world, rich, wish):
    body = wish | {"participant_id": str(world.wang.id)}

    response = api.post("/redemptions", world.clerk, body, key="one")
    again = api.post("/redemptions", world.clerk, body, key="one")

    assert (response.status_code, response.json["participant_id"]) == (201, str(world.wang.id))
    assert response.json["code"] is None
    assert again.json == response.json
    mine = api.get(f"/redemptions/{response.json['id']}", rich).json
    assert mine == response.json | {"code": mine["code"]}
    assert mine["code"].isdigit()


def test_a_clerk_reserves_for_nobody_of_another_center(api, world, wish, reward, now, refused):
    credit(act_as(world.far_person), world.far_station, 20, now)
    body = wish | {"participant_id": str(world.far_person.id)}

    for token in (world.clerk, world.admin):
        refused(api.post("/redemptions", token, body), 404, "participant-not-found")

    assert api.get("/me", world.person_far).json["points"]["held"] == 0
    assert api.get(f"/rewards/{reward.id}", world.clerk).json["available"] == 3


def test_reserving_is_refused(api, world, rich, wish, refused):
    refused(api.post("/redemptions", rich, wish | {"quantity": 4}), 409, "out-of-stock")
    refused(api.post("/redemptions", world.person_far, wish), 404, "space-not-found")
    refused(api.post("/redemptions", world.clerk, wish), 422, "invalid-request")
    refused(
        api.post("/redemptions", rich, wish | {"participant_id": str(world.far_person.id)}),
        403,
        "redemption-for-other",
    )
    refused(
        api.post("/redemptions", rich, wish | {"reward_id": str(uuid4())}),
        404,
        "reward-not-found",
    )
    refused(
        api.post("/redemptions", world.other_clerk, wish | {"participant_id": str(world.wang.id)}),
        403,
        "not-allowed",
    )


def test_too_few_points_say_how_many_are_missing(api, world, rich, wish, reward, refused, plain):
    api.patch(f"/rewards/{reward.id}", world.admin, {"points": 74})

    problem = refused(api.post("/redemptions", rich, wish), 409, "insufficient-points")

    assert (problem["available"], problem["required"]) == (20, 74)
    assert plain(problem["detail"]) == "还差 54 分"
    assert problem["next_step"] == "看看现在能换的，或再攒一攒"


def test_nobody_pays_another_price_than_the_one_they_saw(
    api, world, rich, wish, reward, refused, plain
):
    seen = wish | {"quantity": 2, "points": 10}
    api.patch(f"/rewards/{reward.id}", world.admin, {"points": 6})

    problem = refused(api.post("/redemptions", rich, seen), 409, "price-changed")

    assert (problem["seen"], problem["now"]) == (10, 12)
    assert "现在 12 分" in plain(problem["detail"])
    assert api.get("/me", rich).json["points"]["held"] == 0
    assert api.post("/redemptions", rich, seen | {"points": 12}).status_code == 201


@pytest.mark.parametrize("quantity", [0, -1, "1", 1.5, True, 10**12])
def test_a_quantity_that_does_not_fit_is_refused(api, world, rich, wish, refused, quantity):
    body = wish | {"quantity": quantity}

    refused(api.post("/redemptions", rich, body), 422, "invalid-request")


def test_a_clerk_sees_the_redemption_without_its_code(api, world, rich, wish, refused):
    reserved = api.post("/redemptions", rich, wish).json
    path = f"/redemptions/{reserved['id']}"

    assert api.get(path, world.clerk).json == reserved | {"code": None}
    refused(api.get(path, world.other_clerk), 403, "not-allowed")
    refused(api.get(path, world.far_admin), 404, "redemption-not-found")
    refused(api.get(path, world.person_far), 404, "redemption-not-found")


def test_ones_own_redemptions_are_listed_newest_first(api, world, rich, wish, clock, refused):
    first = api.post("/redemptions", rich, wish).json
    clock.shift(1)
    second = api.post("/redemptions", rich, wish).json
    api.post(f"/redemptions/{first['id']}/cancellation", rich)

    listed = api.get("/me/redemptions", rich).json["items"]
    open_ones = api.get("/me/redemptions?status=reserved", rich).json["items"]

    assert [item["id"] for item in listed] == [second["id"], first["id"]]
    assert [item["id"] for item in open_ones] == [second["id"]]
    refused(api.get("/me/redemptions", world.clerk), 403, "participant-only")


def test_a_clerk_hands_it_over_for_the_code(api, world, rich, wish, reward):
    reserved = api.post("/redemptions", rich, wish).json

    response = api.post(
        f"/redemptions/{reserved['id']}/fulfilment", world.clerk, {"code": reserved["code"]}
    )

    assert (response.status_code, response.json["status"]) == (200, "fulfilled")
    assert api.get("/me", rich).json["points"] == {
        "balance": 15,
        "held": 0,
        "available": 15,
        "earned": 20,
    }
    assert api.get(f"/rewards/{reward.id}", rich).json["on_hand"] == 2


def test_handing_over_is_refused(api, world, rich, wish, refused):
    reserved = api.post("/redemptions", rich, wish).json
    path, code = f"/redemptions/{reserved['id']}/fulfilment", {"code": reserved["code"]}
    wrong = {"code": f"{(int(reserved['code']) + 1) % 10**8:08d}"}

    refused(api.post(path, world.clerk, wrong), 422, "redemption-wrong-code")
    refused(api.post(path, rich, code), 403, "staff-only")
    assert api.post(path, world.other_clerk, code).status_code == 403
    refused(api.post(path, world.far_admin, code), 404, "redemption-not-found")
    assert api.post(path, world.clerk, code).status_code == 200
    refused(api.post(path, world.clerk, code), 409, "redemption-already-fulfilled")


def test_cancelling_gives_points_and_pieces_back(api, world, rich, wish, reward, refused):
    reserved = api.post("/redemptions", rich, wish).json
    path = f"/redemptions/{reserved['id']}"

    response = api.post(f"{path}/cancellation", rich)

    assert (response.status_code, response.json["status"]) == (200, "cancelled")
    assert api.get("/me", rich).json["points"]["available"] == 20
    assert api.get(f"/rewards/{reward.id}", rich).json["available"] == 3
    refused(
        api.post(f"{path}/fulfilment", world.clerk, {"code": reserved["code"]}),
        410,
        "redemption-cancelled",
    )
    refused(api.post(f"{path}/cancellation", rich), 410, "redemption-cancelled")


def test_cancelling_for_others_is_refused(api, world, rich, wish, refused):
    reserved = api.post("/redemptions", rich, wish).json
    path = f"/redemptions/{reserved['id']}/cancellation"

    refused(api.post(path, world.person_far), 404, "redemption-not-found")
    refused(api.post(path, world.far_admin), 404, "redemption-not-found")
    refused(api.post(path, world.other_clerk), 403, "not-allowed")
    assert api.post(path, world.clerk).status_code == 200


def test_after_a_week_it_cannot_be_collected(api, world, rich, wish, clock, refused):
    reserved = api.post("/redemptions", rich, wish).json
    clock.shift(8 * 24 * 60 * 60)

    response = api.post(
        f"/redemptions/{reserved['id']}/fulfilment", world.clerk, {"code": reserved["code"]}
    )

    refused(response, 410, "redemption-expired")
