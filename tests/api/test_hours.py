from datetime import timedelta

import pytest

from rewards.activities.types import OccasionKind
from rewards.checkins import service
from tests.api.conftest import SYSTEM
from tests.factories.world import build_occasion

HOUR = timedelta(hours=1)
SETTLED = (409, "attendance-settled")
EVIDENCE = "站长在场，签字表第3页第12行"


@pytest.fixture
def yesterday(world, now):
    """A shift of two hours, a day ago."""
    return build_occasion(
        world.station, kind=OccasionKind.SERVICE_SHIFT, now=now - timedelta(days=1)
    )


@pytest.fixture
def came(world, yesterday):
    """The check-in of one who did not check out of it."""
    receipt = service.check_in_by_staff(
        actor=SYSTEM,
        occasion_id=yesterday.id,
        participant_id=world.wang.id,
        now=yesterday.starts_at,
    )
    return str(receipt.check_in_id)


@pytest.fixture
def wanted(world, now):
    start = now - timedelta(hours=30)
    return {
        "participant_id": str(world.wang.id),
        "node_id": str(world.station.id),
        "title": "防汛值守",
        "started_at": start.isoformat(),
        "ended_at": (start + 3 * HOUR).isoformat(),
        "evidence": EVIDENCE,
    }


def test_who_did_not_check_out_is_listed_and_confirmed_once(api, world, yesterday, came):
    listed = api.get("/attendance?status=pending", world.host).json["items"]
    first = api.post(f"/check-ins/{came}/confirmation", world.host, {})
    again = api.post(f"/check-ins/{came}/confirmation", world.host, {})

    assert [(each["id"], each["status"]) for each in listed] == [(came, "pending")]
    assert (first.status_code, first.json["minutes"], first.json["points"]) == (200, 120, 20)
    assert (again.status_code, again.json) == (200, first.json)
    assert api.get("/attendance", world.host).json["items"] == []


def test_a_leaving_time_or_a_reason_is_given(api, world, yesterday, came, refused):
    address = f"/check-ins/{came}/confirmation"
    late = (yesterday.ends_at + HOUR).isoformat()

    refused(api.post(address, world.host, {"left_at": late}), 422, "leaving-time")
    refused(api.post(address, world.host, {"declined": True}), 422, "invalid-request")
    refused(api.post(address, world.host, {"reason": "签到后走了"}), 422, "invalid-request")
    both = {"declined": True, "reason": "签到后走了", "verified": ["qualification"]}
    refused(api.post(address, world.host, both), 422, "invalid-request")
    declined = api.post(address, world.host, {"declined": True, "reason": "签到后走了"})

    assert (declined.json["status"], declined.json["minutes"]) == ("declined", 0)
    refused(api.post(address, world.host, {}), 409, "attendance-settled")


def test_whoever_may_not_confirm_there_does_not(api, world, came, refused):
    address = f"/check-ins/{came}/confirmation"

    refused(api.post(address, world.clerk, {}), 403, "not-allowed")
    refused(api.post(address, world.far_admin, {}), 404, "attendance-not-found")
    refused(api.get("/attendance", world.clerk), 403, "not-allowed")
    refused(api.post(address, world.person, {}), 403, "staff-only")


def test_minutes_above_eight_hours_are_reviewed(api, world, now, refused):
    shift = build_occasion(
        world.station,
        kind=OccasionKind.SERVICE_SHIFT,
        now=now - timedelta(days=1),
        minutes=540,
    )
    whom = {"actor": SYSTEM, "occasion_id": shift.id, "participant_id": world.wang.id}
    service.check_in_by_staff(now=shift.starts_at, **whom)
    service.check_out_by_staff(now=shift.ends_at, **whom)

    (line,) = api.get("/attendance?status=pending_review", world.admin).json["items"]
    address = f"/check-ins/{line['id']}/review"

    assert (line["status"], line["minutes"], line["waiting_minutes"]) == ("pending_review", 540, 60)
    refused(api.post(address, world.host, {"approved": True}), 403, "not-allowed")
    refused(api.post(address, world.admin, {}), 422, "invalid-request")
    refused(api.post(address, world.admin, {"approved": False}), 422, "invalid-request")
    assert api.post(address, world.admin, {"approved": True}).json["waiting_minutes"] == 0


