"""Tablets without a network as they are used: odd codes, two tabs, slow lines, other days."""

from datetime import timedelta

import pytest

from rewards.activities.types import OccasionKind
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.core import clock
from tests.factories.people import SYSTEM, make_branch, make_participant
from tests.factories.world import build_occasion
from tests.walking.serving import open_browser
from tests.walking.tablets import (
    BANNER,
    Line,
    open_gate,
    rows,
    scan,
    sign_in,
    submit,
    wait_for_upload,
)

SLOW_SECONDS = 5
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEPT_TEXT = """async () => {
  const cache = await caches.open('gate-1');
  const pages = (await cache.keys()).filter(each => !each.url.includes('/static/'));
  return (await Promise.all(pages.map(async each => (await cache.match(each)).text()))).join();
}"""
AGE_PAGES = """async () => {
  const cache = await caches.open('gate-1');
  for (const request of await cache.keys()) {
    if (request.url.includes('/static/')) { continue; }
    const headers = new Headers({ 'X-Kept-At': String(Date.now() - 25 * 60 * 60 * 1000) });
    await cache.put(request, new Response('', { headers }));
  }
  await cache.put('/static/old.js', new Response(''));
}"""
KEPT_KEYS = """async () => (await (await caches.open('gate-1')).keys())
  .map(each => new URL(each.url)).map(each => each.pathname + each.search)"""


@pytest.fixture(scope="module")
def browser(chromium):
    with open_browser(chromium) as running:
        yield running


@pytest.fixture
def line(app):
    line = Line(app)
    yield line
    line.end()


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def station(app, now):
    return make_branch(now)[2]


@pytest.fixture
def occasion(station, now):
    return build_occasion(station, now=now)


@pytest.fixture
def context(browser, line, station, now):
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN")
    sign_in(context, line, "zhouhang", station, now)
    yield context
    context.close()


@pytest.fixture
def people(station, now):
    return [make_participant(station, now, name=f"王{n}") for n in range(4)]


def send(page):
    page.evaluate("window.offlineDesk.send()")


def test_a_visitor_with_an_odd_code_holds_up_nobody(context, line, occasion, people):
    page = open_gate(context, line, occasion)
    number = "".join(chr(ord(digit) + 0xFEE0) for digit in people[0].number)
    code = checkins.get_member_code(people[1], now=clock.now())
    line.cut()
    verdicts = [
        submit(page, f"\u3000{number}\u3000"),
        submit(page, f"HTTPS://X.EXAMPLE/{'喵' * 60}/{'Y' * 130}/C/{code}"),
        submit(page, f"https://visitor.example/{'q' * 300}"),
        scan(page, people[2]),
    ]

    line.mend()
    send(page)
    wait_for_upload(page)

    assert verdicts == ["kept", "kept", "refused", "kept"]
    assert {row.participant_id for row in rows()} == {each.id for each in people[:3]}


def test_a_batch_that_is_refused_is_sent_scan_by_scan(context, line, occasion, people):
    page = open_gate(context, line, occasion)
    line.cut()
    for each in people:
        scan(page, each)

    def refuse(route):
        sent = [each["sequence"] for each in route.request.post_data_json["scans"]]
        route.fulfill(status=400, json={}) if 2 in sent else route.continue_()

    page.route("**/console/gates/uploads", refuse)
    line.mend()
    send(page)
    page.wait_for_selector(f'{BANNER}[data-state="trouble"][data-waiting="1"]')

    assert {row.participant_id for row in rows()} == {people[n].id for n in (0, 2, 3)}


def test_the_name_of_a_gate_is_written_as_the_service_writes_it(context, line, occasion, people):
    page = open_gate(context, line, occasion)
    line.cut()
    page.goto(f"{page.url}?gate=东门\u3000一\u200d号")
    page.wait_for_selector(f'{BANNER}[data-state="offline"]')
    name = page.get_attribute("[data-gate]", "data-name")
    scan(page, people[0])
    line.mend()
    send(page)
    wait_for_upload(page)

    assert name == "东门 一号"
    assert [row.gate for row in rows()] == [name]


def test_two_tabs_of_one_gate_use_no_number_twice(context, line, occasion, people):
    page = open_gate(context, line, occasion)
    line.cut()
    page.reload()
    page.wait_for_selector(f'{BANNER}[data-state="offline"]')
    other = context.new_page()
    other.goto(page.url)
    other.wait_for_selector(f'{BANNER}[data-state="offline"]')
    verdicts = [scan(page, people[0]), scan(page, people[1])]
    # The tab that knows of none of these notes where its clock stands.
    other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    other.evaluate("window.offlineStore.devices().then(all => all.length)")
    verdicts += [scan(other, people[2]), scan(other, people[3])]
    line.mend()
    send(other)
    wait_for_upload(other)

    assert verdicts == ["kept"] * 4
    assert {row.participant_id for row in rows()} == {each.id for each in people}


