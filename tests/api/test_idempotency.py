"""The Idempotency-Key, on every call that moves points, stock or state."""

import pytest


@pytest.fixture
def arrival(world, activity):
    return {"occasion_id": str(activity.id), "participant_id": str(world.wang.id)}


def test_the_same_key_gets_the_first_answer_again(api, world, arrival):
    first = api.post("/check-ins", world.clerk, arrival, key="a1")
    second = api.post("/check-ins", world.clerk, arrival, key="a1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert "Idempotency-Hit" not in first.headers
    assert second.headers["Idempotency-Hit"] == "true"
    assert second.headers["Location"] == first.headers["Location"]


def test_a_key_works_where_nothing_else_would_tell_twins_apart(api, world, reward):
    body = {"reward_id": str(reward.id), "kind": "receive", "quantity": 10}

    for _ in range(2):
        api.post("/stock-movements", world.admin, body, key="delivery-7")

    assert api.get(f"/rewards/{reward.id}", world.person).json["on_hand"] == 13


def test_the_order_of_fields_makes_no_other_request(api, world, arrival):
    api.post("/check-ins", world.clerk, arrival, key="a1")
    turned = dict(reversed(arrival.items()))

    assert api.post("/check-ins", world.clerk, turned, key="a1").headers["Idempotency-Hit"]


def test_the_same_key_with_another_body_is_refused(api, world, arrival, refused):
    api.post("/check-ins", world.clerk, arrival, key="a1")
    other = arrival | {"participant_id": str(world.far_person.id)}

    refused(api.post("/check-ins", world.clerk, other, key="a1"), 422, "idempotency-key-reused")


def test_a_key_belongs_to_one_actor_and_one_call(api, world, arrival):
    api.post("/check-ins", world.clerk, arrival, key="a1")

    other_actor = api.post("/check-ins", world.host, arrival, key="a1")
    other_call = api.post("/check-outs", world.clerk, arrival, key="a1")

    assert "Idempotency-Hit" not in other_actor.headers
    assert other_call.status_code == 409


def test_a_refusal_is_not_kept(api, world, reward, refused):
    body = {"reward_id": str(reward.id), "quantity": -9, "kind": "damage", "note": "淋湿了"}
    asked = api.post("/stock-changes", world.clerk, body).json["id"]
    path, decision = f"/stock-changes/{asked}/approval", {"approve": True}
    refused(api.post(path, world.admin, decision, key="k"), 409, "stock-reserved")
    received = {"reward_id": str(reward.id), "kind": "receive", "quantity": 9}
    api.post("/stock-movements", world.admin, received)

    assert api.post(path, world.admin, decision, key="k").status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 129, "a\tb", "\x7f", "schlüssel"])
def test_a_key_that_is_not_printable_is_refused(api, world, arrival, refused, key):
    refused(api.post("/check-ins", world.clerk, arrival, key=key), 422, "invalid-idempotency-key")


@pytest.mark.parametrize("key", ["x" * 128, " ~", '"quoted"'])
def test_any_printable_key_will_do(api, world, arrival, key):
    assert api.post("/check-ins", world.clerk, arrival, key=key).status_code == 201
