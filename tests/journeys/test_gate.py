"""The gate in a real browser: hand scanner, camera, photo, and a line that breaks."""

import pytest

from rewards.access.types import Role
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.db import db
from tests.factories.people import PASSWORD, make_branch, make_participant, make_staff
from tests.factories.world import build_occasion

NEXT_LINE = "() => document.querySelector('[data-verdict]').hasAttribute('aria-busy') === false"


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def station(app, now):
    return make_branch(now)[2]


@pytest.fixture
def resident(station, now):
    return make_participant(station, now, name="王建英")


@pytest.fixture
def occasion(station, now):
    return build_occasion(station, now=now)


@pytest.fixture
def enter(address, station, occasion, now):
    """Return a function that opens the gate as staff in a context of a browser."""
    make_staff("zhouhang", now, (Role.STATION_ADMIN, station))

    def open_gate(context, more=""):
        page = context.new_page()
        page.add_init_script("window.played = [];")
        page.goto(f"{address}/console/sign-in?next=/console/occasions/{occasion.id}/gate{more}")
        page.fill("#name", "zhouhang")
        page.fill("#password", PASSWORD)
        page.click("form .btn--main")
        page.wait_for_selector("[data-sound]:not([hidden])")
        page.evaluate("() => { window.playSound = kind => window.played.push(kind); }")
        return page

    return open_gate


@pytest.fixture
def gate(browser, enter):
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN")
    yield enter(context)
    context.close()


def token_of(person):
    return "HTTP://STATION.EXAMPLE/C/" + checkins.get_member_code(person, now=clock.now())


def scan(page, text):
    """Type as a hand scanner does, wherever the focus is."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def said(page, words):
    page.wait_for_selector(f'[data-title]:has-text("{words}")')
    return page.inner_text("[data-verdict]")


def people(occasion):
    db.session.rollback()
    return checkins.count_attendance([occasion.id])[occasion.id]


def test_a_hand_scanner_types_from_anywhere_and_a_bad_code_stops_nothing(
    gate, occasion, resident, station, now, picture
):
    picture(gate, "40-gate-ready")
    scan(gate, token_of(resident))
    assert "5" in said(gate, "王*英 签到了")
    picture(gate, "41-gate-done")

    gate.focus("[data-sound]")
    scan(gate, resident.number)
    said(gate, "已经签到了")
    picture(gate, "42-gate-already")
    scan(gate, "HTTPS://PAY.EXAMPLE/A")
    assert "卡号" in said(gate, "不是我们的码")
    picture(gate, "43-gate-refused")

    for name in ("李强", "赵敏"):
        other = make_participant(station, now, name=name)
        scan(gate, token_of(other))
        said(gate, other.masked_name)
    assert gate.evaluate("played") == ["done", "already", "refused", "done", "done"]
    assert gate.inner_text("[data-people]") == "3"
    assert people(occasion) == 3
    assert gate.locator(".gate__line").count() == 5
    # The button that had the focus was not pressed by the Enter of the scanner.
    assert gate.get_attribute("[data-sound]", "aria-pressed") == "true"
