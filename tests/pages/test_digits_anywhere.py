"""The digits work wherever a screen shows them: the page asks where one is, the nearest first."""

import re
from datetime import timedelta

import pytest
import time_machine

from rewards.activities.types import OccasionKind
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.pages.phone import open_now
from tests.factories.people import make_branch
from tests.factories.world import act_as, build_occasion, build_participant

PHONE = "13800001234"


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def nodes(app, now):
    """Return the nodes of two centers by a name of each."""
    mine, other = make_branch(now, "东区"), make_branch(now, "西区")
    return dict(zip(("center", "institute", "station"), mine, strict=True)) | {"other": other[2]}


@pytest.fixture
def on(nodes, now):
    """Return what is open at each of the nodes."""
    return {where: build_occasion(node, title=where, now=now) for where, node in nodes.items()}


@pytest.fixture
def few(monkeypatch):
    """Let two be too many to choose among in one list."""
    monkeypatch.setattr(open_now, "LISTED_MAX", 1)


def post(client, address, page, **fields):
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    return client.post(address, data={"csrf_token": token, **fields})


def sign_in(client):
    page = client.get("/sign-in")
    page = post(client, "/sign-in", page, phone=PHONE, action="send")
    code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", page.text).groups())
    assert post(client, "/sign-in", page, phone=PHONE, code=code).status_code == 303


def offered(page, on):
    """Return where those occasions are that the page lets one choose, in its order."""
    where = {str(occasion.id): place for place, occasion in on.items()}
    return [where[each] for each in re.findall(r'name="occasion" value="([^"]+)"', page.text)]


def test_whoever_has_not_signed_in_chooses_among_all_centers(client, on):
    page = client.get("/digits")

    assert sorted(offered(page, on)) == sorted(on)
    assert "西区中心 · 西区社区站" in page.text


def test_a_resident_of_one_station_checks_in_at_another(client, nodes, on, now):
    build_participant(nodes["station"], phone=PHONE, now=now)
    sign_in(client)
    page = client.get("/digits")
    digits = checkins.get_display_code(on["other"], now=now).digits

    done = post(client, "/check-ins", page, occasion=str(on["other"].id), digits=digits)

    assert offered(page, on) == ["station", "institute", "center", "other"]
    assert "签到成功" in client.get(done.location).text


@pytest.mark.usefixtures("few")
def test_where_much_is_on_one_says_first_where_one_is(client, nodes, on, now):
    page = client.get("/digits")
    (link,) = re.findall(rf'href="([^"]+{nodes["other"].id})"', page.text)

    assert offered(page, on) == []
    assert offered(client.get(link), on) == ["other"]
    assert f"at={nodes['station'].id}" in client.get(link).text


@pytest.mark.usefixtures("few")
def test_the_home_comes_first_and_where_one_is_already(client, clock, nodes, on, now):
    me = build_participant(nodes["station"], phone=PHONE, now=now)
    shift = build_occasion(nodes["other"], kind=OccasionKind.SERVICE_SHIFT, now=now, minutes=60)
    code = checkins.get_display_code(shift, now=now).token
    service.check_in_by_code(actor=act_as(me), code=code, now=now)
    clock.shift(timedelta(minutes=55))
    late = {
        where: build_occasion(node, title=where, now=shift.ends_at) for where, node in nodes.items()
    }

    sign_in(client)
    page = client.get("/digits")

    assert offered(page, late | {"shift": shift}) == ["station", "institute", "center", "shift"]


@pytest.mark.usefixtures("few")
def test_that_nothing_is_on_here_is_not_said_of_everywhere(client, nodes, now):
    build_participant(nodes["station"], phone=PHONE, now=now)
    for _ in range(2):
        build_occasion(nodes["other"], now=now)
    sign_in(client)

    page = client.get("/digits")

    assert "现在没有可以签到的活动" not in page.text
    assert f"at={nodes['other'].id}" in page.text


@pytest.mark.parametrize("at", ["", "x", "01900000-0000-7000-8000-000000000000"])
def test_a_place_that_is_none_changes_nothing(client, on, at):
    assert sorted(offered(client.get(f"/digits?at={at}"), on)) == sorted(on)
