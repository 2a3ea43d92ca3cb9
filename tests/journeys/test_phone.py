"""A phone as it really is: narrow, slow, with the largest text, and with scripts turned off."""

import re

import pytest
import sqlalchemy as sa

from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.db import db
from tests.factories.redemptions import add_shop, credit, reserve
from tests.factories.sign_ins import add_sign_in
from tests.factories.world import act_as, build_occasion, build_participant
from tests.walking import axe, keyboard, reading, weight

# In plain bytes, with the headers of the answers: what gzip saves comes on top.
BYTES_MAX = 60_000
REQUESTS_MAX = 3
# Looked at by ear and by keyboard too; all the other pages are in the nightly walk.
WAY = {"landing", "result", "already", "refused", "/digits"}


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def shop(app, now):
    return add_shop(now, points=5, on_hand=10)


@pytest.fixture
def me(shop, now):
    person = build_participant(shop.station, phone="13800001234", now=now)
    credit(act_as(person), shop.station, 120, now)
    return person


@pytest.fixture
def activity(shop, now):
    return build_occasion(
        shop.station, now=now, title="时代新人读书分享会", place="线下空间二楼阅览室", capacity=40
    )


@pytest.fixture
def narrow(browser, address, me, now):
    """A signed-in phone of the narrowest kind that is still in use."""
    context = browser.new_context(viewport=reading.NARROW, locale="zh-CN")
    add_sign_in(context, address, me, now)
    yield context.new_page()
    context.close()


@pytest.fixture
def abroad(browser, address, me, now):
    """A signed-in phone that is set to the time of Cancún, five hours behind UTC all year."""
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, locale="zh-CN", timezone_id="America/Cancun"
    )
    add_sign_in(context, address, me, now)
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser, address, me, now):
    """A signed-in phone that runs no scripts."""
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, locale="zh-CN", java_script_enabled=False
    )
    add_sign_in(context, address, me, now)
    yield context.new_page()
    context.close()


def link_of(address, occasion):
    return f"{address}/C/{checkins.get_display_code(occasion, now=clock.now()).token}"


def test_from_the_scan_to_the_result_it_takes_three_more_requests_and_few_bytes(
    plain, address, activity
):
    traffic = weight.Traffic(plain)

    plain.goto(link_of(address, activity))
    plain.click("text=确认签到")
    plain.wait_for_selector("text=签到成功")

    assert [path.split("/")[1] for path in traffic.paths] == [
        "C",
        "static",
        "check-ins",
        "check-ins",
    ]
    assert len(traffic.paths) - 1 <= REQUESTS_MAX
    assert 0 < traffic.count_bytes() <= BYTES_MAX
    # Without scripts no time zone is told.
    assert read_offset() is None

    again = weight.Traffic(plain)
    plain.goto(link_of(address, activity))
    assert [path.split("/")[1] for path in again.paths] == ["C"]


def test_nothing_is_cut_and_nothing_goes_sideways_in_any_size_of_text(
    narrow, address, activity, shop, me, now
):
    goods = reserve(shop, act_as(me), now)
    link = link_of(address, activity)
    found = {}

    def look(path, name):
        narrow.goto(path if path.startswith("http") else address + path)
        found[name] = reading.find_faults(narrow)
        if name in WAY:
            found[name] += axe.find_faults(narrow) + keyboard.find_faults(narrow)

    look(link, "landing")
    narrow.click("text=确认签到")
    narrow.wait_for_selector("text=签到成功")
    look(narrow.url, "result")
    look(narrow.url.split("?")[0] + "?again=1", "already")
    look("/C/HALFACODE", "refused")
    for path in ("/", "/card", "/digits", "/board", "/rewards", "/history", "/today", "/notices"):
        look(path, path)
    look(f"/redemptions/{goods.id}", "pickup")
    look(f"/rewards/{shop.reward.id}", "reward")

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_way_back_from_a_first_sign_in_shows_no_error_of_the_browser(
    browser, address, activity, me
):
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN")
    page = context.new_page()
    page.goto(link_of(address, activity))
    page.click("text=登录并签到")
    page.fill("#phone", "13800001234")
    page.click("text=发送验证码")
    shown = re.search(r"(\d{3}) (\d{3})", page.inner_text(".notice--wait"))

    # Somebody looks for the message in another app, and meanwhile the phone drops the page.
    page.reload()
    assert page.input_value("#phone") == ""
    page.fill("#phone", "13800001234")
    page.click("text=工作人员给了我登录码")
    page.fill("#code", shown[1] + shown[2])
    page.click("form .btn--main")
    page.wait_for_selector("text=签到成功")
    page.go_back()
    page.wait_for_selector("h1 >> text=我的积分")

    # The form was not sent again: there is one code, and it was used up.
    assert db.session.scalar(sa.text("SELECT count(*) FROM one_time_codes")) == 1
    context.close()


def test_what_is_typed_to_sign_in_stays_whole(browser, address, shop):
    context = browser.new_context(viewport=reading.NARROW, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#phone", "13800001234")
    page.click("text=发送验证码")
    page.fill("#code", "482915")

    found = reading.find_faults(page)
    context.close()

    assert found == []


def read_offset():
    """Return the time zone that the one check-in there is was told."""
    db.session.rollback()
    return db.session.scalar(sa.text("SELECT utc_offset FROM check_ins"))


def test_a_phone_that_runs_scripts_tells_its_time_zone(abroad, address, activity):
    refused = []
    abroad.on("console", lambda message: refused.append(message.text))

    abroad.goto(link_of(address, activity))
    abroad.click("text=确认签到")
    abroad.wait_for_selector("text=签到成功")

    assert read_offset() == -300
    assert refused == []


def test_whoever_presses_twice_on_a_slow_network_still_reads_that_it_worked(
    plain, address, activity
):
    plain.goto(link_of(address, activity))

    plain.dblclick("text=确认签到")
    plain.wait_for_selector("h1 >> text=签")

    assert "签到成功" in plain.inner_text("h1")
    db.session.rollback()
    assert checkins.count_attendance([activity.id]) == {activity.id: 1}
