"""Every page of the service, as the demo district fills it, for who sees, hears or moves badly.

Pages are found by following links, and by the list of routes where no link leads. Each is
loaded once for each of its tabs and lists; axe-core, the Tab key and, on phones, every size
of text are tried on it. What answers a form or a scan is in `test_answers`.
"""

import shutil
from datetime import UTC, datetime

import pytest

from rewards.activities import queries as activities
from rewards.app import create_app
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.db import db
from rewards.demo import service as demo
from rewards.identity import service as identity
from rewards.network import queries as network
from rewards.stock import queries as stock
from rewards.stock import service as shelves
from rewards.stockroom import service as stockroom
from rewards.webhooks import service as webhooks
from tests.conftest import build_settings
from tests.factories.webhooks import SYSTEM, subscribe
from tests.walking import axe, keyboard, reading
from tests.walking.crawl import PAPERS, Crawl
from tests.walking.serving import open_browser, serve

# Saturday, in the middle of the afternoon in Shanghai.
NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
MANAGER, ADMINISTRATOR = "郑涛", "吴桐"
# What is no page, or one that a link opens in a moment that the demo does not have.
NOT_SEEN = {
    "/offline": "for the worker of a phone to keep; see test_answers",
    "/pictures/<string(length=64):digest>.jpg": "a photograph, and the demo has none",
    "/pictures/<string(length=64):digest>-small.jpg": "the same, small",
    "/BOARD": "leads on to the board of the phone",
    "/S/<code>": "leads on to the console, where a screen is paired",
    "/SLIPS/<number>": "the same as /slips/<number>, in the capitals of a code",
    "/card/code": "a part of /card",
    "/console/occasions/<uuid:occasion_id>/code": "a part of the page of the occasion",
    "/console/gates/state": "for a tablet at a gate to ask",
    "/console/spaces": "leads on to the space of the station",
    "/wechat/sign-in": "leads on to WeChat, where there is an account for it",
    "/wechat/callback": "comes back from there",
    "/screen/paired": "for a television that was just paired",
    "/screen/preview/<uuid:screen_id>": "no screen is paired in the demo",
    "/console/screens/<uuid:screen_id>": "no screen is paired in the demo",
    "/console/boards/<period>/<start>": "no period is closed in the demo",
    "/console/desk/receipt": "goods were just handed over; see journeys/test_desk",
    "/console/desk/receipt.pdf": "the same on paper",
    "/console/desk/clerks": "nobody set digits on this tablet; see journeys/test_desk",
    "/console/desk/returns/<uuid:redemption_id>": "linked to from a person at the desk",
    "/console/gates/scans/<uuid:scan_id>": "no scan of an offline desk waits in the demo",
    "/console/series/<uuid:series_id>": "the demo plans without series",
    "/console/series/<uuid:series_id>/edit": "the demo plans without series",
    "/sign-ups/<uuid:occasion_id>/cancel": "nobody signed up in the demo",
}


@pytest.fixture(scope="module")
def demo_clock():
    """The service's own clock on NOW, running; that of the browser's driver stays as it is."""
    ahead = NOW - clock.now()
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(clock, "now", lambda: datetime.now(UTC) + ahead)
        yield


@pytest.fixture(scope="module")
def site(demo_clock, sqlite_template, tmp_path_factory):
    """The application with the demo loaded, and the sign-ins to it."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copyfile(sqlite_template, folder / "rewards.db")
    app = create_app(build_settings(folder, f"sqlite:///{folder}/rewards.db"))
    with app.app_context():
        made = demo.load(
            size="demo",
            now=clock.now(),
            keep_sign_ins=lambda made: None,
            on_progress=lambda done, total: None,
        )
        add_webhook()
        work_in_the_stockroom()
        yield app, made
        db.session.remove()
        db.engine.dispose()


def add_webhook():
    """Have somebody told of what happens: a demo on a stranger's machine tells nobody."""
    (center, *_others) = network.list_centers()
    webhook = subscribe(center, clock.now(), url="https://data.example.org/").subscription
    webhooks.send_test(actor=SYSTEM, subscription_id=webhook.id, now=clock.now())


