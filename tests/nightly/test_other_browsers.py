"""The ways that matter most, in browsers that are not today's Chromium.

Phones are iPhones (WebKit) and Androids whose WeChat is years old, tablets and laptops may have a
Firefox. Each browser that is found on the machine walks; docs/browsers.md tells how to have them.
Pictures go to the folder that the variable JOURNEY_PICTURES names, if it is set.
"""

import os
import re
from pathlib import Path

import pytest

from rewards.access.types import Role
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.redemptions import queries as redemptions
from rewards.redemptions.types import RedemptionStatus
from rewards.screens import service as screens
from rewards.screens.types import Layout, SlidePlan
from tests.engines.firefox import Firefox, find_firefox
from tests.engines.old_chromium import OldChromium, find_old_chromium
from tests.engines.webkit import WebKit, find_webkit
from tests.engines.window import ENTER
from tests.factories.people import SYSTEM, make_participant, make_staff
from tests.factories.redemptions import add_shop, credit, reserve
from tests.factories.screens import keep_nothing
from tests.factories.world import act_as, build_occasion, build_participant
from tests.walking.tablets import BANNER, Line, rows

PHONE = "13800001234"
BROWSERS = {
    "firefox": (Firefox, find_firefox, "Firefox"),
    "webkit": (WebKit, find_webkit, "WebKitGTK's driver, or Xvfb,"),
    "old-chromium": (OldChromium, find_old_chromium, "OLD_CHROMIUM"),
}
STATE = f"return document.querySelector('{BANNER}').dataset"
SAID = "return document.querySelector('[data-gate] [data-title]').textContent"
CONTROLLED = "return navigator.serviceWorker.ready.then(found => found.active.state)"
# The code that the page shows, with what its sheet says, and its picture before a gate's reader.
COPY = """
const code = document.querySelector('.qr').cloneNode(true);
for (const [name, value] of [['width', 400], ['height', 400], ['fill', '#000']]) {
  code.setAttribute(name, value);
}
return new XMLSerializer().serializeToString(code);
"""
DRAW = """
const code = arguments[0];
const image = new Image();
return new Promise((resolve, reject) => {
  image.onerror = () => reject(new Error('no picture'));
  image.onload = () => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 480;
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, 480, 480);
    pen.drawImage(image, 40, 40, 400, 400);
    canvas.toBlob(blob => window.readPhoto(blob).then(resolve, reject));
  };
  image.src = 'data:image/svg+xml,' + encodeURIComponent(code);
});
"""


@pytest.fixture(params=BROWSERS)
def browser(request):
    """A kind of browser that is on this machine; these are never asked for in CI."""
    kind, find, what = BROWSERS[request.param]
    if find() is None:
        pytest.skip(f"{what} was not found on this machine")
    return kind


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def line(app):
    line = Line(app)
    yield line
    line.end()


@pytest.fixture
def address(line):
    return f"http://127.0.0.1:{line.port}"


@pytest.fixture
def shop(app, now):
    return add_shop(now, points=5, on_hand=10)


@pytest.fixture
def me(shop, now):
    person = build_participant(shop.station, phone=PHONE, now=now)
    credit(act_as(person), shop.station, 120, now)
    return person


@pytest.fixture
def occasion(shop, now):
    return build_occasion(shop.station, now=now, title="邻里读书分享会")


@pytest.fixture
def window(browser, request):
    """Return a function that opens a window, and closes it with the test."""
    opened = []

    def open_window(*, width, height):
        opened.append(browser(width=width, height=height))
        return opened[-1]

    yield open_window
    for number, each in enumerate(opened):
        if folder := os.environ.get("JOURNEY_PICTURES"):
            name = re.sub(r"\W+", "-", request.node.name)
            each.picture(Path(folder) / f"{name}-{number}.png")
        each.close()


@pytest.fixture
def phone(window):
    return window(width=390, height=760)


@pytest.fixture
def tablet(window, address, shop, now):
    """A tablet on which staff of the station are signed in."""
    make_staff("zhouhang", now, (Role.STATION_ADMIN, shop.station))
    token = identity.issue_token(actor=SYSTEM, staff_name="zhouhang", label="desk", now=now)
    tablet = window(width=1024, height=768)
    tablet.goto(f"{address}/console/sign-in")
    tablet.add_cookie("staff_token", token)
    return tablet


def sign_in(phone):
    """Sign in on the page that asks for it, with the code that it shows."""
    phone.fill("#phone", PHONE)
    phone.click("button", "发送验证码")
    phone.wait("#code")
    code = re.search(r"验证码是 (\d{3}) (\d{3})", phone.text())
    phone.fill("#code", code[1] + code[2])
    phone.click("form .btn--main")


def is_wider_than_its_window(page):
    return page.run("return document.documentElement.scrollWidth > innerWidth")


