"""The gate in a real browser whose network goes away: nothing is lost, nothing counts twice."""

import time
from datetime import timedelta

import argon2
import pytest

from rewards.activities.types import OccasionKind
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.checkins.types import CheckInChannel
from rewards.core import clock
from rewards.core.db import db
from rewards.gates import queries as gates
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.stock import service as stock
from tests.factories.people import SYSTEM, make_branch, make_participant
from tests.factories.world import build_occasion
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

SCANS = 50
HEARD_SECONDS = 20
SECOND = timedelta(seconds=1)
SLEEP = timedelta(minutes=10)
# What somebody who copies the tablet's storage would have.
READ_KEPT = """async () => {
  const [rows, devices] = [await window.offlineStore.rows(), await window.offlineStore.devices()];
  const open = indexedDB.open('gates');
  await new Promise(resolve => { open.onsuccess = resolve; });
  const asked = open.result.transaction(['keys']).objectStore('keys').getAll();
  await new Promise(resolve => { asked.onsuccess = resolve; });
  open.result.close();
  const text = rows.map(row => Object.values(row).map(each => each instanceof ArrayBuffer
    ? new TextDecoder().decode(each) : String(each)).join(' ')).join(' ');
  return { text, extractable: [asked.result[0].extractable, devices[0].key.extractable] };
}"""
SAY_TYPED = """() => new Promise(resolve => {
  document.addEventListener('gate:verdict', event => resolve(event.detail.title), { once: true });
  window.gate.submit('王建英');
})"""


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
def context(browser, line, station, now, monkeypatch):
    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("rewards.identity.rules._hasher", hasher)
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN")
    sign_in(context, line, "zhouhang", station, now)
    yield context
    context.close()


@pytest.fixture
def gate(context, line, occasion):
    return open_gate(context, line, occasion)


def test_fifty_scans_without_a_network_come_in_each_once(
    gate, context, line, station, now, picture
):
    people = [make_participant(station, now, name=f"王{n}") for n in range(SCANS + 1)]
    before, first, second = people[0], people[1 : SCANS // 2], people[SCANS // 2 :]
    assert scan(gate, before) == "done"

    line.cut()
    verdicts = [scan(gate, each) for each in first]
    picture(gate, "gate-offline")
    gate.reload()
    gate.wait_for_selector(f'{BANNER}[data-state="waiting"]')
    # Who scans again after the page was loaded anew is known still.
    again = scan(gate, first[-1])
    verdicts += [scan(gate, each) for each in second]
    cookies = context.cookies()
    context.clear_cookies()
    line.mend()
    gate.evaluate("window.dispatchEvent(new Event('online'))")
    gate.wait_for_selector(f'{BANNER}[data-state="signed-out"]')
    # Signed in again, with another session: the page that was kept has an old token.
    context.add_cookies([each for each in cookies if each["name"] == "staff_token"])
    gate.evaluate("window.offlineDesk.send()")
    wait_for_upload(gate)
    last = scan(gate, make_participant(station, now, name="孙立"))

    assert last == "done"
    assert verdicts == ["kept"] * SCANS
    assert again == "already"
    came = rows()
    assert len(came) == len({row.participant_id for row in came}) == SCANS + 2
    assert sum(row.is_offline for row in came) == SCANS
    assert {ledger.get_balance(each.id).balance for each in people} == {5}
    assert gates.count_waiting(station.path) == 0


def test_a_page_that_closes_says_that_nothing_waits_on_it(gate, occasion):
    wait_for_upload(gate)
    before = timedelta(minutes=1)
    span = {"since": clock.now() - before, "until": clock.now() + before}
    assert gates.has_silent(occasion.id, **span)

    gate.goto("about:blank")
    deadline = time.monotonic() + HEARD_SECONDS
    while gates.has_silent(occasion.id, **span) and time.monotonic() < deadline:
        db.session.rollback()
        time.sleep(0.05)
    assert not gates.has_silent(occasion.id, **span)


@pytest.mark.nightly
def test_a_gate_that_was_left_alone_says_so_before_the_next_person_comes(gate, context, picture):
    wait_for_upload(gate)
    context.clear_cookies()
    gate.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    gate.wait_for_selector(f'{BANNER}[data-state="locked"]')
    assert "登录过期了，先登录再扫" in gate.inner_text(BANNER)
    picture(gate, "gate-locked")


@pytest.mark.nightly
def test_the_time_a_tablet_slept_is_counted(context, line, occasion, station, now, monkeypatch):
    context.add_init_script("""
      const real = Date.now;
      window.ahead = 0;
      Date.now = () => real() + window.ahead;
    """)
    people = [make_participant(station, now, name=name) for name in ("王建英", "李桂芳")]
    page = open_gate(context, line, occasion)
    line.cut()
    submit(page, people[0].number)

    # Asleep, only the clock on the wall goes on: that of the tablet and ours.
    awake = clock.now
    monkeypatch.setattr(clock, "now", lambda: awake() + SLEEP)
    page.evaluate("span => { window.ahead = span }", SLEEP.total_seconds() * 1000)
    submit(page, people[1].number)
    line.mend()
    page.evaluate("window.offlineDesk.send()")
    wait_for_upload(page)

    at = {row.participant_id: row.checked_in_at for row in rows()}
    slept = at[people[1].id] - at[people[0].id]
    assert SLEEP <= slept < SLEEP + 10 * SECOND


@pytest.mark.nightly
def test_leaving_is_kept_as_leaving(context, line, station, now):
    shift = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, title="热线值班", now=now, starts_in=-5
    )
    resident = make_participant(station, now, name="王建英")
    service.check_in_by_staff(
        actor=SYSTEM, occasion_id=shift.id, participant_id=resident.id, now=now
    )
    page = open_gate(context, line, shift)

    line.cut()
    page.click("nav.tabs a:not([aria-current])")
    page.wait_for_selector(f'{BANNER}[data-state="offline"]')
    verdict = scan(page, resident)
    line.mend()
    page.evaluate("window.offlineDesk.send()")
    wait_for_upload(page)

    assert verdict == "kept"
    assert [row.checked_out_at is not None for row in rows()] == [True]


