"""The network goes while somebody taps: we say what to do, and the tap still counts."""

import pytest

from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.db import db
from tests.factories.sign_ins import add_sign_in
from tests.factories.world import build_occasion, build_participant, build_station


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def phone(browser, address, station):
    """A phone that was on the first page once."""
    now = clock.now()
    me = build_participant(station, phone="13800001234", now=now)
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN")
    add_sign_in(context, address, me, now)
    page = context.new_page()
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(found => found.active.state)")
    page.wait_for_function("navigator.serviceWorker.controller")
    yield page
    context.close()


def test_a_tap_without_a_network_is_told_and_counts_once_when_it_is_back(phone, address, station):
    activity = build_occasion(station, now=clock.now(), title="邻里读书分享会")
    phone.goto(f"{address}/C/{checkins.get_display_code(activity, now=clock.now()).token}")
    phone.context.set_offline(True)
    phone.click("text=确认签到")
    phone.wait_for_selector("text=网断了，这一页没有打开")
    assert "点两次也只记一次" in phone.inner_text("main")

    phone.context.set_offline(False)
    phone.click("text=回到刚才的签到 >> nth=-1")
    phone.click("text=确认签到")
    phone.wait_for_selector("text=签到成功")

    db.session.rollback()
    assert checkins.count_attendance([activity.id]) == {activity.id: 1}


def test_a_page_that_does_not_open_can_be_tried_again(phone, address):
    phone.context.set_offline(True)
    phone.click(".dock >> text=榜单")
    phone.wait_for_selector("text=网断了，这一页没有打开")
    assert phone.url == f"{address}/board"

    phone.context.set_offline(False)
    phone.click("a >> text=再试一次")

    phone.wait_for_selector("h1 >> text=榜")


def test_nothing_is_kept_but_that_page_and_its_sheet(phone):
    kept = phone.evaluate(
        """async () => {
            const names = await caches.keys();
            const list = async (name) => (await caches.open(name)).keys();
            const all = await Promise.all(names.map(list));
            return all.flat().map((request) => new URL(request.url).pathname);
        }"""
    )

    assert sorted(kept) == ["/offline", "/offline", "/static/phone.css"]


def test_the_page_is_kept_in_the_letters_that_are_read(phone, address):
    phone.goto(f"{address}/?size=xlarge")
    phone.wait_for_function(
        "caches.keys().then(names => names.some(name => name.endsWith('xlarge')))"
    )
    phone.wait_for_function("caches.keys().then(names => names.length === 1)")
    phone.context.set_offline(True)

    phone.goto(f"{address}/board")

    assert phone.evaluate("document.documentElement.dataset.size") == "xlarge"
