"""A worker killed in the middle of a hand-over at the desk, and the same form sent again.

A browser that got no answer shows its own error page; whoever stands at the desk
taps "reload" and sends the same form. What waited on the phone is handed over, and
something is taken along with the points of who stands there.
"""

import http.client
import re
from contextlib import closing
from urllib.parse import urlencode

import pytest

from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.ledger import queries as ledger
from rewards.participants import queries as participants
from rewards.redemptions import queries as redemptions
from rewards.redemptions.types import RedemptionStatus
from rewards.stock import queries as stock
from tests.factories.redemptions import count_inconsistencies

from .clients import Client, Journal, reserve
from .instance import Server, wait_until
from .world import PIECES_OF_EACH, POINTS_OF_EACH, PRICES, open_app

STAFF = {"name": "zhouhang", "password": "correct horse 电池"}
POINTS = {
    "before-begin": False,
    "before-commit": False,
    "before-answer": True,
    "after-answer": True,
}
SECONDS_MAX = 15


class Browser:
    """A browser at the desk: cookies, hidden fields, and no redirect that it was not told of."""

    def __init__(self, port):
        self.port = port
        self._cookies = {}

    def get(self, address):
        return self._send("GET", address)

    def post(self, address, fields, *, point=""):
        """Send a form; return its answer, or None if the connection ended before one came."""
        try:
            return self._send("POST", address, urlencode(fields, doseq=True), point=point)
        except (http.client.HTTPException, OSError):
            return None

    def follow(self, address, fields):
        _status, location, page = self.post(address, fields)
        return self.get(location)[2] if location else page

    def _send(self, method, address, body=None, *, point=""):
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Fault-Point": point,
        }
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_MAX)
        ) as connection:
            connection.request(method, address, body=body, headers=headers)
            response = connection.getresponse()
            page = response.read().decode()
            for name, value in response.getheaders():
                if name.lower() == "set-cookie":
                    self._cookies.update([value.split(";")[0].split("=", 1)])
            return response.status, response.getheader("Location"), page


def read_form(page, action):
    """Return the hidden fields of the form that goes to *action*."""
    form = page.split(f'action="{action}"')[1].split("</form>")[0]
    fields = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    return fields


@pytest.fixture
def serve(instance, world):
    """Return a function that serves with the points; *control* takes a guard away."""
    running = []

    def start(control=""):
        running.append(Server(instance, FAULT_CONTROL=control))
        return sign_in(instance.port)

    yield start
    for server in running:
        server.stop()


def sign_in(port):
    browser = Browser(port)
    page = browser.get("/console/sign-in")[2]
    browser.post("/console/sign-in", read_form(page, "/console/sign-in") | STAFF)
    return browser


def scan(browser, text):
    page = browser.get("/console/desk")[2]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    return browser.follow("/console/desk", {"csrf_token": token, "q": text})


def show_waiting(browser, world, person):
    """Reserve on the phone, and scan the code that it shows at the desk."""
    reserved = Client(browser.port, Journal()).send(reserve(world, person, world.reward_ids[0]))
    return scan(browser, reserved.answer["code"])


def show_choice(browser, world, person):
    """Scan the code of somebody's phone, and choose what they take along."""
    with open_app(world.settings):
        code = checkins.get_member_code(participants.get_participant(person.id), now=clock.now())
    page = scan(browser, code)
    link = re.search(r'class="good" href="([^"]+item=[^"]+)"', page)[1]
    return browser.get(link.replace("&amp;", "&"))[2]


def read_state(world, person):
    """Return how often something was handed over to somebody, and whether all books agree."""
    with open_app(world.settings):
        page = redemptions.page_redemptions(participant_id=person.id, limit=10)
        ends = [each.status for each in page.items]
        spent = POINTS_OF_EACH - ledger.get_balance(person.id).balance
        gone = [PIECES_OF_EACH - stock.get_reward(each).on_hand for each in world.reward_ids]
        return ends.count(RedemptionStatus.FULFILLED), spent, sum(gone), count_inconsistencies()


def hand_over(browser, form, *, point=""):
    return browser.post("/console/desk/hand-overs", form, point=point)


@pytest.mark.parametrize("show", [show_waiting, show_choice], ids=["waiting", "taken-along"])
def test_a_form_whose_worker_dies_hands_over_once(serve, instance, world, seed, report, show):
    browser = serve()

    for number, (point, is_done) in enumerate(POINTS.items(), start=1):
        person = world.people[number]
        form = read_form(show(browser, world, person), "/console/desk/hand-overs")

        first = hand_over(browser, form, point=point)
        wait_until(instance.answers)
        assert (first is not None) == (point == "after-answer")
        assert read_state(world, person)[0] == is_done
        again, once_more = hand_over(browser, form), hand_over(browser, form)

        assert again[0] == 303
        assert again[1].startswith("/console/desk/receipt?id=")
        # The stored answer, whoever asks how often.
        assert again[1] == once_more[1] == (first or again)[1]
        handed_over, spent, gone, wrong = read_state(world, person)
        assert (handed_over, gone, wrong) == (1, number, {})
        assert spent in PRICES
    report("handed over 4 of 4, doubled 0", f"{len(POINTS)} workers killed")


@pytest.mark.parametrize(("control", "times"), [("late-key", 1), ("late-key-open-visit", 2)])
def test_with_the_key_stored_after_the_commit_the_end_of_the_visit_is_the_last_guard(
    serve, world, seed, report, control, times
):
    browser = serve(control)
    person = world.people[0]
    form = read_form(show_choice(browser, world, person), "/console/desk/hand-overs")

    assert hand_over(browser, form, point="before-answer") is None
    hand_over(browser, form)

    handed_over = read_state(world, person)[0]
    report(f"handed over {handed_over} for one form", "negative control")
    assert handed_over == times
