"""Spaces, their reward items and what comes onto the shelf."""

from uuid import uuid4

from tests.factories.redemptions import add_reward


def test_the_spaces_of_ones_center_are_listed(api, world, space):
    listed = api.get("/spaces", world.person).json

    assert [item["id"] for item in listed["items"]] == [str(space.id)]
    assert api.get("/spaces", world.person_far).json["items"] == []
    path = f"/spaces?node_id={world.other_station.id}"
    assert api.get(path, world.person).json["items"] == []


def test_a_space_is_opened_with_its_zones(api, world):
    body = {
        "node_id": str(world.station.id),
        "name": "新空间",
        "hours": "周一至周六 9:00-17:00",
        "zones": [{"kind": "reading", "name": "阅读区"}, {"kind": "exchange", "name": "兑换区"}],
    }

    response = api.post("/spaces", world.admin, body)

    assert response.status_code == 201
    told = [{name: each[name] for name in ("kind", "name")} for each in response.json["zones"]]
    assert told == body["zones"]
    shown = api.get(response.headers["Location"].removeprefix("/api/v1"), world.person)
    assert shown.json == response.json


def test_opening_a_space_is_refused(api, world, space, refused):
    body = {"node_id": str(world.station.id), "name": space.name}

    refused(api.post("/spaces", world.admin, body), 409, "space-exists")
    refused(api.post("/spaces", world.clerk, body), 403, "not-allowed")
    refused(api.post("/spaces", world.person, body), 403, "staff-only")
    refused(api.post("/spaces", world.far_admin, body), 404, "node-not-found")
    zones = [{"kind": "reading", "name": "区"}] * 21
    refused(api.post("/spaces", world.admin, body | {"zones": zones}), 422, "invalid-request")


def test_a_space_of_another_center_is_not_found(api, world, space, refused):
    refused(api.get(f"/spaces/{space.id}", world.person_far), 404, "space-not-found")
    refused(api.get(f"/spaces/{space.id}/rewards", world.far_admin), 404, "space-not-found")
    refused(api.get(f"/spaces/{uuid4()}", world.person), 404, "space-not-found")


def test_reward_items_are_listed_cheapest_first(api, world, space, now):
    dear = add_reward(space, now, name="洗衣液", points=200)
    cheap = add_reward(space, now, name="肥皂", points=20)

    items = api.get(f"/spaces/{space.id}/rewards", world.person).json["items"]

    assert [item["id"] for item in items] == [str(cheap.id), str(dear.id)]
    assert items[0]["available"] == 10


def test_an_unlisted_item_is_seen_by_who_keeps_the_stock_alone(api, world, space, reward, refused):
    api.patch(f"/rewards/{reward.id}", world.admin, {"is_listed": False})

    path = f"/spaces/{space.id}/rewards"
    assert api.get(path, world.person).json["items"] == []
    assert len(api.get(path, world.admin).json["items"]) == 1
    refused(api.get(f"/rewards/{reward.id}", world.person), 404, "reward-not-found")


def test_a_reward_item_is_added_with_an_empty_shelf(api, world, space):
    body = {"name": "洗衣液", "points": 200, "unit": "瓶"}

    response = api.post(f"/spaces/{space.id}/rewards", world.admin, body)

    assert (response.status_code, response.json["available"]) == (201, 0)
    shown = api.get(response.headers["Location"].removeprefix("/api/v1"), world.person)
    assert shown.json == response.json


def test_adding_a_reward_item_is_refused(api, world, space, reward, refused):
    path, body = f"/spaces/{space.id}/rewards", {"name": reward.name, "points": 5}

    refused(api.post(path, world.admin, body), 409, "reward-exists")
    refused(api.post(path, world.clerk, body), 403, "not-allowed")
    refused(api.post(path, world.person, body), 403, "staff-only")
    refused(api.post(path, world.far_admin, body), 404, "space-not-found")
    for points in (0, -1, "5", 5.0, True, 10**9):
        refused(api.post(path, world.admin, body | {"points": points}), 422, "invalid-request")


def test_a_price_is_changed(api, world, reward):
    response = api.patch(f"/rewards/{reward.id}", world.admin, {"points": 7})

    assert (response.status_code, response.json["points"]) == (200, 7)


def test_changing_a_reward_item_is_refused(api, world, reward, refused):
    path = f"/rewards/{reward.id}"

    refused(api.patch(path, world.clerk, {"points": 7}), 403, "not-allowed")
    refused(api.patch(path, world.person, {"points": 7}), 403, "staff-only")
    refused(api.patch(path, world.far_admin, {"points": 7}), 404, "reward-not-found")
    refused(api.patch(path, world.admin, {}), 422, "invalid-request")
    refused(api.patch(path, world.admin, {"is_listed": "no"}), 422, "invalid-request")


def test_pieces_come_in(api, world, reward):
    body = {"reward_id": str(reward.id), "kind": "receive", "quantity": 10}

    received = api.post("/stock-movements", world.admin, body)

    assert (received.status_code, received.json["on_hand"]) == (201, 13)
    assert received.headers["Location"] == f"/api/v1/rewards/{reward.id}"


def test_a_movement_is_refused(api, world, reward, refused):
    body = {"reward_id": str(reward.id), "kind": "receive", "quantity": 1}

    def post(token, **changes):
        return api.post("/stock-movements", token, body | changes)

    refused(post(world.clerk), 403, "not-allowed")
    refused(post(world.person), 403, "staff-only")
    refused(post(world.far_admin), 404, "reward-not-found")
    refused(post(world.admin, kind="fulfil"), 422, "invalid-stock-movement")
    refused(post(world.admin, quantity=-1), 422, "invalid-stock-movement")
    refused(post(world.admin, kind="adjust", quantity=0), 422, "invalid-stock-movement")
    refused(post(world.admin, kind="adjust", quantity=-1), 403, "stock-needs-two")
    refused(post(world.admin, quantity=10**9), 422, "invalid-request")
