"""Changes by two people, transfers and stocktakes over the API."""

import pytest

from rewards.stock import service
from rewards.stock.types import RewardKind
from tests.factories.people import SYSTEM
from tests.factories.redemptions import credit
from tests.factories.world import act_as


@pytest.fixture
def other(world, space, reward, now):
    """Another space of the station, which offers the same item."""
    there = service.create_space(actor=SYSTEM, node_id=space.node_id, name="二号空间", now=now)
    service.create_reward(
        actor=SYSTEM,
        space_id=there.id,
        name=reward.name,
        kind=RewardKind.GOODS,
        points=60,
        now=now,
    )
    return there


def ask(api, world, reward, **changes):
    body = {"reward_id": str(reward.id), "kind": "damage", "quantity": -1, "note": "淋湿了"}
    return api.post("/stock-changes", world.clerk, body | changes)


def on_hand(api, world, reward):
    return api.get(f"/rewards/{reward.id}", world.admin).json["on_hand"]


def test_a_change_is_asked_for_approved_and_told(api, world, reward):
    asked = ask(api, world, reward)
    before = on_hand(api, world, reward)

    path = asked.headers["Location"].removeprefix("/api/v1")
    decided = api.post(f"{path}/approval", world.admin, {"approve": True})

    assert asked.status_code == 201
    assert (before, on_hand(api, world, reward)) == (3, 2)
    assert decided.json["status"] == "applied"
    assert api.get(path, world.clerk).json == decided.json
    assert api.get("/stock-changes?status=applied", world.admin).json["items"] == [decided.json]
    moved = api.get("/stock-movements?kind=damage", world.admin).json["items"]
    assert [(each["on_hand"], each["source_id"]) for each in moved] == [(-1, asked.json["id"])]


def test_movements_say_that_it_was_a_resident_and_not_who(api, world, reward, space, now):
    credit(act_as(world.wang), world.station, 20, now)
    body = {"space_id": str(space.id), "reward_id": str(reward.id), "quantity": 1}
    assert api.post("/redemptions", world.person, body).status_code == 201

    (moved,) = api.get("/stock-movements?kind=reserve", world.admin).json["items"]

    assert moved["actor"] == "participant"


def test_a_change_is_refused_where_it_must_be(api, world, reward, refused):
    refused(ask(api, world, reward, quantity=1), 422, "invalid-stock-change")
    refused(ask(api, world, reward, kind="stocktake"), 422, "invalid-stock-change")
    refused(ask(api, world, reward, note="x"), 422, "invalid-request")
    path = f"/stock-changes/{ask(api, world, reward).json['id']}"

    refused(api.post(f"{path}/approval", world.clerk, {"approve": True}), 403, "not-allowed")
    refused(api.get(path, world.person), 403, "staff-only")
    refused(api.get(path, world.far_admin), 404, "stock-change-not-found")
    refused(api.post(f"{path}/withdrawal", world.admin), 403, "stock-second-person")
    assert api.post(f"{path}/withdrawal", world.clerk).json["status"] == "withdrawn"
    refused(
        api.post(f"{path}/approval", world.admin, {"approve": True}), 409, "stock-change-decided"
    )
    refused(api.get("/stock-movements", world.clerk), 403, "not-allowed")


def test_a_transfer_is_sent_and_received(api, world, reward, space, other, refused):
    body = {
        "from_space_id": str(space.id),
        "to_space_id": str(other.id),
        "lines": [{"reward_id": str(reward.id), "quantity": 2}],
    }
    twice = body | {"lines": body["lines"] * 2}
    refused(api.post("/transfers", world.admin, twice), 422, "invalid-request")
    refused(api.post("/transfers", world.clerk, body), 403, "not-allowed")
    refused(api.post("/transfers", world.far_admin, body), 404, "space-not-found")

    sent = api.post("/transfers", world.admin, body)
    path = f"/transfers/{sent.json['id']}"
    counted = {"lines": [{"reward_id": str(reward.id), "received": 1}], "note": "少了一件"}
    refused(api.post(f"{path}/receipt", world.admin, counted), 403, "transfer-second-person")
    received = api.post(f"{path}/receipt", world.clerk, counted)

    assert (sent.status_code, on_hand(api, world, reward)) == (201, 1)
    assert received.json["status"] == "received"
    assert received.json["lines"][0]["missing"] == 1
    assert api.get("/transfers?status=received", world.admin).json["items"] == [received.json]
    refused(api.post(f"{path}/cancellation", world.admin), 409, "transfer-closed")
    refused(api.get(path, world.far_admin), 404, "transfer-not-found")


def test_a_stocktake_is_blind_until_it_is_closed(api, world, reward, space, refused):
    begun = api.post("/stocktakes", world.clerk, {"space_id": str(space.id)})
    path = f"/stocktakes/{begun.json['id']}"
    refused(
        api.post("/stocktakes", world.clerk, {"space_id": str(space.id)}), 409, "stocktake-open"
    )
    refused(api.post(f"{path}/closing", world.clerk, {}), 409, "stocktake-uncounted")
    body = {"reward_id": str(reward.id), "counted": 2}
    first = api.post(f"{path}/counts", world.clerk, body)
    refused(api.post(f"{path}/closing", world.clerk, {}), 409, "stocktake-recount")
    again = api.post(f"{path}/counts", world.clerk, body)
    closed = api.post(f"{path}/closing", world.clerk, {})

    for answer in (begun, first, again, api.get(path, world.clerk)):
        if answer.json["status"] == "open":
            assert {(item["on_hand"], item["difference"]) for item in answer.json["items"]} == {
                (None, None)
            }
    (item,) = closed.json["items"]
    assert (item["on_hand"], item["counted"], item["difference"]) == (3, 2, -1)
    (change,) = api.get("/stock-changes?status=pending", world.admin).json["items"]
    assert (change["kind"], change["quantity"]) == ("stocktake", -1)
    refused(api.get(path, world.far_admin), 404, "stocktake-not-found")
    assert api.get("/stocktakes", world.clerk).json["items"][0]["id"] == begun.json["id"]
    refused(api.post(f"{path}/cancellation", world.admin), 409, "stocktake-closed")
