"""What clients are told while the books are frozen."""

import pytest

from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from tests.factories.redemptions import credit
from tests.factories.world import act_as


@pytest.fixture
def frozen(world, now):
    credit(act_as(world.wang), world.station, 5, now)
    use_case(ledger.freeze)(invariants=["I2"], now=now)


def test_a_check_in_is_recorded_and_says_that_its_points_come_later(api, world, activity, frozen):
    code = {"code": api.code_of(activity, world.host)["url"]}

    first = api.post("/check-ins", world.person, code)
    again = api.post("/check-ins", world.person, code)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert {name: first.json[name] for name in ("points", "balance", "withheld", "awards")} == {
        "points": 0,
        "balance": 5,
        "withheld": True,
        "awards": [],
    }


def test_a_redemption_is_refused_for_now(api, world, space, reward, frozen):
    body = {"space_id": str(space.id), "reward_id": str(reward.id), "quantity": 1}

    refused = api.post("/redemptions", world.person, body)

    assert (refused.status_code, refused.json["type"]) == (
        503,
        "/problems/books-frozen",
    )
    assert refused.headers["Retry-After"] == "600"
    assert api.get("/me", world.person).json["points"]["held"] == 0
