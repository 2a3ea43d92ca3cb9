"""The gate in a real browser whose network goes away: nothing is lost, nothing counts twice."""

import threading

import argon2
import pytest
import sqlalchemy as sa
from werkzeug.serving import make_server

from rewards.access.types import Role
from rewards.checkins import queries as checkins
from rewards.checkins.models import CheckInRow
from rewards.core import clock
from rewards.core.db import db
from rewards.gates import queries as gates
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from tests.factories.people import SYSTEM, make_branch, make_participant, make_staff
from tests.factories.world import build_occasion

SCANS = 50
BANNER = "[data-offline-desk]"


class Line:
    """The way to the service, which can be cut and mended: to the browser it is the network."""

    def __init__(self, app):
        self._app = app
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.port = self._server.server_port
        self._serve()

    def _serve(self):
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def cut(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def mend(self):
        self._server = make_server("127.0.0.1", self.port, self._app, threaded=True)
        self._serve()


@pytest.fixture
def line(app):
    line = Line(app)
    yield line
    line.cut()


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
    make_staff("zhouhang", now, (Role.STATION_ADMIN, station))
    token = identity.issue_token(actor=SYSTEM, staff_name="zhouhang", label="desk", now=now)
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN")
    url = f"http://127.0.0.1:{line.port}"
    context.add_cookies([{"name": "staff_token", "value": token, "url": url}])
    yield context
    context.close()


@pytest.fixture
def gate(context, line, occasion):
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{line.port}/console/occasions/{occasion.id}/gate")
    page.wait_for_selector(f'{BANNER}[data-page="kept"]', state="attached")
    return page


def scan(page, person):
    """Hold a resident's own code before the gate, and wait for what it says."""
    code = "HTTP://STATION.EXAMPLE/C/" + checkins.get_member_code(person, now=clock.now())
    return page.evaluate(
        """code => new Promise(resolve => {
          document.addEventListener('gate:verdict', event => resolve(event.detail.verdict),
                                    { once: true });
          if (!window.gate.submit(code)) { resolve('ignored'); }
        })""",
        code,
    )


def wait_for_upload(page):
    page.wait_for_selector(f'{BANNER}[data-waiting="0"]', state="attached")


def rows():
    db.session.rollback()
    return db.session.execute(sa.select(CheckInRow.__table__)).all()


def test_fifty_scans_without_a_network_come_in_each_once(gate, line, station, now, picture):
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
    line.mend()
    gate.evaluate("window.dispatchEvent(new Event('online'))")
    wait_for_upload(gate)

    assert verdicts == ["kept"] * SCANS
    assert again == "already"
    came = rows()
    assert len(came) == len({row.participant_id for row in came}) == SCANS + 1
    assert sum(row.is_offline for row in came) == SCANS
    assert {ledger.get_balance(each.id).balance for each in people} == {5}
    assert gates.count_waiting(station.path) == 0
