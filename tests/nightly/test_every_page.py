"""Every page of the service, as the demo district fills it, for who sees, hears or moves badly.

Pages are found by following links, and by the list of routes where no link leads. Each is
loaded once for each of its tabs and lists; axe-core, the Tab key and, on phones, every size
of text are tried on it. Who is shown what stands in `tests.walking.pages`; what answers a
form or a scan is in `test_answers`.
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
from rewards.participants import queries as participants
from rewards.participants.rules import normalize_phone
from rewards.redemptions import service as redemptions
from rewards.stock import queries as stock
from rewards.stock import service as shelves
from rewards.stockroom import service as stockroom
from rewards.webhooks import service as webhooks
from rewards.wishes import queries as wishes
from tests.conftest import build_settings
from tests.factories.webhooks import SYSTEM, subscribe
from tests.factories.world import act_as
from tests.walking.crawl import PAPERS, Crawl
from tests.walking.looking import Looker, Reader
from tests.walking.pages import SEEN_BY
from tests.walking.serving import open_browser, serve

# Saturday, in the middle of the afternoon in Shanghai.
NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
MANAGER, ADMINISTRATOR = "郑涛", "吴桐"
NARROW, TABLET, TELEVISION = (320, 640), (1024, 768), (1920, 1080)
ENGLISH = {"lang": "en"}


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
        give_to_a_wish(made.participants[0].phone)
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


def give_to_a_wish(phone):
    """Have points given to a neighbor: the thanks are a page."""
    person = participants.find_by_phone(normalize_phone(phone))
    redemptions.give(
        actor=act_as(person),
        participant_id=person.id,
        wish_id=wishes.list_open("")[0].id,
        points=10,
        now=clock.now(),
    )


@pytest.fixture(scope="module")
def judged():
    """The kinds of pages that were looked at, by whomever."""
    return set()


@pytest.fixture
def address(site):
    with serve(site[0]) as address:
        yield address


@pytest.fixture
def browser(chromium):
    with open_browser(chromium) as running:
        yield running


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
    """Return the addresses of codes of what is under way."""
    now = clock.now()
    start, end = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())
    occasions = activities.list_occasions(node_path="", starts_from=start, starts_before=end)
    under_way = [each for each in occasions if each.starts_at <= now < each.ends_at]
    return [f"/C/{checkins.get_display_code(each, now=now).token}" for each in under_way[:3]]


def check(who, crawl, *lookers):
    """Check that nothing was found, and that who walked was shown all that is theirs."""
    faults = {path: told for each in lookers for path, told in each.faults.items()}
    assert faults == {}
    assert SEEN_BY[who] - crawl.list_seen() == set()


def test_pages_for_whoever_comes(site, address, browser, judged):
    crawl = Crawl(site[0], address)
    phone = Looker(is_phone=True, judged=judged)
    desk = Looker(is_phone=False, judged=judged)

    with open_context(browser, address, *NARROW) as context:
        page = context.new_page()
        starts = ["/", "/sign-in", "/problems/not-signed-in", *list_codes()]
        crawl.walk(page, starts, phone, surface="phone")
        crawl.walk(page, ["/problems/not-signed-in", PAPERS], desk, surface="papers")
        crawl.walk(page, ["/console/sign-in"], desk, surface="console")
        crawl.walk(page, ["/screen"], desk, surface="screen")

    check("visitor", crawl, phone, desk)


def test_pages_for_a_resident(site, address, browser, judged):
    app, made = site
    crawl = Crawl(app, address)
    phone = Looker(is_phone=True, judged=judged)

    with open_context(
        browser, address, *NARROW, participant_token=sign_in_resident(made)
    ) as context:
        crawl.walk(context.new_page(), ["/", *list_codes()], phone, surface="phone")

    check("resident", crawl, phone)


def test_pages_for_those_who_read_english(site, address, browser):
    app, made = site
    reader = Reader()

    for cookies in ({}, {"participant_token": sign_in_resident(made)}):
        crawl = Crawl(app, address)
        with open_context(browser, address, *NARROW, **ENGLISH, **cookies) as context:
            starts = ["/", "/sign-in", *list_codes()]
            crawl.walk(context.new_page(), starts, reader, surface="phone")

    assert reader.faults == {}


@pytest.mark.parametrize(("who", "name"), [("manager", MANAGER), ("administrator", ADMINISTRATOR)])
def test_pages_for_staff(site, address, browser, judged, who, name):
    app, made = site
    crawl = Crawl(app, address)
    desk = Looker(is_phone=False, judged=judged)
    token = sign_in_staff(made, name)

    with open_context(browser, address, *TABLET, staff_token=token) as context:
        crawl.walk(context.new_page(), ["/console"], desk, surface="console")
    with open_context(browser, address, *TELEVISION, staff_token=token) as context:
        crawl.walk(context.new_page(), [], desk, surface="screen")

    check(who, crawl, desk)