def test_a_scan_outlives_the_first_sign_in_and_the_way_back(phone, address, occasion, me):
    code = checkins.get_display_code(occasion, now=clock.now()).token
    phone.goto(f"{address}/C/{code}")
    phone.click("button", "登录并签到")
    sign_in(phone)
    phone.wait("h1", "签到成功")
    assert not is_wider_than_its_window(phone)

    phone.back()
    # WebKit kept the form; whoever presses again is in already.
    phone.wait("h1")
    if phone.has("#code"):
        phone.click("form .btn--main")
    phone.wait("h1", "我的积分")

    db.session.rollback()
    assert checkins.count_attendance([occasion.id]) == {occasion.id: 1}


def test_a_reward_is_reserved_once_and_given_back(phone, address, shop, me):
    phone.goto(f"{address}/sign-in")
    sign_in(phone)
    phone.wait("h1", "我的积分")
    phone.goto(f"{address}/rewards/{shop.reward.id}")
    phone.wait("button", "用 5 分预留")
    phone.run("const go = document.querySelector('[data-found]'); go.click(); go.click()")
    phone.wait("h1", "取货码")
    (mine,) = redemptions.list_open(me.id)
    phone.goto(f"{address}/redemptions/{mine.id}")
    phone.click("a", "取消，退回")
    phone.click("button", "取消，退回")
    phone.wait("h1", "已取消")

    for path in ("/", "/rewards", "/board", "/history", "/slips", "/statement", "/calendar"):
        for size in ("normal", "xlarge"):
            phone.goto(f"{address}{path}?size={size}")
            assert not is_wider_than_its_window(phone), (path, size)
    db.session.rollback()
    assert ledger.get_balance(me.id).held == 0


def test_a_phone_without_a_network_shows_a_page_of_ours(phone, address, line, me):
    phone.goto(f"{address}/sign-in")
    sign_in(phone)
    phone.wait("h1", "我的积分")
    assert phone.run(CONTROLLED) in ("activating", "activated")
    phone.wait_until("return Boolean(navigator.serviceWorker.controller)")

    line.cut()
    phone.run("setTimeout(() => { location.href = '/board' })")
    phone.wait("h1", "网断了，这一页没有打开")
    line.mend()
    phone.click("a", "再试一次")

    phone.wait_until("return document.querySelector('h1').textContent.includes('榜')")


def test_a_gate_without_a_network_loses_nothing(tablet, address, line, occasion, shop, now):
    people = [make_participant(shop.station, now, name=f"王{n}") for n in range(4)]
    gate = f"{address}/console/occasions/{occasion.id}/gate"
    tablet.goto(gate)
    tablet.wait_until(f"{STATE}.page === 'kept'")
    tablet.fill("#raw", people[0].number)
    tablet.keys([ENTER])
    tablet.wait_until(f"{SAID}.endsWith('签到了')")

    line.cut()
    scan(tablet, people[1], waiting=1)
    tablet.reload()
    tablet.wait_until(f"{STATE}.waiting === '1'")
    scan(tablet, people[2], waiting=2)
    # Another page names the gates that are kept here, and leads back.
    tablet.run("setTimeout(() => { location.href = '/console/desk' })")
    tablet.click("[data-kept] a")
    tablet.wait_until(f"{STATE}.waiting === '2'")
    line.mend()
    tablet.run("window.dispatchEvent(new Event('online'))")
    tablet.wait_until(f"{STATE}.waiting === '0'")
    # The page of before, which WebKit had put aside, does not hold up the store.
    tablet.wait_until(f"{STATE}.state !== 'offline'")

    came = rows()
    assert {row.participant_id for row in came} == {person.id for person in people[:3]}
    assert len(came) == 3


def scan(tablet, person, *, waiting):
    """Type as a hand scanner does, outside of any field."""
    tablet.run("document.activeElement.blur()")
    tablet.keys([*person.number, ENTER])
    tablet.wait_until(f"{STATE}.waiting === '{waiting}'")


def test_the_reader_of_a_gate_runs(tablet, address, occasion):
    tablet.goto(f"{address}/console/occasions/{occasion.id}")
    tablet.wait(".qr")
    drawn = tablet.run(COPY)
    tablet.goto(f"{address}/console/occasions/{occasion.id}/gate")
    tablet.wait("[data-ways]")

    read = tablet.run(DRAW, drawn)

    assert "/C/" in read


def test_goods_are_handed_over_at_the_desk(tablet, address, shop, me, now):
    goods = reserve(shop, act_as(me), now)
    tablet.goto(f"{address}/console/desk")
    tablet.wait("[data-scan]")
    tablet.run("document.activeElement.blur()")
    tablet.keys([*goods.code, ENTER])
    tablet.click("[data-go]")

    tablet.wait("h1", "已交付")
    db.session.rollback()
    assert redemptions.get_redemption(goods.id).status is RedemptionStatus.FULFILLED


def test_a_screen_is_paired_and_shows_the_board(window, address, shop, me, monkeypatch):
    keep_nothing(monkeypatch)
    television = window(width=1280, height=720)
    television.goto(f"{address}/screen")
    code = television.wait(".pairing__code")
    screens.pair_screen(
        actor=SYSTEM,
        code=code,
        node_id=shop.station.id,
        name="大厅",
        slides=[SlidePlan(layout=Layout.LEADERBOARD, seconds=20)],
        now=clock.now(),
    )

    television.wait(".slide--on")

    assert not is_wider_than_its_window(television)
