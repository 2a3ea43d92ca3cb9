"""From the code on the console's screen to goods in hand, in a real browser."""

import re

import pytest
import zxingcpp
from PIL import Image

from rewards.access.types import Role, SystemActor
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.participants import queries as participants
from rewards.redemptions import queries as redemptions
from rewards.redemptions.types import RedemptionStatus
from tests.factories.redemptions import add_shop
from tests.factories.world import build_occasion

PASSWORD = "a long enough word for a desk"
PHONE = "138 0000 1234"


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def shop(app, now):
    with app.app_context():
        return add_shop(now, points=5, on_hand=1)


@pytest.fixture
def clerk(shop, now):
    staff = identity.create_staff(actor=SystemActor(), name="zhouhang", password=PASSWORD, now=now)
    identity.grant_role(
        actor=SystemActor(),
        staff_id=staff.id,
        role=Role.STATION_ADMIN,
        node_id=shop.station.id,
        now=now,
    )
    return staff


@pytest.fixture
def activity(shop, now):
    return build_occasion(shop.station, now=now, title="邻里读书分享会", place="线下空间")


@pytest.fixture
def console(browser, address, clerk):
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}/console")
    page.fill("#name", "zhouhang")
    page.fill("#password", PASSWORD)
    page.click("form .btn--main")
    yield page
    context.close()


@pytest.fixture
def phone(browser):
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, locale="zh-CN", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def read_code(file):
    """Return what a decoder reads from a picture of a page."""
    (found,) = zxingcpp.read_barcodes(Image.open(file))
    return found.text


def sign_in_and_check_in(phone, picture):
    """Go from the landing to the result as somebody who was never here before."""
    picture(phone, "02-phone-landing")
    phone.click("text=登录并签到")
    picture(phone, "03-phone-sign-in")
    phone.fill("#phone", PHONE)
    phone.click("text=发送验证码")
    picture(phone, "04-phone-code")
    code = re.search(r"(\d{3}) (\d{3})", phone.inner_text(".notice--wait"))
    phone.fill("#code", code[1] + code[2])
    phone.click("form .btn--main")
    picture(phone, "05-phone-name")
    phone.fill("#name", "王建英")
    phone.check("#agree")
    phone.click("form .btn--main")
    picture(phone, "06-phone-result")


def look_around(phone, picture):
    """See the points, the place on the board and the line of the history."""
    phone.click("text=回首页")
    picture(phone, "07-phone-home")
    phone.click(".dock >> text=榜单")
    picture(phone, "08-phone-board")
    assert phone.inner_text(".rank--me .rank__no") == "1"
    phone.click(".dock >> text=明细")
    picture(phone, "09-phone-history")
    assert "邻里读书分享会" in phone.inner_text("main")


def reserve(phone, picture):
    """Reserve the first reward and return what its pick-up code says."""
    phone.click(".dock >> text=兑换")
    picture(phone, "10-phone-rewards")
    phone.click("a.row--thumb")
    picture(phone, "11-phone-reward")
    phone.click("text=用 5 分预留")
    return read_code(picture(phone, "12-phone-pickup"))


def hand_over(console, address, pick_up, picture):
    """Scan the pick-up code at the desk, as a hand scanner does, and confirm."""
    console.goto(f"{address}/console/desk")
    picture(console, "13-console-desk")
    console.keyboard.type(pick_up)
    console.keyboard.press("Enter")
    console.wait_for_selector("[data-go]")
    picture(console, "14-console-person")
    console.click("[data-go]")
    console.wait_for_selector("text=下一位")
    picture(console, "15-console-receipt")


def test_a_resident_scans_checks_in_and_takes_goods_home(
    console, phone, address, activity, picture
):
    console.goto(f"{address}/console/occasions/{activity.id}")
    link = read_code(picture(console, "01-console-occasion"))
    assert link.startswith(address.upper() + "/C/")

    phone.goto(link)
    sign_in_and_check_in(phone, picture)
    assert "签到成功" in phone.inner_text("h1")
    assert "+5" in phone.inner_text(".result")

    look_around(phone, picture)
    pick_up = reserve(phone, picture)
    assert re.fullmatch(r"\d{8}", pick_up)
    hand_over(console, address, pick_up, picture)

    phone.reload()
    picture(phone, "16-phone-collected")
    assert "已经领走了" in phone.inner_text("h1")
    db.session.rollback()
    person = participants.find_by_phone("+8613800001234")
    assert checkins.count_attendance([activity.id]) == {activity.id: 1}
    (redemption,) = redemptions.page_redemptions(participant_id=person.id).items
    assert redemption.status is RedemptionStatus.FULFILLED
    balance = ledger.get_balance(person.id)
    assert (balance.balance, balance.held, balance.earned) == (0, 0, 5)


def test_the_screen_of_an_occasion_shows_a_code_that_checks_in(
    console, phone, address, activity, picture
):
    console.goto(f"{address}/console/occasions/{activity.id}")
    with console.context.expect_page() as opened:
        console.click("text=投到大屏")
    screen = opened.value
    screen.set_viewport_size({"width": 1920, "height": 1080})
    screen.wait_for_selector("svg.qr")

    link = read_code(picture(screen, "20-screen-checkin"))
    phone.goto(link)

    assert "邻里读书分享会" in phone.inner_text("h1")