def test_goods_wait_for_the_network(context, line, station, now):
    stock.create_space(actor=SYSTEM, node_id=station.id, name="线下空间", now=now)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{line.port}/console/desk")
    with_network = page.is_visible("[data-online-only]")
    context.set_offline(True)

    page.wait_for_selector("[data-online-only]:not([hidden])")
    assert not with_network
    assert "没有网络，先别给货" in page.inner_text("main")


@pytest.mark.nightly
def test_a_colleague_leaves_scans_to_who_made_them(gate, context, line, occasion, station, now):
    """The colleague signs out, so that whoever made them can sign in and upload them."""
    resident, other = (make_participant(station, now, name=name) for name in ("王建英", "李桂芳"))
    before = [each for each in context.cookies() if each["name"] == "staff_token"]
    line.cut()
    scan(gate, resident)
    line.mend()

    sign_in(context, line, "hejing", station, now)
    gate.reload()
    gate.wait_for_selector(f'{BANNER}[data-state="foreign"][data-waiting="1"]')
    line.cut()
    scan(gate, other)
    line.mend()
    gate.click("[data-state-words=foreign] a")
    with gate.expect_navigation(url="**/console/sign-in**"):
        gate.click("form[data-leaving] button")
    of_colleague = {row.participant_id for row in rows()}
    context.add_cookies(before)
    page = open_gate(context, line, occasion)
    wait_for_upload(page)

    assert of_colleague == {other.id}
    assert {row.participant_id for row in rows()} == {resident.id, other.id}


def test_the_list_of_the_gate_says_what_came_of_each(gate, line, station, now):
    resident, gone = (make_participant(station, now, name=name) for name in ("王建英", "李桂芳"))
    card = identity.issue_card(actor=SYSTEM, participant_id=resident.id, now=now)
    code = f"HTTPS://STATION.EXAMPLE/C/{checkins.get_card_code(card)}"
    badges = "[...document.querySelectorAll('[data-log] .badge')].map(each => each.textContent)"
    line.cut()
    verdicts = [submit(gate, code), submit(gate, gone.number), submit(gate, "87654321")]
    waiting = gate.evaluate(badges)
    again = gate.evaluate("window.offlineDesk.take({ raw: '" + code + "', direction: 'in' })")

    line.mend()
    gate.evaluate("window.offlineDesk.send()")
    gate.wait_for_selector(f'{BANNER}[data-state="settle"]')

    assert verdicts == ["kept"] * 3
    assert again["verdict"] == "already"
    assert waiting == ["待补"] * 3
    assert gate.evaluate(badges) == ["没有这个卡号", "签到", "签到"]
    assert {row.channel for row in rows()} == {CheckInChannel.CARD, CheckInChannel.STAFF}


