"""Webhooks: by whom, shown a secret once, tested and sent again."""

import pytest

from rewards.access.types import Role
from rewards.core import clock as service_clock
from rewards.core.db import db
from rewards.core.idempotency import IdempotencyKeyRow
from rewards.web import hooks
from rewards.webhooks import store
from tests.api.conftest import build_staff_token
from tests.engines.receiver import is_signed, run_receiver

EVENTS = ["checkin.recorded", "redemption.fulfilled", "entry.posted"]
# What differs by database is tested below the API.
pytestmark = pytest.mark.databases("sqlite")
PUBLIC = "https://data.example.gov.cn/rewards"


@pytest.fixture
def receiver(app):
    store.use_policy(allow_private=True)
    with run_receiver() as receiver:
        yield receiver
    store.use_policy(allow_private=False)


@pytest.fixture
def subscribe(api, world):
    def subscribe(token=None, *, key=None, **changes):
        body = {
            "node_id": str(world.station.id),
            "name": "区数据平台",
            "url": PUBLIC,
            "events": EVENTS,
        }
        return api.post("/webhooks", token or world.admin, body | changes, key=key)

    return subscribe


def deliver():
    return hooks.deliver_due(now=service_clock.now())


def test_the_secret_is_in_the_answer_that_made_it_and_nowhere_else(api, world, subscribe):
    made = subscribe()

    assert made.status_code == 201
    assert made.json["secret"].startswith("whsec_")
    assert made.headers["Cache-Control"] == "no-store"
    shown = api.get(made.headers["Location"].removeprefix("/api/v1"), world.admin)
    listed = api.get("/webhooks", world.admin)
    assert listed.json["items"] == [shown.json]
    assert made.json["secret"] not in shown.text + listed.text
    assert (shown.json["state"], shown.json["url"]) == ("active", PUBLIC)


def test_a_lost_answer_is_asked_for_again_by_the_same_key_for_ten_minutes(
    api, world, subscribe, clock
):
    made = subscribe(key="one")
    clock.shift(599)
    again = subscribe(key="one")
    clock.shift(1)
    late = subscribe(key="one")

    assert again.json == made.json
    assert again.headers["Idempotency-Hit"] == "true"
    assert late.json == made.json | {"secret": None}
    # What answers replays does not hold what is sealed elsewhere.
    kept = [str(row.body) for row in db.session.query(IdempotencyKeyRow)]
    assert kept
    assert all("whsec_" not in body for body in kept)


def test_a_check_in_arrives_signed(api, world, activity, receiver, subscribe, clock):
    made = subscribe(url=receiver.url)
    clock.shift(10)
    code = api.code_of(activity, world.host)["url"]
    came = api.post("/check-ins", world.person, {"code": code})
    assert came.status_code in (200, 201), came.text

    assert deliver() == 1

    (message,) = receiver.received
    assert is_signed(message, made.json["secret"])
    assert message.told["type"] == "checkin.recorded"
    assert message.told["data"]["participant_id"] == str(world.wang.id)
    deliveries = api.get(f"/webhooks/{made.json['id']}/deliveries", world.admin).json["items"]
    assert [(each["message_id"], each["state"], each["status"]) for each in deliveries] == [
        (message.id, "delivered", 204)
    ]
    assert deliveries[0]["body"] == message.body


def test_a_test_message_is_sent_and_sent_again(api, world, receiver, subscribe):
    webhook = subscribe(url=receiver.url).json["id"]

    asked = api.post(f"/webhooks/{webhook}/test", world.admin)
    deliver()
    again = api.post(f"/webhooks/{webhook}/deliveries/{asked.json['id']}/redelivery", world.admin)
    deliver()
    since = api.post(
        f"/webhooks/{webhook}/replay", world.admin, {"since": asked.json["recorded_at"]}
    )
    deliver()

    assert (asked.status_code, again.status_code) == (202, 202)
    assert (asked.json["event"], again.json["state"]) == ("webhook.test", "waiting")
    assert (since.status_code, since.json) == (202, {"deliveries": 1})
    assert receiver.ids() == [asked.json["message_id"]] * 3


def test_a_test_asked_for_twice_by_one_key_is_sent_once(api, world, receiver, subscribe):
    webhook = subscribe(url=receiver.url).json["id"]

    for _ in range(2):
        api.post(f"/webhooks/{webhook}/test", world.admin, key="test")

    assert deliver() == 1


