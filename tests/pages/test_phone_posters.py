"""A poster scanned by a phone: it opens the page, and the digits on the screen do the rest."""

import re

import pytest
import time_machine

from rewards.access.types import SystemActor
from rewards.activities.types import NO_POINTS
from rewards.checkins import queries as checkins
from rewards.checkins import service
from tests.factories.world import build_occasion, build_participant, build_station

PHONE = "13800001234"


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def me(station, now):
    return build_participant(station, phone=PHONE, now=now)


@pytest.fixture
def activity(station, now):
    return build_occasion(station, now=now)


@pytest.fixture
def poster(station, now):
    """The poster of the whole station."""
    return service.issue_poster(actor=SystemActor(), node_id=station.id, now=now)


def address_of(poster):
    return f"/C/{checkins.get_poster_code(poster)}"


def post(client, address, page, **fields):
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    return client.post(address, data={"csrf_token": token, **fields})


def sign_in(client):
    page = client.get("/sign-in?next=/scan")
    page = post(client, "/sign-in", page, phone=PHONE, action="send", next="/scan")
    code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", page.text).groups())
    return post(client, "/sign-in", page, phone=PHONE, code=code, next="/scan")


def test_a_poster_and_the_digits_of_now_check_in(client, me, activity, poster, now):
    landing = client.get(address_of(poster))
    assert "先登录，再填现场屏幕上的6位数字" in landing.text
    assert "已经记下" not in landing.text

    asked = client.get(sign_in(client).location)
    digits = checkins.get_display_code(activity, now=now).digits
    done = post(client, "/check-ins", asked, occasion=str(activity.id), digits=digits)

    assert "屏幕上的6位数字" in asked.text
    assert "签到成功" in client.get(done.location).text


def test_a_poster_without_the_digits_checks_nobody_in(client, me, activity, poster):
    client.get(address_of(poster))
    sign_in(client)

    refused = post(client, "/check-ins", client.get("/scan"))

    assert refused.status_code == 409
    assert "还要屏幕上的6位数字" in refused.text
    assert 'name="digits"' in refused.text
    assert checkins.count_attendance([activity.id]) == {activity.id: 0}


def test_a_stamp_that_is_worth_nothing_is_one_tap(client, me, station, poster, now):
    board = build_occasion(station, now=now, title="主题展板", rule_code=NO_POINTS)
    sign_in(client)

    landing = client.get(address_of(poster))
    done = post(client, "/check-ins", landing)

    assert "主题展板" in landing.text
    assert done.status_code == 303
    assert checkins.count_attendance([board.id]) == {board.id: 1}


def test_where_several_are_on_one_chooses(client, activity, station, poster, now):
    other = build_occasion(station, now=now, title="读书会")

    choice = client.get(address_of(poster))
    chosen = client.get(f"{address_of(poster)}?occasion={other.id}")

    assert "您来参加哪一场" in choice.text
    assert all(title in choice.text for title in ("环境清洁日", "读书会"))
    assert "scan_ticket" not in choice.headers.get("Set-Cookie", "")
    assert "读书会" in chosen.text
    assert "环境清洁日" not in chosen.text


def test_an_occasion_of_elsewhere_is_not_to_be_chosen(client, activity, poster, now):
    elsewhere = build_occasion(build_station(), now=now, title="别处的")

    page = client.get(f"{address_of(poster)}?occasion={elsewhere.id}")

    assert "别处的" not in page.text


def test_where_nothing_is_on_the_page_says_so(client, poster):
    page = client.get(address_of(poster))

    assert page.status_code == 200
    assert "这里今天没有要签到的活动" in page.text


def test_a_scan_of_the_screen_is_kept_when_the_poster_is_opened_after_it(
    client, me, activity, poster, now
):
    sign_in(client)
    client.get(f"/C/{checkins.get_display_code(activity, now=now).token}")

    landing = client.get(address_of(poster))

    assert 'name="digits"' not in landing.text
    assert post(client, "/check-ins", landing).status_code == 303


def test_a_scan_of_the_screen_takes_the_place_of_a_poster(client, me, activity, poster, now):
    sign_in(client)
    client.get(address_of(poster))

    landing = client.get(f"/C/{checkins.get_display_code(activity, now=now).token}")

    assert 'name="digits"' not in landing.text
    assert post(client, "/check-ins", landing).status_code == 303


def test_a_poster_that_was_taken_down_says_so(client, poster, now):
    service.revoke_poster(actor=SystemActor(), poster_id=poster.id, now=now)

    page = client.get(address_of(poster))

    assert page.status_code == 410
    assert "这张海报作废了" in page.text


@pytest.mark.parametrize("half", [slice(0, 18), slice(19, None)])
def test_a_torn_poster_says_what_to_do(client, poster, half):
    page = client.get(f"/C/{checkins.get_poster_code(poster)[half]}")

    assert page.status_code == 422
    assert "码不完整，可能撕坏了，或者没扫全" in page.text
    assert "现在这样做" in page.text
