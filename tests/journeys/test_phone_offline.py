"""The network goes while somebody taps: we say what to do, and the tap still counts."""

import pytest

from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.db import db
from tests.factories.sign_ins import add_sign_in
from tests.factories.world import build_occasion, build_participant, build_station


def wait_in(page, condition):
    """Wait until *condition*, a function of the page, holds; it may promise to."""
    page.evaluate(
        f"""async () => {{
            for (let tries = 0; tries < 400; tries += 1) {{
                if (await ({condition})()) return;
                await new Promise((resolve) => setTimeout(resolve, 50));
            }}
            throw new Error("waited in vain");
        }}"""
    )


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
    wait_in(page, "() => navigator.serviceWorker.controller")
    yield page
    context.close()


def test_a_tap_without_a_network_is_told_and_counts_once_when_it_is_back(phone, address, station):
    activity = build_occasion(station, now=clock.now(), title="邻里读书分享会")
    phone.goto(f"{address}/C/{checkins.get_display_code(activity, now=clock.now()).token}")
    phone.context.set_offline(True)
    phone.click("text=确认签到")
    phone.wait_for_selector("text=网断了，不确定有没有签到")
    assert "点两次也只记一次" in phone.inner_text("main")
    assert "您的积分没有变" not in phone.inner_text("main")

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
    # Nothing on it leads to a page that there is not: no other size, and a way home.
    assert phone.locator(".bar__size").count() == 0
    assert phone.locator("main >> text=回首页").get_attribute("href") == "/"

    phone.context.set_offline(False)
    phone.click("a >> text=再试一次")

    phone.wait_for_selector("h1 >> text=榜")


def test_each_form_whose_answer_is_lost_has_words_of_its_own(phone, address, station):
    signed_up = build_occasion(station, now=clock.now(), starts_in=600, takes_sign_ups=True)
    phone.goto(f"{address}/sign-ups/{signed_up.id}")
    reached = []

    def lose(route):
        reached.append(route.fetch().status)
        route.abort()

    phone.context.route("**/sign-ups/*", lose)
    phone.click("button >> text=报名")
    phone.wait_for_selector("text=网断了，不确定有没有记上")
    phone.context.unroute("**/sign-ups/*")

    phone.click("text=看我的报名 >> nth=-1")

    assert reached == [200]
    phone.wait_for_selector("text=位置留着")
    kept = phone.evaluate(
        """async () => {
            const names = await caches.keys();
            const list = async (name) => (await caches.open(name)).keys();
            const all = await Promise.all(names.map(list));
            return all.flat().map((request) => new URL(request.url).pathname);
        }"""
    )
    # Nothing is kept but these pages and their sheet.
    assert sorted(kept) == ["/offline"] * 7 + ["/static/phone.css"]
    phone.goto(f"{address}/offline")
    assert phone.url == f"{address}/"


@pytest.mark.nightly
def test_the_page_is_kept_in_the_letters_that_are_read(phone, address):
    phone.goto(f"{address}/?size=xlarge")
    # The first one found is the older one, as long as that is there.
    wait_in(
        phone,
        """() => caches.match("/offline").then((kept) => kept.text())
            .then((page) => page.includes('data-size="xlarge"'))""",
    )
    phone.context.set_offline(True)

    phone.goto(f"{address}/board")

    assert phone.evaluate("document.documentElement.dataset.size") == "xlarge"
