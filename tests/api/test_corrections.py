"""Points by hand over the API: a reason, a second person, and only in one's own branch."""

import uuid

import pytest

from rewards.access.types import Role
from rewards.ledger import queries as ledger
from tests.api.conftest import build_staff_token
from tests.factories.corrections import give
from tests.factories.world import act_as

REASON = "活动照片核对过，人在现场"


@pytest.fixture
def entry(world, now):
    return give(act_as(world.wang), world.station, 20, now)


@pytest.fixture
def second(world, now):
    return build_staff_token(Role.STATION_ADMIN, world.station, now)


def reversal(entry):
    return f"/entries/{entry.id}/reversal"


def order(world, points=50, **changes):
    asked = {
        "participant_id": str(world.wang.id),
        "node_id": str(world.station.id),
        "points": points,
        "reason": REASON,
    }
    return asked | changes


def approval(adjustment):
    return f"/adjustments/{adjustment['id']}/approval"


def balance_of(world):
    return ledger.get_balance(world.wang.id).balance


def test_an_entry_is_reversed_once_and_the_answer_stays(api, world, entry, second):
    first = api.post(reversal(entry), world.admin, {"reason": REASON})
    again = api.post(reversal(entry), second, {"reason": "另一位也来撤回"})

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == again.json
    assert first.json["kind"] == "reversal"
    assert (first.json["amount"], first.json["balance"], first.json["debt"]) == (-20, 0, 0)
    assert first.json["reversed_entry_id"] == str(entry.id)
    assert first.json["display_name"] == "王*英"
    told = api.get("/me/entries", world.person).json["items"]
    assert sorted(each["amount"] for each in told) == [-20, 20]


def test_the_rest_of_an_act_may_go_with_an_entry(api, world, entry, refused):
    done = api.post(reversal(entry), world.admin, {"reason": REASON, "whole": True})

    assert (done.status_code, done.json["amount"]) == (200, -20)
    refused(
        api.post(reversal(entry), world.admin, {"reason": REASON, "whole": "yes"}),
        422,
        "invalid-request",
    )


def test_a_second_person_approves_what_is_above_the_limit(api, world, second):
    asked = api.post("/adjustments", world.admin, order(world, 80))

    assert (asked.status_code, asked.json["status"], balance_of(world)) == (201, "pending", 0)
    assert asked.headers["Location"].endswith(f"/adjustments/{asked.json['id']}")
    waiting = api.get("/adjustments?status=pending", second).json["items"]
    assert [each["id"] for each in waiting] == [asked.json["id"]]
    assert waiting[0]["requested_by"].startswith("staff")

    done = api.post(approval(asked.json), second, {"approve": True})

    assert (done.status_code, done.json["status"], done.json["balance"]) == (200, "applied", 80)
    assert api.get(asked.headers["Location"].removeprefix("/api/v1"), second).json["decided_at"]
    assert api.get("/adjustments?status=pending", second).json["items"] == []


def test_whoever_asked_cannot_approve(api, world, refused):
    asked = api.post("/adjustments", world.admin, order(world, 80)).json

    refused(
        api.post(approval(asked), world.admin, {"approve": True}), 403, "second-person-required"
    )


def test_a_refusal_needs_a_reason_and_is_final(api, world, second, refused):
    asked = api.post("/adjustments", world.admin, order(world, 80)).json

    problem = refused(api.post(approval(asked), second, {"approve": False}), 422, "note-required")
    assert (problem["length_min"], problem["length_max"]) == (4, 200)
    done = api.post(approval(asked), second, {"approve": False, "reason": "没有记录可以对上"})
    assert (done.json["status"], done.json["decision_reason"]) == ("refused", "没有记录可以对上")
    refused(api.post(approval(asked), second, {"approve": True}), 409, "already-decided")


def test_the_limit_of_a_day_says_what_is_left_and_who_can_help(api, world, refused, plain):
    api.post("/adjustments", world.admin, order(world, 190))

    problem = refused(api.post("/adjustments", world.admin, order(world, 20)), 409, "daily-limit")

    assert (problem["daily"], problem["left"]) == (200, 10)
    assert plain(problem["detail"]) == (
        "超过您今天能加的分，每人每天最多加 200 分，您今天还剩 10 分"
    )
    assert "另一位管理员" in problem["next_step"]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "错了"}, "reason"),
        ({"points": "5"}, "points"),
        ({"points": 2.5}, "points"),
        ({"points": 10_001}, "points"),
        ({"node_id": "x"}, "node_id"),
    ],
)
def test_a_field_that_does_not_fit_is_named(api, world, refused, changes, field):
    problem = refused(
        api.post("/adjustments", world.admin, order(world, **changes)), 422, "invalid-request"
    )

    assert problem["errors"][0]["pointer"] == f"#/{field}"


