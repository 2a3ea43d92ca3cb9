"""Who collects and when, a part of the pieces, and what comes back."""

import pytest

from rewards.stock import queries as stock
from tests.factories.redemptions import credit
from tests.factories.world import act_as


@pytest.fixture
def wang(world, now):
    """Wang with 20 points."""
    credit(act_as(world.wang), world.station, 20, now)
    return world.person


@pytest.fixture
def waiting(api, wang, space, reward):
    """Two pieces that wait for Wang."""
    wish = {"space_id": str(space.id), "reward_id": str(reward.id), "quantity": 2}
    return api.post("/redemptions", wang, wish).json


def hand_over(api, world, waiting, **changes):
    path = f"/redemptions/{waiting['id']}/fulfilment"
    return api.post(path, world.clerk, {"code": waiting["code"]} | changes)


def test_a_part_is_handed_over_and_only_the_owner_gets_the_code_of_the_rest(
    api, world, wang, waiting
):
    part = hand_over(api, world, waiting, quantity=1).json

    assert (part["status"], part["quantity"], part["points"]) == ("fulfilled", 1, 5)
    rest = api.get(f"/redemptions/{part['rest_id']}", world.clerk).json
    assert (rest["status"], rest["quantity"], rest["code"]) == ("reserved", 1, None)
    assert rest["split_from"] == waiting["id"]
    assert api.get(f"/redemptions/{part['rest_id']}", wang).json["code"].isdigit()


def test_undoing_brings_all_back_once(api, world, wang, waiting, reward, refused):
    path = f"/redemptions/{waiting['id']}/undo"
    early = api.post(path, world.clerk)
    refused(early, 409, "redemption-not-fulfilled")
    assert early.json["outcome"] == "reserved"
    hand_over(api, world, waiting)

    undone = api.post(path, world.clerk, key="one")
    again = api.post(path, world.clerk, key="one")

    assert (undone.status_code, undone.json["status"]) == (200, "fulfilled")
    assert undone.json["returned_at"] is not None
    assert (again.json, again.headers["Idempotency-Hit"]) == (undone.json, "true")
    assert api.get("/me", wang).json["points"]["available"] == 20
    assert stock.get_reward(reward.id).on_hand == 3
    refused(api.post(path, world.clerk), 409, "redemption-already-returned")


def test_faulty_goods_come_back_with_what_is_wrong(api, world, wang, waiting, refused):
    hand_over(api, world, waiting)
    path = f"/redemptions/{waiting['id']}/return"
    body = {"kind": "replaced", "quantity": 1, "note": "杯盖漏水"}

    refused(api.post(path, world.clerk, body | {"kind": "undone"}), 422, "invalid-request")
    refused(api.post(path, world.clerk, body | {"quantity": 0}), 422, "invalid-request")
    refused(api.post(path, world.clerk, body | {"quantity": 3}), 422, "invalid-return")
    refused(api.post(path, world.other_clerk, body), 403, "not-allowed")
    refused(api.post(path, world.far_admin, body), 404, "redemption-not-found")
    refused(api.post(path, wang, body), 403, "staff-only")
    refused(api.post(path, world.clerk, body), 403, "return-needs-owner")
    done = api.post(path, world.admin, body)

    assert (done.status_code, done.json["returned_at"]) == (200, None)
    assert api.get("/me", wang).json["points"]["available"] == 10


def test_somebody_whom_the_owner_named_collects(api, world, wang, waiting, refused):
    path = f"/redemptions/{waiting['id']}/proxy"
    refused(hand_over(api, world, waiting, collected_by="proxy"), 409, "proxy-not-named")
    refused(api.post(path, world.person_far, PROXY), 404, "redemption-not-found")
    refused(api.post(path, wang, PROXY | {"phone_tail": "56"}), 422, "invalid-proxy")

    assert api.post(path, wang, PROXY).status_code == 200
    assert api("DELETE", path, wang).status_code == 204
    refused(hand_over(api, world, waiting, collected_by="proxy"), 409, "proxy-not-named")
    api.post(path, wang, PROXY)

    assert hand_over(api, world, waiting, collected_by="proxy").json["collected_by"] == "proxy"
    told = api.get("/me/notices", wang).json["items"][0]
    assert (told["kind"], told["details"]["by"]) == ("redemption_collected", "proxy")


PROXY = {"name": "李秀兰", "phone_tail": "5678"}


def test_more_time_is_given_once(api, world, wang, waiting, refused):
    path = f"/redemptions/{waiting['id']}/extension"

    extended = api.post(path, wang)

    assert extended.json["expires_at"] > waiting["expires_at"]
    refused(api.post(path, world.clerk), 409, "redemption-already-extended")


def test_a_slot_that_is_not_offered_is_refused(api, world, wang, waiting, refused):
    path = f"/redemptions/{waiting['id']}/slot"
    slot = {"starts_at": "2026-11-22T02:00:00Z"}

    refused(api.post(path, wang, slot), 409, "pickup-slot-not-offered")
    refused(api.post(path, wang, {}), 422, "invalid-request")
    assert api.post(path, wang, {"starts_at": None}).json["slot_id"] is None
