"""The gate in a real browser: hand scanner, camera, photo, and a line that breaks."""

from contextlib import closing
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from rewards.access.types import Role
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.web import qr, security
from tests.engines.camera import film
from tests.factories.people import SYSTEM, make_branch, make_participant, make_staff
from tests.factories.world import build_occasion
from tests.walking.serving import FLAGS
from tests.walking.waiting import wait_until

# A browser that says it reads codes by itself, and then cannot.
BROKEN_READER = """window.BarcodeDetector = function () {
  this.detect = function () { return Promise.reject(new Error('no service')); };
};
window.BarcodeDetector.getSupportedFormats = function () { return Promise.resolve(['qr_code']); };
"""
# The notes that each answer is made of: how high, and of which shape.
SOUNDS = """() => {
  const make = AudioContext.prototype.createOscillator;
  const sounds = {};
  ['done', 'already', 'refused', 'kept'].forEach(kind => {
    const voices = [];
    AudioContext.prototype.createOscillator = function () {
      const voice = make.call(this);
      voices.push(voice);
      return voice;
    };
    window.playSound(kind);
    sounds[kind] = voices.map(voice => [voice.frequency.value, voice.type]);
  });
  AudioContext.prototype.createOscillator = make;
  return sounds;
}"""


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
    token = identity.issue_token(actor=SYSTEM, staff_name="zhouhang", label="desk", now=now)

    def open_gate(context):
        context.add_cookies([{"name": "staff_token", "value": token, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/console/occasions/{occasion.id}/gate")
        page.wait_for_selector("[data-sound]:not([hidden])")
        page.evaluate("""() => {
          const play = window.playSound;
          window.played = [];
          window.playSound = kind => { window.played.push(kind); play(kind); };
        }""")
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    errors = []
    yield open_gate
    assert errors == []


@pytest.fixture
def gate(browser, enter):
    """The gate in a browser that cannot keep anything for later: its own answers are meant here."""
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN")
    context.add_init_script("delete Navigator.prototype.serviceWorker;")
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
    scan(gate, "two words")
    said(gate, "没有找到")
    scan(gate, resident.number)
    said(gate, "已经签到了")
    picture(gate, "42-gate-already")
    scan(gate, "HTTPS://PAY.EXAMPLE/A")
    assert "卡号" in said(gate, "不是我们的码")
    picture(gate, "43-gate-refused")

    # Two in a breath: each is answered, in the order in which they came.
    others = [make_participant(station, now, name=name) for name in ("李强", "赵敏")]
    for other in others:
        scan(gate, token_of(other))
    said(gate, others[1].masked_name)
    lines = gate.locator(".gate__line .name").all_inner_texts()
    assert lines[:2] == [others[1].masked_name, others[0].masked_name]
    assert gate.evaluate("played") == ["done", "refused", "already", "refused", "done", "done"]
    assert gate.inner_text("[data-people]") == "3"
    assert people(occasion) == 3
    assert gate.locator(".gate__line").count() == 6
    # The button that had the focus was pressed neither by Enter nor by the space.
    assert gate.get_attribute("[data-sound]", "aria-pressed") == "true"


@pytest.mark.nightly
def test_each_answer_sounds_like_no_other_and_the_tablet_remembers_to_be_quiet(gate):
    gate.keyboard.press("Shift")
    gate.wait_for_timeout(100)
    sounds = gate.evaluate(SOUNDS)
    assert len({str(notes) for notes in sounds.values()}) == len(sounds) == 4
    highest = {kind: max(note[0] for note in notes) for kind, notes in sounds.items()}
    assert 4 * highest["refused"] < highest["done"] < 1400
    assert len({note[0] for note in sounds["already"]}) == 1

    gate.click("[data-sound]")
    assert gate.inner_text("[data-sound]") == "声音关了"
    assert gate.evaluate(SOUNDS) == {"done": [], "already": [], "refused": [], "kept": []}
    gate.reload()
    gate.wait_for_selector("[data-off]:not([hidden])")


@pytest.fixture
def own_card(browser, address, resident, now):
    """A picture of the card on the resident's own phone, as its page shows it."""
    token = identity.issue_token(actor=SYSTEM, participant_id=resident.id, label="phone", now=now)
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN")
    context.add_cookies([{"name": "participant_token", "value": token, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/card")
    yield Image.open(BytesIO(page.screenshot()))
    context.close()


def test_the_camera_reads_the_code_of_a_phone_once_and_goes_on_looking(
    browser, chromium, enter, own_card, occasion, tmp_path, monkeypatch, picture
):
    flags = film(own_card, tmp_path / "camera.y4m")
    # The browser of the module has its engine running; this one needs another camera.
    seeing = browser.browser_type.launch(executable_path=chromium, args=[*FLAGS, *flags])
    with closing(seeing):
        context = seeing.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN")
        context.add_init_script(BROKEN_READER)
        gate = enter(context)

        gate.click("[data-camera]")
        assert "5" in said(gate, "王*英 签到了")
        picture(gate, "44-gate-camera")
        # Held before the camera, longer than a scan counts as the same one.
        gate.wait_for_timeout(3300)

        assert gate.evaluate("played") == ["done"]
        assert people(occasion) == 1
        gate.click("[data-camera]")
        assert gate.is_hidden("[data-viewer]")
        assert gate.evaluate("document.querySelector('[data-video]').srcObject") is None

        # The control: where the page may not run it, the reader says so and nothing hangs.
        monkeypatch.setattr(security, "allow_camera", lambda response: response)
        gate.reload()
        gate.click("[data-camera]")
        gate.wait_for_selector("[data-trouble]:not([hidden])")


@pytest.mark.nightly
def test_a_photo_is_read_and_one_without_a_code_says_so(gate, resident, tmp_path):
    page, code = tmp_path / "page.png", tmp_path / "code.png"
    Image.new("RGB", (800, 600), "white").save(page)
    code.write_bytes(qr.qr_png(token_of(resident)))

    gate.set_input_files("[data-photo]", page)
    assert "近一点" in said(gate, "照片里没看到码")
    # The phone held out is meant, and not the poster on the wall behind it.
    far = Image.open(BytesIO(qr.qr_png("HTTPS://STATION.EXAMPLE/C/POSTER"))).resize((180, 180))
    near = Image.open(BytesIO(qr.qr_png(token_of(resident)))).resize((420, 420))
    both = Image.new("RGB", (800, 600), "white")
    both.paste(far, (20, 20))
    both.paste(near, (340, 150))
    both.save(code)
    gate.set_input_files("[data-photo]", code)
    said(gate, "王*英 签到了")
    assert gate.evaluate("played") == ["refused", "done"]

    # A browser that reads codes by itself is asked first.
    gate.evaluate("""() => {
      window.BarcodeDetector = function () {
        this.detect = () => Promise.resolve([
          { rawValue: 'near', boundingBox: { width: 9, height: 9 } },
          { rawValue: 'far', boundingBox: { width: 2, height: 2 } },
        ]);
      };
      window.BarcodeDetector.getSupportedFormats = () => Promise.resolve(['qr_code']);
    }""")
    read = "() => window.readPhoto(document.querySelector('[data-photo]').files[0])"
    gate.evaluate(
        "document.querySelector('[data-photo]').addEventListener('change', "
        "event => event.stopImmediatePropagation(), { capture: true })"
    )
    gate.set_input_files("[data-photo]", page)
    assert gate.evaluate(read) == "near"


def test_a_broken_line_loses_no_scan_and_stops_nothing(gate, occasion, resident, station, now):
    other = make_participant(station, now, name="李强")
    gate.route("**/scans", lambda route: route.abort())
    scan(gate, resident.number)
    assert "还没有签到" in said(gate, "没记上，网络断了")

    gate.evaluate("""() => {
      window.taken = [];
      window.offlineDesk = {
        take: scan => { window.taken.push(scan); return null; }, isOffline: () => false
      };
    }""")
    scan(gate, resident.number)
    said(gate, "先记下了")
    (taken,) = gate.evaluate("taken")
    assert taken["raw"] == resident.number
    assert (taken["gate"], taken["direction"]) == ("", "in")
    assert abs(taken["at"] / 1000 - clock.now().timestamp()) < 5

    gate.unroute("**/scans")
    scan(gate, other.number)
    said(gate, "李* 签到了")
    assert gate.evaluate("played") == ["refused", "kept", "done"]
    assert people(occasion) == 1

    gate.context.clear_cookies(name="staff_token")
    scan(gate, "10000019")
    assert "重新登录" in said(gate, "您的登录过期了")
    assert "/gate" in gate.get_attribute("[data-steps] a", "href")


def test_what_could_not_be_asked_is_scanned_again_and_heard(gate, resident):
    gate.route("**/scans", lambda route: route.fulfill(status=500))
    # It stands still: what is tried again, and when, hangs on no span of time.
    gate.clock.install()
    gate.clock.pause_at(clock.now() + timedelta(minutes=1))
    held = f"() => window.gate.submit('{resident.number}', {{ source: 'camera' }})"

    scan(gate, resident.number)
    assert "再扫一次" in said(gate, "没记上，是我们的问题")
    scan(gate, resident.number)
    gate.wait_for_selector("[data-log] .gate__line:nth-child(2)")
    # Held before the camera it is asked for once in a while, and not with each picture.
    assert gate.evaluate(held)
    gate.wait_for_selector("[data-log] .gate__line:nth-child(3)")
    assert not gate.evaluate(held)
    gate.clock.fast_forward(2100)
    gate.unroute("**/scans")
    assert gate.evaluate(held)
    said(gate, "王*英 签到了")
    assert not gate.evaluate(held)


@pytest.mark.nightly
def test_a_line_that_hangs_is_given_up_after_four_seconds(gate, resident):
    gate.route("**/scans", lambda route: None)
    gate.evaluate("""() => {
      window.offlineDesk = { take: () => Promise.resolve(null), isOffline: () => false };
    }""")
    gate.clock.install()

    scan(gate, resident.number)
    gate.clock.fast_forward(1300)
    assert gate.is_visible("[data-slow]")
    gate.clock.fast_forward(2600)
    assert gate.evaluate("played") == []
    gate.clock.fast_forward(200)
    said(gate, "先记下了")
    assert gate.is_hidden("[data-slow]")


def test_who_was_scanned_counts_though_the_page_is_left(gate, address, occasion, station, now):
    crowd = [make_participant(station, now) for _each in range(9)]
    place = gate.url
    gate.evaluate(
        """numbers => {
          numbers.forEach(number => window.gate.submit(number));
          document.querySelector('.gatebar__back').click();
        }""",
        [each.number for each in crowd[:5]],
    )
    gate.wait_for_url(f"{address}/console/occasions/{occasion.id}")
    assert people(occasion) == 5

    # However it is left: by the button of the browser, too.
    gate.goto(place)
    gate.wait_for_selector("[data-sound]:not([hidden])")
    gate.evaluate(
        """numbers => {
          numbers.forEach(number => window.gate.submit(number));
          window.location.href = '/console';
        }""",
        [each.number for each in crowd[5:]],
    )
    gate.wait_for_url(f"{address}/console")
    wait_until(gate, lambda: people(occasion) >= 9)
    assert people(occasion) == 9


def test_undoing_that_hangs_covers_no_newer_answer(gate, resident, station, now):
    other = make_participant(station, now, name="李强")
    scan(gate, resident.number)
    said(gate, "王*英 签到了")
    gate.route("**/undo", lambda route: None)
    gate.clock.install()
    gate.click("[data-undo] button")
    scan(gate, other.number)
    said(gate, "李* 签到了")

    gate.clock.fast_forward(4100)
    gate.wait_for_selector('.gate__line:has-text("没有撤销")')

    assert "李* 签到了" in gate.inner_text("[data-title]")
    assert gate.is_visible("[data-undo] button")


@pytest.mark.nightly
def test_an_answer_that_got_lost_is_asked_for_again(gate, occasion, resident):
    lost = []

    def lose(route):
        if not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    gate.route("**/scans", lose)
    scan(gate, resident.number)

    assert "5" in said(gate, "王*英 签到了")
    assert lost[0].json()["verdict"] == "done"
    assert gate.evaluate("played") == ["done"]
    assert people(occasion) == 1


@pytest.mark.nightly
def test_a_slip_of_the_hand_is_taken_back_and_scanned_again(gate, occasion, resident, picture):
    scan(gate, resident.number)
    said(gate, "王*英 签到了")
    gate.route("**/undo", lambda route: route.abort())
    gate.click("[data-undo] button")
    assert "签到可能还在" in said(gate, "没有撤销")
    gate.unroute("**/undo")

    gate.click("[data-undo] button")
    said(gate, "撤销了")
    picture(gate, "45-gate-undone")
    assert gate.inner_text("[data-people]") == "0"
    assert gate.is_hidden("[data-undo]")

    # At once: it is no repetition of what was taken back.
    scan(gate, resident.number)
    said(gate, "王*英 签到了")
    assert gate.evaluate("played") == ["done", "refused", "undone", "done"]
    assert people(occasion) == 1


def test_by_keyboard_alone_a_name_becomes_a_check_in(gate, resident, station, now):
    make_participant(station, now, name="王建国")
    gate.focus("#raw")
    gate.keyboard.type("王建")
    gate.keyboard.press("Enter")
    said(gate, "找到2人")
    chosen = gate.evaluate("document.activeElement.getAttribute('aria-label')")
    gate.keyboard.press("Enter")

    answer = said(gate, "签到了")
    assert answer.split()[0] in chosen
    assert gate.is_hidden("[data-choices]")