def work_in_the_stockroom():
    """Have things on their way between two spaces, and a shelf that is being counted."""
    now = clock.now()
    here = stock.list_spaces()[0]
    there = shelves.create_space(actor=SYSTEM, node_id=here.node_id, name="第二空间", now=now)
    item = next(each for each in stock.list_rewards(here.id) if each.available > 1)
    shelves.create_reward(
        actor=SYSTEM, space_id=there.id, name=item.name, points=item.points, now=now
    )
    stockroom.send(
        actor=SYSTEM,
        from_space_id=here.id,
        to_space_id=there.id,
        pieces={item.id: 1},
        now=now,
    )
    stockroom.start(actor=SYSTEM, space_id=here.id, now=now)


@pytest.fixture
def address(site):
    with serve(site[0]) as address:
        yield address


@pytest.fixture
def browser(chromium):
    with open_browser(chromium) as running:
        yield running


class Looker:
    """Looks at each page in every way, and remembers what it did not like."""

    def __init__(self, *, is_phone):
        self._is_phone = is_phone
        self.faults = {}
        self.pages = 0

    def __call__(self, page, path):
        self.pages += 1
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        found = axe.find_faults(page) + keyboard.find_faults(page)
        if self._is_phone:
            found += reading.find_faults(page)
        if found:
            self.faults[path] = found


def open_context(browser, address, width, height, **cookies):
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    context.set_default_timeout(60_000)
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
    )
    return context


def sign_in_resident(made):
    phone = made.participants[0].phone
    sent = identity.send_code(phone=phone, now=clock.now())
    signed_in = identity.sign_in_participant(
        phone=phone, code=sent.code, name=None, home_node_id=None, agreed=False, now=clock.now()
    )
    return signed_in.token


def sign_in_staff(made, name):
    (mine,) = (each for each in made.staff if each.name == name)
    signed_in = identity.sign_in_staff(
        name=name, password=mine.password, totp=None, now=clock.now()
    )
    return signed_in.token


def list_codes():
    """Return the addresses of codes of today."""
    now = clock.now()
    start, end = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())
    occasions = activities.list_occasions(node_path="", starts_from=start, starts_before=end)
    return [f"/C/{checkins.get_display_code(each, now=now).token}" for each in occasions[:3]]


def test_every_page_is_for_everybody(site, address, browser):
    app, made = site
    crawl = Crawl(app, address)
    phone, desk = Looker(is_phone=True), Looker(is_phone=False)

    with open_context(browser, address, 320, 640) as context:
        page = context.new_page()
        crawl.walk(page, ["/", "/sign-in", "/problems/not-signed-in"], phone, surface="phone")
        crawl.walk(page, ["/problems/not-signed-in", PAPERS], desk, surface="papers")
        crawl.walk(page, ["/console/sign-in"], desk, surface="console", is_whole=False)
        crawl.walk(page, ["/screen"], desk, surface="screen")
    crawl.forget()
    token = sign_in_resident(made)
    with open_context(browser, address, 320, 640, participant_token=token) as context:
        crawl.walk(context.new_page(), ["/", *list_codes()], phone, surface="phone")
    for name in (MANAGER, ADMINISTRATOR):
        token = sign_in_staff(made, name)
        crawl.forget()
        with open_context(browser, address, 1024, 768, staff_token=token) as context:
            crawl.walk(context.new_page(), ["/console"], desk, surface="console")
        with open_context(browser, address, 1920, 1080, staff_token=token) as context:
            crawl.walk(context.new_page(), [], desk, surface="screen")

    assert phone.faults | desk.faults == {}
    assert [rule for rule in crawl.list_unseen() if rule not in NOT_SEEN] == []
