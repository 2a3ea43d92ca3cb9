"""What answers a form or a scan, by ear, by keyboard and in large letters: no link leads there."""

import pytest

from rewards.access.types import Role
from rewards.core import clock
from rewards.identity import service as identity
from tests.factories.people import SYSTEM, make_staff
from tests.factories.redemptions import add_shop, credit
from tests.factories.world import act_as, build_occasion, build_participant
from tests.walking import axe, keyboard, reading
from tests.walking.serving import open_browser, serve

DESK = {"width": 1024, "height": 768}
# Sends a form from the page that is shown, with its token unless that is to be too old.
SEND = """([action, fields, isOld]) => {
  const token = document.querySelector('[name=csrf_token]');
  const form = document.createElement('form');
  form.method = 'post';
  form.action = action;
  const all = { ...fields, csrf_token: isOld || !token ? 'old' : token.value };
  Object.entries(all).forEach(([name, value]) => {
    const field = document.createElement('input');
    field.type = 'hidden'; field.name = name; field.value = value;
    form.append(field);
  });
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def shop(app, now):
    return add_shop(now, points=5, on_hand=3)


@pytest.fixture
def me(shop, now):
    person = build_participant(shop.station, phone="13800001234", now=now)
    credit(act_as(person), shop.station, 120, now)
    return person


@pytest.fixture
def address(app):
    with serve(app) as address:
        yield address


@pytest.fixture
def browser(chromium):
    with open_browser(chromium) as running:
        yield running


@pytest.fixture
def phone(browser, address, me):
    context = browser.new_context(viewport=reading.NARROW, locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser, address, shop, now):
    make_staff("zhouhang", now, (Role.STATION_ADMIN, shop.station))
    token = identity.issue_token(actor=SYSTEM, staff_name="zhouhang", label="desk", now=now)
    context = browser.new_context(viewport=DESK, locale="zh-CN")
    context.add_cookies([{"name": "staff_token", "value": token, "url": address}])
    yield context.new_page()
    context.close()


class Looker:
    """Looks at answers of forms sent from one page, and keeps what it did not like by name."""

    def __init__(self, page, address, *, is_phone):
        self._page, self._address, self._is_phone = page, address, is_phone
        self.faults = {}

    def look(self, name):
        self._page.evaluate(
            "document.querySelectorAll('details').forEach(each => { each.open = true; })"
        )
        found = axe.find_faults(self._page) + keyboard.find_faults(self._page)
        if self._is_phone:
            found += reading.find_faults(self._page)
        if found:
            self.faults[name] = found

    def open(self, path, status=200):
        assert self._page.goto(self._address + path).status == status, path

    def send(self, start, path, status, *, is_old=False, **fields):
        """Look at the answer of *path* to *fields*, sent from the page at *start*."""
        self.open(start)
        with self._page.expect_navigation() as answered:
            self._page.evaluate(SEND, [path, fields, is_old])
        assert answered.value.status == status, (path, answered.value.status)
        self.look(f"{path} {fields} {status}")


def test_answers_of_the_phone(phone, address, shop, me, now):
    looker = Looker(phone, address, is_phone=True)
    late = build_occasion(shop.station, now=now, starts_in=-60)
    typed = {"phone": "13800001234"}

    looker.send("/sign-in", "/sign-in", 422, phone="12345", action="send")
    looker.send("/sign-in", "/sign-in", 200, action="send", **typed)
    looker.send("/sign-in", "/sign-in", 401, code="000000", asks_code="1", **typed)
    looker.send("/sign-in", "/sign-in", 400, is_old=True, **typed)
    looker.open("/nowhere", 404)
    looker.look("nowhere")
    token = identity.issue_token(actor=SYSTEM, participant_id=me.id, label="phone", now=now)
    phone.context.add_cookies([{"name": "participant_token", "value": token, "url": address}])
    looker.send("/slips", "/check-ins", 422, occasion=str(late.id), digits="000000")
    looker.send("/slips", "/check-outs", 410)
    looker.send("/slips", "/slips", 422, **{"from": "2026-11-20", "to": "2026-11-01"})
    looker.send("/slips", "/board/display", 422)
    looker.send("/slips", "/board/display", 200, nickname="乐队的人", action="preview")
    looker.send("/slips", f"/sign-ups/{late.id}", 409)
    looker.send("/slips", f"/rewards/{shop.reward.id}/reservations", 409, points="4")
    looker.open("/slips/20261234567890", 404)
    looker.look("a slip that there is not")
    phone.set_extra_http_headers({"X-Keeping": "1"})
    for sent in ("", "check-in", "check-out", "sign-in", "sign-up", "reservation", "form"):
        looker.open(f"/offline?sent={sent}")
        looker.look(f"offline {sent}")

    assert looker.faults == {}


def test_answers_of_the_console(desk, address, shop, me, now):
    looker = Looker(desk, address, is_phone=False)
    activity = build_occasion(shop.station, now=now)
    gate = f"/console/occasions/{activity.id}/gate"

    looker.open(gate)
    for raw, told in ((me.number, "签到了"), (me.number, "已经签到"), ("two words", "没有找到")):
        desk.keyboard.type(raw)
        desk.keyboard.press("Enter")
        desk.wait_for_selector(f'[data-title]:has-text("{told}")')
        looker.look(f"gate {told}")
        desk.wait_for_timeout(3100)
    person = f"/console/residents/{me.id}"
    looker.send(person, f"{person}/sign-in-code", 200)
    looker.send(person, f"{person}/sign-in-code", 400, is_old=True)
    looker.open("/console/nowhere", 404)
    looker.look("nowhere")
    looker.send("/console/occasions/new", "/console/occasions/new", 422, title="")
    looker.send("/console/sign-in", "/console/sign-in", 401, name="zhouhang", password="wrong")

    assert looker.faults == {}
