"""The desk in a real browser: from a phone of 360 px by the camera to a slip of paper."""

import re
import time
from contextlib import closing
from io import BytesIO

import pytest
from PIL import Image

from rewards.access.types import Role
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.redemptions import queries as redemptions
from rewards.redemptions.types import RedemptionStatus
from tests.engines.camera import film
from tests.factories.books import post
from tests.factories.people import SYSTEM, make_participant, make_staff
from tests.factories.redemptions import add_shop, reserve
from tests.factories.world import act_as
from tests.walking import axe, keyboard
from tests.walking.serving import FLAGS
from tests.walking.waiting import wait_until

MM = 72 / 25.4
SECONDS_MAX = 10
ACTIONS_MAX = 3
ATTEMPTS_MAX = 3
# A clerk compares the name.
COMPARING_MS = 650


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def shop(app, now):
    with app.app_context():
        return add_shop(now, points=60, on_hand=9)


@pytest.fixture
def resident(shop, now):
    person = make_participant(shop.station, now, name="王建英", phone="13803511234")
    post(person, shop.station, amount=200, now=now)
    return person


@pytest.fixture
def phone(browser, address, resident, now):
    token = identity.issue_token(actor=SYSTEM, participant_id=resident.id, label="phone", now=now)
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN")
    context.add_cookies([{"name": "participant_token", "value": token, "url": address}])
    yield context.new_page()
    context.close()


