"""The reader of the gate in a real browser: bad photographs, and a camera without a network."""

import base64
import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from benchmarks import frames, photographs
from benchmarks.photographs import Camera
from rewards.access.types import Role
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.identity import service as identity
from rewards.web import qr
from tests.engines.camera import film
from tests.factories.people import SYSTEM, make_branch, make_participant, make_staff
from tests.factories.world import build_occasion
from tests.walking.serving import FLAGS, open_browser, serve

PHOTOGRAPHS = 40
READ_MIN = 0.95
READ = """async data => {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  return window.readPhoto(new File([bytes], 'photo.jpg', { type: 'image/jpeg' }));
}"""


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def station(app, now):
    return make_branch(now)[2]


@pytest.fixture
def gate(station, now):
    """Return a function that opens a gate in a browser, at an address."""
    occasion = build_occasion(station, now=now)
    make_staff("zhouhang", now, (Role.STATION_ADMIN, station))
    token = identity.issue_token(actor=SYSTEM, staff_name="zhouhang", label="desk", now=now)

    def enter(browser, address):
        context = browser.new_context(locale="zh-CN")
        context.add_cookies([{"name": "staff_token", "value": token, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/console/occasions/{occasion.id}/gate")
        page.wait_for_selector("[data-ways]:not([hidden])")
        return page

    return enter


def test_the_page_reads_bad_photographs_of_every_kind(app, chromium, gate, tmp_path):
    kinds = frames.collect(tmp_path)
    found = Counter()
    with serve(app) as address, open_browser(chromium) as browser:
        page = gate(browser, address)
        for kind, subjects in kinds.items():
            chance = np.random.default_rng([frames.SEED, *kind.encode()])
            for number in range(PHOTOGRAPHS):
                subject = subjects[number % len(subjects)]
                photograph = photographs.photograph(subject, chance, camera=Camera())
                file = io.BytesIO()
                photograph.save(file, "JPEG", quality=90)
                text = page.evaluate(READ, base64.b64encode(file.getvalue()).decode())
                assert text in ("", subject.text)
                found[kind] += text == subject.text

    assert min(found[kind] for kind in kinds) >= READ_MIN * PHOTOGRAPHS, found


def test_the_camera_reads_on_without_a_network(app, chromium, gate, station, now, tmp_path):
    person = make_participant(station, now, name="王建英")
    card = identity.issue_card(actor=SYSTEM, participant_id=person.id, now=now)
    symbol = qr.qr_png(f"HTTPS://STATION.EXAMPLE/C/{checkins.get_card_code(card)}")
    flags = film(Image.open(io.BytesIO(symbol)).resize((400, 400)), tmp_path / "camera.y4m")
    with open_browser(chromium) as other:
        seeing = other.browser_type.launch(executable_path=chromium, args=[*FLAGS, *flags])
        with serve(app) as address:
            page = gate(seeing, address)
            page.wait_for_selector('[data-offline-desk][data-page="kept"]', state="attached")
        # The service is gone, and the page is opened anew from what the browser kept.
        page.reload()
        page.click("[data-camera]")
        page.wait_for_selector('[data-title]:has-text("先记下")')
        seeing.close()