def test_a_new_secret_is_shown_and_signs(api, world, receiver, subscribe):
    made = subscribe(url=receiver.url).json

    rotated = api.post(f"/webhooks/{made['id']}/secret/rotation", world.admin)
    api.post(f"/webhooks/{made['id']}/test", world.admin)
    deliver()

    assert rotated.json["secret"] != made["secret"]
    assert rotated.json["old_secret_until"]
    (message,) = receiver.received
    assert is_signed(message, rotated.json["secret"])
    assert is_signed(message, made["secret"])


def test_a_webhook_is_changed_paused_and_ended(api, world, subscribe, refused):
    path = f"/webhooks/{subscribe().json['id']}"

    changed = api.patch(path, world.admin, {"name": "新平台", "events": ["entry.posted"]})
    paused = api.patch(path, world.admin, {"is_active": False})
    refused(api.post(f"{path}/test", world.admin), 409, "webhook-stopped")
    resumed = api.patch(path, world.admin, {"is_active": True})
    ended = api("DELETE", path, world.admin)

    assert (changed.json["name"], changed.json["events"]) == ("新平台", ["entry.posted"])
    assert (paused.json["state"], paused.json["stop_reason"]) == ("paused", "staff")
    assert (resumed.json["state"], resumed.json["stop_reason"]) == ("active", "")
    assert ended.status_code == 204
    refused(api.get(path, world.admin), 404, "webhook-not-found")
    assert api.get("/webhooks", world.admin).json["items"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"url": "http://data.example.gov.cn/"}, "invalid-webhook-url"),
        ({"url": "https://127.0.0.1/"}, "invalid-webhook-url"),
        ({"url": "https://user:pw@data.example.gov.cn/"}, "invalid-webhook-url"),
        ({"events": []}, "invalid-request"),
        ({"events": ["webhook.test"]}, "invalid-request"),
        ({"events": ["participant.registered"]}, "invalid-request"),
        ({"name": ""}, "invalid-request"),
    ],
)
def test_what_is_no_webhook_is_refused_and_nothing_is_kept(
    api, world, subscribe, refused, changes, code
):
    refused(subscribe(**changes), 422, code)
    assert api.get("/webhooks", world.admin).json["items"] == []


def test_only_who_manages_webhooks_there_has_to_do_with_them(api, world, subscribe, now, refused):
    webhook = subscribe().json["id"]
    delivery = f"/deliveries/{webhook}/redelivery"
    calls = [
        ("GET", "", None),
        ("PATCH", "", {"name": "别的"}),
        ("DELETE", "", None),
        ("POST", "/secret/rotation", None),
        ("POST", "/test", None),
        ("POST", "/replay", {"since": "2026-11-21T00:00:00Z"}),
        ("GET", "/deliveries", None),
        ("POST", delivery, None),
    ]
    here = build_staff_token(Role.STATION_ADMIN, world.station, now)

    for method, ending, body in calls:
        path = f"/webhooks/{webhook}{ending}"
        refused(api(method, path, world.person, body), 403, "staff-only")
        refused(api(method, path, here, body), 403, "not-allowed")
        refused(api(method, path, world.far_admin, body), 404, "webhook-not-found")
    refused(subscribe(here), 403, "not-allowed")
    refused(subscribe(world.far_admin), 404, "node-not-found")
    refused(api.get("/webhooks", here), 403, "not-allowed")
    refused(api.get(f"/webhooks?node_id={world.station.id}", here), 403, "not-allowed")


def test_what_is_not_there_is_not_found(api, world, subscribe, refused):
    webhook = subscribe().json["id"]
    nothing = "01900000-0000-7000-8000-000000000000"

    refused(api.get(f"/webhooks/{nothing}", world.admin), 404, "webhook-not-found")
    refused(
        api.post(f"/webhooks/{webhook}/deliveries/{nothing}/redelivery", world.admin),
        404,
        "webhook-delivery-not-found",
    )


def test_a_node_has_no_more_than_twenty(api, world, subscribe, refused):
    for _ in range(20):
        assert subscribe().status_code == 201

    refused(subscribe(), 409, "too-many-webhooks")


def test_lists_come_in_pages(api, world, subscribe):
    webhook, *_others = [subscribe().json["id"] for _ in range(3)]
    for _ in range(3):
        api.post(f"/webhooks/{webhook}/test", world.admin)

    for path in ("/webhooks", f"/webhooks/{webhook}/deliveries"):
        first = api.get(f"{path}?limit=2", world.admin).json
        rest = api.get(f"{path}?limit=2&cursor={first['next']}", world.admin).json
        assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
        assert not {each["id"] for each in first["items"]} & {each["id"] for each in rest["items"]}
