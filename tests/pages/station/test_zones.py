"""The zones of a space, as staff keep them and as residents find them."""

import pytest

from rewards.access.types import Role
from rewards.activities import queries as activities
from rewards.core import clock
from rewards.stock import queries as stock
from rewards.stock import service
from rewards.stock.types import Zone, ZoneKind
from tests.factories.people import SYSTEM


@pytest.fixture
def space(station, now):
    zones = [Zone(kind=kind, name=kind.value) for kind in ZoneKind]
    return service.create_space(
        actor=SYSTEM,
        node_id=station.id,
        name="学习空间",
        address="服务大厅一层",
        phone="0351-0001234",
        zones=zones,
        now=now,
    )


@pytest.fixture
def host(make_browser, station):
    return make_browser("sunli", (Role.HOST, station))


def test_a_board_is_added_planned_at_shown_and_closed(host, client, station, space, now):
    address = f"/console/spaces/{space.id}"
    assert host.get("/console/spaces").location == address
    added = host.post(
        f"{address}/zones",
        data={"kind": "photo_board", "name": "红色记忆展板"},
        follow_redirects=True,
    ).text
    assert "红色记忆展板" in added
    zone = stock.get_space(space.id).zones[-1]
    asked = host.get(f"/console/occasions/new?zone={zone.id}&what=board").text
    assert f'value="{zone.id}" selected' in asked
    assert 'value="board" checked' in asked

    today = clock.local_date(now, clock.zone()).isoformat()
    host.post(
        "/console/occasions/new",
        data={
            "title": "看展板打卡",
            "what": "board",
            "node": str(station.id),
            "zone": str(zone.id),
            "day": today,
            "from": "00:01",
            "to": "23:59",
        },
    )

    [board] = activities.page_occasions(node_path=station.path).items
    assert (board.zone_id, board.place, board.rule_code) == (zone.id, zone.name, "NONE")
    assert (board.opens_at, board.closes_at) == (board.starts_at, board.ends_at)
    page = client.get(f"/spaces/{space.id}").text
    assert [page.count(f"<li>{kind.value}</li>") for kind in ZoneKind] == [1] * len(ZoneKind)
    assert "看展板打卡" in page
    assert "tel:" in page
    closed = host.post(
        f"/console/zones/{zone.id}",
        data={"name": "旧展板", "state": "closed"},
        follow_redirects=True,
    ).text
    assert "旧展板" in closed
    assert "旧展板" not in client.get(f"/spaces/{space.id}").text


def test_what_is_no_zone_is_refused(host, stranger, space, now):
    address = f"/console/spaces/{space.id}"
    empty = host.post(f"{address}/zones", data={"kind": "quiz", "name": " "})
    unknown = host.post(f"{address}/zones", data={"kind": "bar", "name": "吧台"})
    bad = host.post("/console/occasions/new", data={"zone": str(space.id), "what": "stamp"})

    assert (empty.status_code, unknown.status_code, bad.status_code) == (422, 422, 422)
    assert "请从列表里选区域" in bad.text
    assert stranger.get(address).status_code == 403