def test_confirming_hours_twice_approves_nothing_above_eight_hours(api, world, now):
    shift = build_occasion(
        world.station,
        kind=OccasionKind.SERVICE_SHIFT,
        now=now - timedelta(days=1),
        minutes=600,
    )
    came = service.check_in_by_staff(
        actor=SYSTEM,
        occasion_id=shift.id,
        participant_id=world.wang.id,
        now=shift.starts_at,
    )
    address = f"/check-ins/{came.check_in_id}/confirmation"

    first = api.post(address, world.admin, {}, key="k1").json
    again = api.post(address, world.admin, {}, key="k2").json

    assert (first["status"], first["waiting_minutes"]) == ("pending_review", 120)
    assert again == first


def test_hours_are_filled_in_by_two(api, world, wanted, refused):
    asked = api.post("/back-fills", world.host, wanted, key="k1")
    replayed = api.post("/back-fills", world.host, wanted, key="k1")
    address = asked.headers["Location"].removeprefix("/api/v1")

    assert (asked.status_code, asked.json["state"]) == (201, "requested")
    assert replayed.headers["Idempotency-Hit"] == "true"
    assert [each["id"] for each in api.get("/back-fills", world.admin).json["items"]] == [
        asked.json["id"]
    ]
    refused(api.post(f"{address}/approval", world.host, {}), 403, "not-allowed")
    approved = api.post(f"{address}/approval", world.admin, {}).json
    assert (approved["state"], approved["minutes"], approved["points"]) == ("approved", 180, 0)
    assert api.get(address, world.admin).json == approved
    assert api.get("/me/entries", world.person).json["items"] == []


def test_whoever_asked_does_not_approve(api, world, wanted, refused):
    asked = api.post("/back-fills", world.admin, wanted).json

    refused(api.post(f"/back-fills/{asked['id']}/approval", world.admin, {}), 403, "second-person")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"evidence": "在场"}, 422, "evidence"),
        ({"title": None}, 422, "invalid-request"),
        ({"occasion_id": "01900000-0000-7000-8000-000000000000"}, 422, "invalid-request"),
        ({"started_at": "2026-01-01T08:00:00Z"}, 422, "back-fill-times"),
    ],
)
def test_what_does_not_fit_is_refused(api, world, wanted, refused, change, status, code):
    refused(api.post("/back-fills", world.host, {**wanted, **change}), status, code)

    assert api.get("/back-fills", world.host).json["items"] == []


@pytest.mark.databases("sqlite")
def test_times_are_put_right_and_what_was_entered_by_mistake_is_undone(
    api, world, yesterday, came, now, refused
):
    api.post(f"/check-ins/{came}/confirmation", world.host, {})
    earlier = (yesterday.starts_at + HOUR).isoformat()
    address = f"/check-ins/{came}/correction"

    refused(api.post(address, world.host, {"reason": "提前走了"}), 422, "invalid-request")
    seen = {"verified": ["qualification"], "reason": "看到了资格证"}
    assert api.post(address, world.host, seen).json["id"] == came  # Its rule does not ask for it.
    put_right = api.post(address, world.host, {"left_at": earlier, "reason": "提前走了"}).json
    refused(api.post(address, world.host, {"left_at": earlier, "reason": "又来"}), *SETTLED)

    assert (put_right["minutes"], put_right["points"], put_right["id"] == came) == (60, 10, False)
    today = build_occasion(world.station, now=now)
    entered = {"occasion_id": str(today.id), "participant_id": str(world.wang.id)}
    made = api.post("/check-ins", world.host, entered).json
    undo = f"/check-ins/{made['id']}/undo"
    refused(api.post(undo, world.clerk, {}), 403, "undo-not-own")
    first, second = (api.post(undo, world.host, {}) for _ in range(2))
    assert (first.status_code, first.json["points"], second.status_code) == (201, 0, 200)
    assert api.post("/check-ins", world.host, entered).json["points"] == made["points"] == 5
