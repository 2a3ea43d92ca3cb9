"""Whose home station it becomes at a first sign-in, and who it is that a scan checks in."""

import re
from datetime import timedelta

import pytest
import time_machine

from rewards.checkins import queries as checkins
from rewards.network.types import Level
from rewards.participants import queries as participants
from tests.factories.people import make_branch
from tests.factories.world import build_node, build_occasion, build_participant

PHONE = "13800001234"


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def nodes(app, now):
    """Return a branch of two stations, one of them with a point, and the station of another."""
    center, institute, station = make_branch(now, "东区")
    sibling = build_node(Level.STATION, parent=institute, name="东区另一站")
    point = build_node(Level.POINT, parent=station, name="东区点")
    _center, _institute, foreign = make_branch(now, "西区")
    return {
        "center": center,
        "institute": institute,
        "station": station,
        "sibling": sibling,
        "point": point,
        "foreign": foreign,
    }


def post(client, address, page, **fields):
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    return client.post(address, data={"csrf_token": token, **fields})


def scan(client, occasion, now):
    return client.get(f"/C/{checkins.get_display_code(occasion, now=now).token}")


def ask_code(client, address="/sign-in"):
    page = post(client, "/sign-in", client.get(address), phone=PHONE, action="send")
    code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", page.text).groups())
    return page, {"phone": PHONE, "code": code}


def register(client, **fields):
    """Return the page that asks who somebody is, and what their answer leads to."""
    page, sent = ask_code(client)
    asked = post(client, "/sign-in", page, **sent)
    done = post(client, "/sign-in", asked, **sent, is_new="1", name="王建英", agree="yes", **fields)
    return asked, done


def offered(page):
    return set(re.findall(r'<option value="([^"]+)"', page.text))


def home_of_phone():
    return participants.find_by_phone("+86" + PHONE).home_node_id


@pytest.mark.parametrize("where", ["center", "institute"])
def test_whoever_first_comes_to_something_of_the_center_names_their_station(
    client, nodes, now, where
):
    occasion = build_occasion(nodes[where], now=now)
    scan(client, occasion, now)

    asked, unsaid = register(client)
    done = post(client, "/sign-in", unsaid, **sent_again(unsaid), node=str(nodes["sibling"].id))

    assert offered(asked) == {str(nodes["station"].id), str(nodes["sibling"].id)}
    assert (unsaid.status_code, done.status_code) == (422, 303)
    assert home_of_phone() == nodes["sibling"].id
    assert "签到成功" in client.get(done.location).text


def sent_again(page):
    code = re.search(r'id="code"[^>]*value="(\d+)"', page.text)[1]
    return {"phone": PHONE, "code": code, "is_new": "1", "name": "王建英", "agree": "yes"}


def test_the_station_of_a_point_is_the_home_and_is_not_asked_for(client, nodes, now):
    scan(client, build_occasion(nodes["point"], now=now), now)

    asked, done = register(client)

    assert offered(asked) == set()
    assert done.status_code == 303
    assert home_of_phone() == nodes["station"].id


def test_so_it_is_after_a_scan_that_came_too_late(client, clock, nodes, now):
    scan(client, build_occasion(nodes["center"], now=now), now)
    clock.shift(timedelta(minutes=11))

    asked, done = register(client)

    assert str(nodes["station"].id) in offered(asked)
    assert done.status_code == 422


def test_where_there_is_no_station_the_home_is_where_one_came(client, now, app):
    center = build_node(Level.CENTER, name="小区中心")
    scan(client, build_occasion(center, now=now), now)

    _asked, done = register(client)

    assert done.status_code == 303
    assert home_of_phone() == center.id


def test_whoever_is_not_who_is_signed_in_sees_the_scan_where_they_sign_in(client, nodes, now):
    build_participant(nodes["station"], phone=PHONE, name="王建英", now=now)
    page, sent = ask_code(client)
    post(client, "/sign-in", page, **sent)
    landing = scan(client, build_occasion(nodes["station"], now=now, title="读书会"), now)

    left = post(client, "/sign-out", landing, here="")

    assert "不是我" in landing.text
    assert left.location == "/sign-in?next=/scan"
    assert "“读书会”的扫码时间 14:40 已经记下" in client.get(left.location).text


def test_whoever_signs_out_without_a_scan_is_welcomed(client, clock, nodes, now):
    build_participant(nodes["station"], phone=PHONE, now=now)
    page, sent = ask_code(client)
    post(client, "/sign-in", page, **sent)
    scan(client, build_occasion(nodes["station"], now=now), now)
    clock.shift(timedelta(minutes=11))

    assert post(client, "/sign-out", client.get("/digits")).location == "/"
