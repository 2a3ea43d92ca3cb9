"""A station with a space and people, and browsers that are signed in as its staff."""

from datetime import UTC, datetime

import pytest

from rewards.access.types import Role
from rewards.core import clock
from rewards.stock import service as stock
from rewards.stock.types import MovementKind
from tests.factories import books
from tests.factories.people import PASSWORD, SYSTEM, make_branch, make_participant, make_staff


@pytest.fixture
def now(monkeypatch):
    """Saturday, 21 November 2026, 14:40 in Shanghai, for the pages too.

    No test may depend on the hour at which it is run.
    """
    moment = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


@pytest.fixture
def branch(begin_with, now):
    """A center, an institute and a station."""
    return begin_with("branch", lambda: make_branch(now, "千峰"))


@pytest.fixture
def station(branch):
    return branch[2]


@pytest.fixture
def other_station(app, now):
    return make_branch(now, "兴华")[2]


@pytest.fixture
def make_browser(app, now, no_csrf):
    """Return a function that signs a new staff member in and returns their browser."""

    def make(name, *grants):
        make_staff(name, now, *grants)
        browser = app.test_client()
        answer = browser.post("/console/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser

    return make


@pytest.fixture
def no_csrf(app):
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def make_usual_browser(app, make_browser, station, begin_with):
    """Return a function that returns the browser of somebody of the station, signed in."""

    def make(name, role):
        def sign_in():
            return make_browser(name, (role, station)).get_cookie("staff_token").value

        browser = app.test_client()
        browser.set_cookie("staff_token", begin_with(f"{name} at {station.label}", sign_in))
        return browser

    return make


@pytest.fixture
def admin(make_usual_browser):
    """The browser of the station's administrator."""
    return make_usual_browser("zhengtao", Role.STATION_ADMIN)


@pytest.fixture
def clerk(make_usual_browser):
    return make_usual_browser("zhouhang", Role.CLERK)


@pytest.fixture
def stranger(make_browser, other_station):
    """The browser of the administrator of another station."""
    return make_browser("hejing", (Role.STATION_ADMIN, other_station))


@pytest.fixture
def resident(station, now):
    return make_participant(station, now, name="王建英", phone="13803511234")


@pytest.fixture
def rich(resident, station, now):
    """The resident with 200 points."""
    books.post(resident, station, amount=200, now=now)
    return resident


@pytest.fixture
def space(station, now):
    return stock.create_space(actor=SYSTEM, node_id=station.id, name="线下空间", now=now)


@pytest.fixture
def towel(space, now):
    """A reward item for 60 points, five on the shelf."""
    reward = stock.create_reward(
        actor=SYSTEM, space_id=space.id, name="毛巾", unit="条", picture="towel", points=60, now=now
    )
    return stock.record_movement(
        actor=SYSTEM, reward_id=reward.id, kind=MovementKind.RECEIVE, quantity=5, now=now
    )