@pytest.mark.nightly
def test_a_scan_that_the_service_stumbles_over_holds_up_no_other(gate, line, station, now):
    people = [make_participant(station, now, name=f"王{n}") for n in range(3)]
    line.cut()
    for each in people:
        scan(gate, each)

    def stumble(route):
        sent = [each["sequence"] for each in route.request.post_data_json["scans"]]
        route.fulfill(status=500, json={}) if 2 in sent else route.continue_()

    gate.route("**/console/gates/uploads", stumble)
    line.mend()
    gate.evaluate("window.offlineDesk.send()")
    gate.wait_for_selector(f'{BANNER}[data-state="trouble"][data-waiting="1"]')

    assert {row.participant_id for row in rows()} == {people[0].id, people[2].id}


@pytest.mark.nightly
def test_what_waited_for_a_day_is_deleted_and_counted(context, line, occasion, station, now):
    context.add_init_script("""
      const real = performance.now.bind(performance);
      window.awake = 0;
      performance.now = () => real() + window.awake;
    """)
    resident = make_participant(station, now, name="王建英")
    page = open_gate(context, line, occasion)
    line.cut()
    scan(page, resident)

    page.evaluate("window.awake = 25 * 60 * 60 * 1000")
    page.evaluate("window.offlineDesk.send()")

    page.wait_for_selector(f'{BANNER}[data-state="lost"][data-waiting="0"]')
    assert "1条放了超过24小时，已清除" in page.inner_text(BANNER)


def test_a_clock_that_is_put_right_without_a_network_loses_nothing(
    context, line, occasion, station, now
):
    context.add_init_script("""
      const real = Date.now;
      Date.now = () => real() + Number(localStorage.getItem('ahead'));
    """)
    resident = make_participant(station, now, name="王建英")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{line.port}/console/sign-in")
    page.evaluate("localStorage.setItem('ahead', -3 * 24 * 60 * 60 * 1000)")
    page = open_gate(context, line, occasion)
    line.cut()
    scan(page, resident)

    page.evaluate("localStorage.setItem('ahead', 0)")
    page.reload()
    page.wait_for_selector(f'{BANNER}[data-waiting="1"]')
    line.mend()
    page.evaluate("window.offlineDesk.send()")
    wait_for_upload(page)

    assert [row.participant_id for row in rows()] == [resident.id]


def test_clocks_and_lost_answers_change_nothing(context, line, occasion, station, now):
    """The tablet's clock is a day behind, set ahead by two, set back; an answer gets lost."""
    context.add_init_script("""
      const real = Date.now;
      window.ahead = -24 * 60 * 60 * 1000;
      Date.now = () => real() + window.ahead;
    """)
    people = [make_participant(station, now, name=name) for name in ("王建英", "李桂芳", "孙立")]
    page = open_gate(context, line, occasion)

    line.cut()
    began = clock.now()
    verdicts = []
    for person in people:
        verdicts.append(scan(page, person))
        page.evaluate("window.ahead = -window.ahead")
    kept = page.evaluate(READ_KEPT)
    ended = clock.now()
    answers = []

    def lose_first(route):
        answers.append(route.fetch().json())
        route.abort() if len(answers) == 1 else route.fulfill(json=answers[-1])

    page.route("**/console/gates/uploads", lose_first)
    line.mend()
    page.evaluate("window.offlineDesk.send()")
    page.wait_for_selector(f'{BANNER}[data-waiting="3"]')
    page.evaluate("window.offlineDesk.send()")
    wait_for_upload(page)

    assert verdicts == ["kept"] * 3
    assert people[0].number not in kept["text"]
    assert kept["extractable"] == [False, False]
    assert answers[0]["outcomes"] == answers[1]["outcomes"]
    came = rows()
    assert {row.participant_id for row in came} == {person.id for person in people}
    assert all(began - SECOND <= row.checked_in_at <= ended + SECOND for row in came)


def test_a_tablet_keeps_nothing_of_who_signed_out(gate, context, line, station, now, picture):
    resident = make_participant(station, now, name="王建英")
    line.cut()
    typed = gate.evaluate(SAY_TYPED)
    scan(gate, resident)
    gate.goto(f"http://127.0.0.1:{line.port}/console/desk")
    gate.wait_for_selector("[data-kept]:not([hidden]) a")
    picture(gate, "console-offline")
    shown = gate.inner_text("main")
    line.mend()
    gate.goto(f"http://127.0.0.1:{line.port}/console")
    with gate.expect_navigation(url="**/console/sign-in**"):
        gate.click("form[data-leaving] button")
    left = gate.evaluate("""async () => ({
      databases: (await indexedDB.databases()).map(each => each.name),
      caches: await caches.keys(),
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    })""")

    assert typed == "没有网络，不能按姓名或手机号找"
    assert "物品不能离线交付" in shown
    assert "环境清洁日" in shown
    assert left == {"databases": [], "caches": [], "workers": 0}
    assert [row.participant_id for row in rows()] == [resident.id]