@pytest.fixture
def open_desk(address, shop, now):
    """Return a function that opens the desk as a clerk in a context of a browser."""
    make_staff("zhouhang", now, (Role.CLERK, shop.station))
    token = identity.issue_token(actor=SYSTEM, staff_name="zhouhang", label="desk", now=now)
    errors = []

    def enter(context):
        context.add_cookies([{"name": "staff_token", "value": token, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/console/desk")
        return page

    yield enter
    assert errors == []


@pytest.fixture
def desk(browser, open_desk):
    """A desk whose clock stands still: how fast a scanner types is not for the machine to say."""
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN")
    context.clock.install(time="2100-01-01T00:00:00")
    page = open_desk(context)
    # Not so long that the desk would lock.
    page.clock.pause_at("2100-01-01T00:02:00")
    yield page
    context.close()


def type_as_scanner(page, text, *, end="Enter"):
    """Type as a hand scanner does, wherever the focus is."""
    page.keyboard.type(text)
    page.keyboard.press(end)


def check(page):
    """Look at everything on a page as somebody who cannot see it, or has no mouse."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert axe.find_faults(page) + keyboard.find_faults(page) == []


def status_of(redemption):
    db.session.rollback()
    return redemptions.get_redemption(redemption.id).status


def test_reserved_on_a_phone_seen_by_the_camera_and_printed(
    browser, chromium, address, phone, open_desk, resident, tmp_path, picture
):
    phone.goto(f"{address}/rewards")
    picture(phone, "50-phone-rewards")
    phone.click("a[href*='/rewards/']:has-text('牙膏')")
    phone.click("form .btn--main")
    picture(phone, "51-phone-pickup")
    (waiting,) = redemptions.list_open(resident.id)
    symbol = phone.locator("svg.qr").first
    flags = film(Image.open(BytesIO(symbol.screenshot())), tmp_path / "camera.y4m")

    seeing = browser.browser_type.launch(executable_path=chromium, args=[*FLAGS, *flags])
    with closing(seeing):
        context = seeing.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN")
        desk = open_desk(context)
        desk.click("[data-camera]")
        desk.wait_for_selector("[data-go]")
        picture(desk, "52-desk-person")
        assert "王*英" in desk.inner_text("main")
        assert "60" in desk.inner_text("[data-go]")
        desk.click("[data-go]")
        desk.wait_for_selector("text=下一位，直接扫码")
        picture(desk, "53-desk-receipt")
        # The phone still lies there: it is not looked for again, and the page stays.
        desk.wait_for_selector("[data-viewer]:not([hidden])")
        desk.wait_for_timeout(1200)
        assert "receipt" in desk.url

        desk.emulate_media(media="print")
        picture(desk, "59-desk-print")
        strip = desk.pdf(prefer_css_page_size=True)
        href = desk.get_attribute("a[href*='receipt.pdf']", "href")
        paper = context.request.get(f"{address}{href}").body()
    for each in (strip, paper):
        boxes = re.findall(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+) ?\]", each)
        assert [abs(float(wide) / MM - 58) < 1 for wide, _high in boxes] == [True]
    assert status_of(waiting) is RedemptionStatus.FULFILLED


def test_a_waiting_pick_up_takes_two_actions_and_seconds(desk, shop, resident, now, picture):
    picture(desk, "54-desk-start")

    measured = []
    # A machine that was busy with something else may have it shown again.
    while len(measured) < ATTEMPTS_MAX and min(measured, default=SECONDS_MAX) >= SECONDS_MAX:
        waiting = reserve(shop, act_as(resident), now)
        actions, seconds = pick_up(desk, waiting.code)
        measured.append(seconds)
        assert actions <= ACTIONS_MAX
        assert status_of(waiting) is RedemptionStatus.FULFILLED

    print(f"\nwaiting pick-up: {actions} actions, {seconds:.1f} s")  # noqa: T201
    assert min(measured) < SECONDS_MAX


def pick_up(desk, code):
    """Return how many actions and seconds it takes a clerk."""
    began, actions = time.monotonic(), 0
    type_as_scanner(desk, code)
    actions += 1
    desk.wait_for_selector("[data-go]")
    desk.clock.run_for(COMPARING_MS)
    desk.keyboard.press("Enter")
    actions += 1
    desk.wait_for_selector("text=下一位，直接扫码")
    return actions, time.monotonic() - began + COMPARING_MS / 1000


def test_what_a_scanner_types_confirms_nothing_of_the_person_before(
    desk, shop, resident, station_neighbour, now
):
    waiting = reserve(shop, act_as(resident), now)
    # Two Enters at the end of a code, as some scanners send them.
    type_as_scanner(desk, waiting.code)
    desk.wait_for_selector("[data-go]")
    desk.keyboard.press("Enter")
    assert desk.evaluate("document.activeElement.matches('[data-go]')")
    assert status_of(waiting) is RedemptionStatus.RESERVED

    # The next person is scanned while the button of the first one has the focus.
    code = checkins.get_member_code(station_neighbour, now=clock.now())
    type_as_scanner(desk, f"HTTPS://STATION.EXAMPLE/C/{code}")
    desk.wait_for_selector("text=本人在场")
    assert "李*" in desk.inner_text(".who")
    assert status_of(waiting) is RedemptionStatus.RESERVED

    # A bad scan is answered, and the next one works at once; some scanners end with Tab.
    type_as_scanner(desk, "HTTPS://PAY.EXAMPLE/A B")
    desk.wait_for_selector(".verdict--no")
    assert desk.evaluate("document.activeElement.id") == "scan"
    type_as_scanner(desk, waiting.code, end="Tab")
    desk.wait_for_selector("[data-go]")
    assert "王*英" in desk.inner_text(".who")


@pytest.fixture
def station_neighbour(shop, now):
    return make_participant(shop.station, now, name="李强", phone="13803515678")


@pytest.mark.nightly
def test_a_member_code_buys_by_touch_on_a_narrow_screen(
    browser, open_desk, shop, resident, picture
):
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    desk = open_desk(context)
    desk.fill("#scan", checkins.get_member_code(resident, now=clock.now()))
    desk.click(".scan .btn--main")
    desk.click(".good:has-text('牙膏')")
    desk.click("[aria-label^='多换一']")
    picture(desk, "55-desk-narrow")
    check(desk)
    assert desk.evaluate("document.documentElement.scrollWidth") <= 360
    desk.click("[data-go]")
    desk.wait_for_selector("text=下一位，直接扫码")
    picture(desk, "56-desk-narrow-receipt")
    check(desk)
    desk.click("text=牙膏坏了，退换")
    desk.wait_for_selector("text=请没有经手的站管理员")
    picture(desk, "60-desk-return-alone")
    check(desk)
    card = identity.issue_card(actor=SYSTEM, participant_id=resident.id, now=clock.now())
    db.session.rollback()
    desk.fill("#scan", checkins.get_card_code(card))
    desk.press("#scan", "Enter")
    desk.click("text=取消预留，或东西坏了退换")
    desk.click("a:has-text('坏了')")
    desk.wait_for_selector("#note")
    picture(desk, "60-desk-return")
    check(desk)
    # What is scanned while a field has the focus books nothing.
    desk.focus("#note")
    type_as_scanner(desk, "50467804")
    desk.wait_for_timeout(300)
    assert "/returns/" in desk.url
    assert desk.input_value("#note") == "50467804"
    context.close()
    db.session.rollback()
    assert ledger.get_balance(resident.id).balance == 80


def active_at(page):
    """Return when somebody was last seen in any tab, as *page* knows it."""
    return page.evaluate("localStorage.getItem('console.active')")


def test_a_desk_left_alone_locks_and_opens_by_digits(browser, address, shop, now, picture):
    make_staff("zhouhang", now, (Role.CLERK, shop.station))
    token = identity.issue_token(actor=SYSTEM, staff_name="zhouhang", label="desk", now=now)
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN")
    context.add_cookies([{"name": "staff_token", "value": token, "url": address}])
    desk = context.new_page()
    desk.clock.install()
    desk.goto(f"{address}/console/desk/digits")
    picture(desk, "57-desk-digits")
    desk.fill("#pin", "2749")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".deskbar")
    assert desk.inner_text(".deskbar__who .clerk") == "zhouhang"

    desk.clock.fast_forward(4 * 60 * 1000)
    desk.mouse.click(5, 5)
    desk.clock.fast_forward(4 * 60 * 1000)
    assert desk.is_visible(".deskbar")
    # Whoever works in another tab is still there.
    other = context.new_page()
    other.goto(f"{address}/console/desk/digits")
    before = active_at(desk)
    other.mouse.click(5, 5)
    wait_until(desk, lambda: active_at(desk) != before)
    other.close()
    desk.clock.fast_forward(4 * 60 * 1000)
    desk.wait_for_timeout(300)
    assert desk.is_visible(".deskbar")
    desk.clock.fast_forward(70 * 1000)
    desk.wait_for_selector("text=开始值台")
    picture(desk, "58-desk-locked")
    check(desk)
    assert "王" not in desk.content()
    desk.fill("#pin", "2749")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".deskbar")
    context.close()
