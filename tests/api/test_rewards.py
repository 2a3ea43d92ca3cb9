"""Conditions, photographs and prices of reward items, and for whom they are."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from rewards.network.types import Level
from rewards.stock import queries as stock
from tests.factories.world import build_node

CONDITIONS = {
    "description": "家用装",
    "limit_count": 2,
    "limit_period": "quarter",
    "counts_in_month": False,
    "min_balance": 30,
    "age_min": 14,
    "age_max": 90,
    "low_at": 4,
}


def photo(kind="JPEG", size=(800, 600)):
    buffer = io.BytesIO()
    Image.new("RGB", size, (30, 160, 60)).save(buffer, kind)
    return buffer.getvalue()


def put(api, reward, token, data, media_type="image/jpeg"):
    path = f"/rewards/{reward.id}/picture"
    return api("PUT", path, token, data=data, content_type=media_type)


def test_an_item_is_added_with_its_conditions(api, world, space):
    body = {
        "name": "牙膏",
        "points": 60,
        "unit": "支",
        "picture": "toothpaste",
        "visible_node_id": str(world.station.id),
        **CONDITIONS,
    }

    response = api.post(f"/spaces/{space.id}/rewards", world.admin, body)

    assert response.status_code == 201
    assert response.json == response.json | body
    assert (response.json["picture_url"], response.json["is_low"]) == (None, True)


def test_conditions_are_changed_one_by_one_and_taken_away(api, world, reward):
    path = f"/rewards/{reward.id}"
    for name, value in CONDITIONS.items():
        together = {"limit_count": 2, "limit_period": "quarter"}
        body = together if name.startswith("limit") else {name: value}
        changed = api.patch(path, world.admin, body)
        assert (changed.status_code, changed.json[name]) == (200, value)

    empty = {"limit_count": None, "limit_period": None, "age_min": None, "low_at": None}
    cleared = api.patch(path, world.admin, empty)

    assert cleared.json == cleared.json | empty
    assert cleared.json["description"] == "家用装"


def test_conditions_that_do_not_fit_are_refused(api, world, reward, refused):
    path = f"/rewards/{reward.id}"
    far = build_node(Level.CENTER)
    for body in (
        {"limit_count": 2},
        {"age_min": 50, "age_max": 40},
        {"visible_node_id": str(far.id)},
        {"visible_node_id": str(uuid4())},
    ):
        refused(api.patch(path, world.admin, body), 422, "invalid-reward")
    for body in (
        {"limit_count": 0, "limit_period": "month"},
        {"limit_period": "week"},
        {"age_min": 121},
        {"picture": "no-such-drawing"},
        {"description": "x" * 301},
        {"min_balance": -1},
        {"visible_node_id": "x"},
        {"name": None},
    ):
        refused(api.patch(path, world.admin, body), 422, "invalid-request")
    assert stock.get_reward(reward.id) == reward


def test_an_item_with_a_shelf_becomes_no_giving(api, world, reward, refused):
    change = {"kind": "giving", "points": 20}

    refused(api.patch(f"/rewards/{reward.id}", world.admin, change), 409, "reward-keeps-shelf")

    assert stock.get_reward(reward.id) == reward


def test_a_name_that_is_taken_is_refused(api, world, space, reward, refused):
    other = api.post(f"/spaces/{space.id}/rewards", world.admin, {"name": "毛巾", "points": 5})

    answer = api.patch(f"/rewards/{other.json['id']}", world.admin, {"name": reward.name})

    refused(answer, 409, "reward-exists")


def test_an_item_for_another_branch_does_not_exist_for_residents(
    api, world, space, reward, refused
):
    point = build_node(Level.POINT, parent=world.station)
    path = f"/rewards/{reward.id}"
    assert api.get(path, world.person).status_code == 200

    api.patch(path, world.admin, {"visible_node_id": str(point.id)})

    refused(api.get(path, world.person), 404, "reward-not-found")
    assert api.get(f"/spaces/{space.id}/rewards", world.person).json["items"] == []
    body = {"space_id": str(space.id), "reward_id": str(reward.id), "quantity": 1}
    refused(api.post("/redemptions", world.person, body), 404, "reward-not-found")
    for token in (world.admin, world.clerk):
        assert api.get(path, token).status_code == 200
    api.patch(path, world.admin, {"visible_node_id": str(world.station.id)})
    assert api.get(path, world.person).status_code == 200


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_set_and_served(api, client, world, reward, kind):
    response = put(api, reward, world.admin, photo(kind), f"image/{kind.lower()}")
    again = put(api, reward, world.admin, photo(kind), f"image/{kind.lower()}")

    assert (response.status_code, again.json) == (200, response.json)
    large = client.get(response.json["picture_url"])
    small = client.get(response.json["thumbnail_url"])
    assert Image.open(io.BytesIO(large.data)).size == (800, 600)
    assert Image.open(io.BytesIO(small.data)).size == (240, 180)


def test_a_photograph_is_removed(api, client, world, reward):
    address = put(api, reward, world.admin, photo()).json["picture_url"]

    removed = [api("DELETE", f"/rewards/{reward.id}/picture", world.admin) for _ in range(2)]

    assert [answer.status_code for answer in removed] == [200, 200]
    assert removed[0].json["picture_url"] is None
    assert client.get(address).status_code == 404


def test_what_is_no_photograph_is_refused(api, world, reward, refused):
    for data in (b"", b"hello", photo("GIF"), photo()[:200]):
        refused(put(api, reward, world.admin, data), 422, "not-a-picture")
    assert put(api, reward, world.admin, bytes(11 * 1024 * 1024)).status_code == 413
    assert stock.get_reward(reward.id) == reward


def test_photographs_and_prices_are_for_who_keeps_the_stock(api, world, reward, refused):
    prices = f"/rewards/{reward.id}/prices"
    refused(put(api, reward, world.clerk, photo()), 403, "not-allowed")
    refused(put(api, reward, world.person, photo()), 403, "staff-only")
    refused(put(api, reward, world.far_admin, photo()), 404, "reward-not-found")
    refused(api("DELETE", f"/rewards/{reward.id}/picture", world.clerk), 403, "not-allowed")
    refused(api.get(prices, world.clerk), 403, "not-allowed")
    refused(api.get(prices, world.person), 403, "staff-only")
    refused(api.get(prices, world.far_admin), 404, "reward-not-found")
    assert stock.get_reward(reward.id) == reward


def test_prices_over_time_are_listed_newest_first(api, world, reward):
    for points in (7, 6):
        api.patch(f"/rewards/{reward.id}", world.admin, {"points": points})

    items = api.get(f"/rewards/{reward.id}/prices", world.admin).json["items"]

    assert [item["points"] for item in items] == [6, 7, 5]
    assert items[0]["changed_by"].startswith("staff:")
    assert items[2]["changed_by"] == "system"