def test_no_points_are_no_adjustment(api, world, refused):
    refused(api.post("/adjustments", world.admin, order(world, 0)), 422, "invalid-amount")


def test_more_than_there_is_cannot_be_taken(api, world, entry, refused):
    problem = refused(
        api.post("/adjustments", world.admin, order(world, -30)), 409, "insufficient-points"
    )

    assert problem["missing"] == 10


def test_another_center_does_not_know_of_any_of_it(api, world, entry, refused):
    asked = api.post("/adjustments", world.admin, order(world, 80)).json
    far = order(world, node_id=str(world.far_station.id))

    refused(api.post(reversal(entry), world.far_admin, {"reason": REASON}), 404, "entry-not-found")
    refused(
        api.post(approval(asked), world.far_admin, {"approve": True}), 404, "correction-not-found"
    )
    refused(api.get(f"/adjustments/{asked['id']}", world.far_admin), 404, "correction-not-found")
    refused(api.post("/adjustments", world.far_admin, order(world)), 404, "node-not-found")
    refused(api.post("/adjustments", world.far_admin, far), 404, "participant-not-found")
    assert api.get("/adjustments", world.far_admin).json["items"] == []


def test_only_those_who_may_correct_the_books_do(api, world, entry, refused):
    asked = api.post("/adjustments", world.admin, order(world, 80)).json
    for token in (world.clerk, world.host):
        refused(api.post(reversal(entry), token, {"reason": REASON}), 403, "not-allowed")
        refused(api.post("/adjustments", token, order(world)), 403, "not-allowed")
        refused(api.post(approval(asked), token, {"approve": True}), 403, "not-allowed")
        refused(api.get("/adjustments", token), 403, "not-allowed")
        refused(api.get(f"/adjustments/{asked['id']}", token), 403, "not-allowed")
    refused(api.post(reversal(entry), world.person, {"reason": REASON}), 403, "staff-only")
    assert balance_of(world) == 20


def test_the_same_key_gives_once(api, world):
    first = api.post("/adjustments", world.admin, order(world), key="a")
    again = api.post("/adjustments", world.admin, order(world), key="a")

    assert again.headers["Idempotency-Hit"] == "true"
    assert first.json == again.json
    assert balance_of(world) == 50


def test_what_there_is_not_is_not_found(api, world, refused):
    nothing = uuid.uuid4()

    refused(
        api.post(f"/entries/{nothing}/reversal", world.admin, {"reason": REASON}),
        404,
        "entry-not-found",
    )
    refused(api.get(f"/adjustments/{nothing}", world.admin), 404, "correction-not-found")


def act(world, rule, **changes):
    asked = {
        "participant_id": str(world.wang.id),
        "node_id": str(world.station.id),
        "rule": rule,
        "reason": REASON,
    }
    return asked | changes


def test_what_staff_saw_is_valued_by_its_rule(api, world, refused):
    first = api.post("/awards", world.admin, act(world, "BOOK_BACK", quantity=2), key="b")
    again = api.post("/awards", world.admin, act(world, "BOOK_BACK", quantity=2), key="b")

    assert (first.status_code, first.json["kind"], first.json["amount"]) == (201, "award", 4)
    assert first.json["rule"] == "BOOK_BACK"
    assert again.json == first.json
    problem = refused(
        api.post("/awards", world.admin, act(world, "BOOK_BACK")), 409, "nothing-awarded"
    )
    assert problem["cap"] == "rule_week"
    assert balance_of(world) == 4


def test_a_large_award_waits_for_a_second_person(api, world, second):
    asked = api.post("/awards", world.admin, act(world, "AWARD", points=80))

    assert (asked.json["status"], balance_of(world)) == ("pending", 0)
    assert api.post(approval(asked.json), second, {"approve": True}).json["balance"] == 80


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rule": "ACT_JOIN"}, "rule"),
        ({"quantity": 0}, "quantity"),
        ({"day": "2026-13-01"}, "day"),
        ({"points": -1}, "points"),
    ],
)
def test_an_act_that_does_not_fit_is_refused_with_its_field(api, world, refused, changes, field):
    problem = refused(
        api.post("/awards", world.admin, act(world, "WISH_DONE") | changes),
        422,
        "invalid-request",
    )

    assert problem["errors"][0]["pointer"] == f"#/{field}"


def test_a_day_ahead_is_refused(api, world, refused):
    ahead = act(world, "WISH_DONE", day="2026-11-22")

    assert refused(api.post("/awards", world.admin, ahead), 422, "invalid-day")["first"]


def test_only_those_who_may_correct_award(api, world, refused):
    refused(api.post("/awards", world.clerk, act(world, "WISH_DONE")), 403, "not-allowed")
    refused(api.post("/awards", world.far_admin, act(world, "WISH_DONE")), 404, "node-not-found")