def test_what_a_colleague_left_for_a_day_is_deleted_with_a_network_too(
    context, line, occasion, station, people, now, monkeypatch
):
    page = open_gate(context, line, occasion)
    line.cut()
    scan(page, people[0])
    line.mend()
    sign_in(context, line, "hejing", station, now)
    page.reload()
    page.wait_for_selector(f'{BANNER}[data-state="foreign"][data-waiting="1"]')

    today = clock.now
    monkeypatch.setattr(clock, "now", lambda: today() + DAY + HOUR)
    send(page)

    page.wait_for_selector(f'{BANNER}[data-state="lost"][data-waiting="0"]')
    assert rows() == []


def test_refused_scans_are_never_called_in(context, line, occasion, station, people):
    page = open_gate(context, line, occasion)
    line.cut()
    scan(page, people[0])
    submit(page, "87654321")
    submit(page, "87654322")
    line.mend()
    send(page)
    page.wait_for_selector(f'{BANNER}[data-state="settle"]')

    assert "2条离线扫码没登上" in page.inner_text(BANNER)


def test_the_count_is_that_of_the_occasion_on_the_page(
    context, line, occasion, station, people, now
):
    other = build_occasion(station, title="合唱", now=now)
    for each in people[1:]:
        service.check_in_by_staff(
            actor=SYSTEM, occasion_id=occasion.id, participant_id=each.id, now=now
        )
    page = open_gate(context, line, other)
    line.cut()
    scan(page, people[0])
    page.goto("about:blank")
    line.mend()
    page = open_gate(context, line, occasion)
    wait_for_upload(page)

    assert page.inner_text("[data-people]") == "3"
    assert len(rows()) == len(people)


def test_who_left_on_a_page_that_was_opened_first_has_left(context, line, station, people, now):
    shift = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, title="热线值班", now=now, starts_in=-5
    )
    address = f"http://127.0.0.1:{line.port}/console/occasions/{shift.id}/gate?direction=out"
    leaving = context.new_page()
    leaving.goto(address)
    leaving.wait_for_selector(f'{BANNER}[data-page="kept"]', state="attached")
    coming = open_gate(context, line, shift)
    line.cut()
    verdicts = [submit(coming, people[0].number), submit(leaving, people[0].number)]
    line.mend()
    send(coming)
    wait_for_upload(coming)

    assert verdicts == ["kept", "kept"]
    assert [row.checked_out_at is not None for row in rows()] == [True]
    coming.wait_for_selector(f'{BANNER}[data-state="sent"]')


def test_a_trouble_stays_while_it_is_tried_again(context, line, occasion, people):
    page = open_gate(context, line, occasion)
    line.cut()
    scan(page, people[0])
    page.route("**/console/gates/uploads", lambda route: route.fulfill(status=500, json={}))
    line.mend()
    send(page)
    page.wait_for_selector(f'{BANNER}[data-state="trouble"]')
    page.evaluate("""() => {
      window.states = new Set();
      new MutationObserver(seen => seen.forEach(() => {
        window.states.add(document.querySelector('[data-offline-desk]').dataset.state);
      })).observe(document.querySelector('[data-offline-desk]'), { attributes: true });
    }""")
    send(page)
    send(page)
    page.wait_for_function("window.states.size > 0")

    assert page.evaluate("[...window.states]") == ["trouble"]


def test_a_slow_line_is_no_reason_to_say_that_there_is_none(context, line, occasion, station, now):
    page = open_gate(context, line, occasion)
    other = build_occasion(station, title="合唱", now=now)
    path = f"/console/occasions/{other.id}/gate"
    line.delays[path] = SLOW_SECONDS

    page.goto(f"http://127.0.0.1:{line.port}{path}")

    assert "合唱" in page.title()
    assert page.is_visible("[data-gate]")


def test_no_name_is_kept_on_a_tablet_and_no_page_for_good(
    context, line, occasion, station, people, now
):
    service.check_in_by_staff(
        actor=SYSTEM, occasion_id=occasion.id, participant_id=people[0].id, now=now
    )
    page = open_gate(context, line, occasion)
    page.reload()
    page.wait_for_selector(f'{BANNER}[data-page="kept"]', state="attached")
    shown, kept = page.inner_text("main"), page.evaluate(KEPT_TEXT)
    page.evaluate(AGE_PAGES)
    other = open_gate(context, line, build_occasion(station, title="合唱", now=now))
    left = other.evaluate(KEPT_KEYS)

    assert people[0].masked_name in shown
    assert people[0].masked_name not in kept
    assert "平板不留名单" in kept
    assert not [each for each in left if str(occasion.id) in each or "old.js" in each]
    assert [each for each in left if "/offline.js" in each or "/offline-codes" in each]


def test_a_page_that_is_not_kept_is_tried_again_at_its_own_address(context, line, occasion):
    page = open_gate(context, line, occasion)
    line.cut()
    wanted = f"http://127.0.0.1:{line.port}/console/residents"
    page.goto(wanted)

    assert page.get_attribute("[data-again]", "href") == wanted
