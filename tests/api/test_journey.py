"""From an empty center to a fulfilled redemption, over the API alone."""

from uuid import UUID

from rewards.access.types import Role, SystemActor
from rewards.core.unit import use_case
from rewards.identity import operations as identity
from rewards.identity import service
from rewards.network.types import Level
from tests.factories.world import build_node

SYSTEM = SystemActor()


def test_the_whole_way_from_a_network_to_a_reward(app, api, now, clock):
    center = build_node(Level.CENTER, name="万柏林区中心")
    admin = _staff(Role.CENTER_ADMIN, center, now)

    institute = _post(api, "/nodes", admin, level="institute", name="所", parent_id=str(center.id))
    station = _post(
        api, "/nodes", admin, level="station", name="长兴北街社区站", parent_id=institute["id"]
    )
    person = _post(
        api,
        "/participants",
        admin,
        name="王建英",
        phone="13800001234",
        node_id=station["id"],
        consents={"service": True, "public_board": "masked"},
    )
    phone = service.issue_token(
        actor=SYSTEM, participant_id=UUID(person["id"]), label="phone", now=now
    )
    space = _post(api, "/spaces", admin, node_id=station["id"], name="长兴北街线下空间")
    reward = _post(api, f"/spaces/{space['id']}/rewards", admin, name="牙膏", points=5)
    _post(api, "/stock-movements", admin, reward_id=reward["id"], kind="receive", quantity=1)
    occasion = _post(
        api,
        "/occasions",
        admin,
        kind="activity",
        title="环境清洁日",
        node_id=station["id"],
        starts_at=now.isoformat(),
        ends_at=now.replace(hour=9).isoformat(),
    )

    code = api.get(f"/occasions/{occasion['id']}/code", admin).json
    receipt = _post(api, "/check-ins", phone, code=code["url"])
    # Among fewer than five nobody would be named.
    for name in ("李强", "赵敏", "孙亮", "周洋"):
        other = _post(
            api,
            "/participants",
            admin,
            name=name,
            node_id=station["id"],
            consents={"service": True},
        )
        body = {"occasion_id": occasion["id"], "participant_id": other["id"]}
        _post(api, "/check-ins", admin, **body)
    board = api.get(f"/leaderboards?node_id={station['id']}&around=me", phone).json
    clock.shift(1)
    reserved = _post(api, "/redemptions", phone, space_id=space["id"], reward_id=reward["id"])
    fulfilled = api.post(
        f"/redemptions/{reserved['id']}/fulfilment", admin, {"code": reserved["code"]}, key="d1"
    ).json

    assert (receipt["points"], receipt["balance"]) == (5, 5)
    assert board["me"]["rank"] == 1
    assert sorted(item["display_name"] for item in board["items"]) == [*4 * ["未公开"], "王*英"]
    assert fulfilled["status"] == "fulfilled"
    assert api.get("/me", phone).json["points"] == {
        "balance": 0,
        "held": 0,
        "available": 0,
        "earned": 5,
    }
    entries = api.get("/me/entries", phone).json["items"]
    assert [entry["amount"] for entry in entries] == [-5, 5]


def _post(api, path, token, **body):
    response = api.post(path, token, body)
    assert response.status_code == 201, response.text
    return response.json


def _staff(role, node, now):
    @use_case
    def create():
        staff = identity.create_staff(name="hejing", password_hash="-", now=now)
        identity.grant_role(staff_id=staff.id, role=role, node=node, now=now)

    create()
    return service.issue_token(actor=SYSTEM, staff_name="hejing", label="test", now=now)
