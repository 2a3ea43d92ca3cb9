"""A tablet at a gate, in a real browser whose network can be cut and mended."""

import threading
import time

import sqlalchemy as sa
from werkzeug.serving import make_server

from rewards.access.types import Role
from rewards.checkins import queries as checkins
from rewards.checkins.models import CheckInRow
from rewards.core import clock
from rewards.core.db import db
from rewards.identity import service as identity
from tests.factories.people import SYSTEM, make_staff

QUIET_SECONDS = 10
BANNER = "[data-offline-desk]"


class Line:
    """The way to the service, which can be cut and mended: to the browser it is the network.

    `delays` is how many seconds the answers of some paths take.
    """

    def __init__(self, app):
        self._app = app
        self.delays = {}
        self._answering = 0
        self._quiet = threading.Condition()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.port = self._server.server_port
        self._serve()

    def _serve(self):
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def _answer(self, environ, start_response):
        with self._quiet:
            self._answering += 1
        try:
            time.sleep(self.delays.get(environ["PATH_INFO"], 0))
            return self._app(environ, start_response)
        finally:
            with self._quiet:
                self._answering -= 1
                self._quiet.notify_all()

    def cut(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def end(self):
        if self._thread.is_alive():
            self.cut()
        # What a closing page still said must not reach the next test.
        with self._quiet:
            self._quiet.wait_for(lambda: not self._answering, timeout=QUIET_SECONDS)

    def mend(self):
        self._server = make_server("127.0.0.1", self.port, self._answer, threaded=True)
        self._serve()


def sign_in(context, line, name, station, now):
    """Have a new staff member be signed in on the tablet."""
    make_staff(name, now, (Role.STATION_ADMIN, station))
    token = identity.issue_token(actor=SYSTEM, staff_name=name, label="desk", now=now)
    cookie = {"name": "staff_token", "value": token, "url": f"http://127.0.0.1:{line.port}"}
    context.add_cookies([cookie])


def open_gate(context, line, occasion):
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{line.port}/console/occasions/{occasion.id}/gate")
    page.wait_for_selector(f'{BANNER}[data-page="kept"]', state="attached")
    return page


def scan(page, person):
    """Hold a resident's own code before the gate, and wait for what it says."""
    member_code = checkins.get_member_code(person, now=clock.now())
    return submit(page, f"HTTP://STATION.EXAMPLE/C/{member_code}")


def submit(page, code):
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
