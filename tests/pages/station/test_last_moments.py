"""Until when something is kept: the desk closes at 17:00, and no page tells another hour."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from rewards.core import clock
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.network.types import Level
from rewards.redemptions import queries as redemptions
from rewards.redemptions import service
from rewards.stock import service as stock
from rewards.stock.types import Desk, Span
from tests.factories import books
from tests.factories.people import SYSTEM, make_node
from tests.factories.redemptions import add_reward, reserve_for
from tests.pages.station.test_desk import DESK, scan

LAST = "11月28日 周六 17:00"
# The moment in the books, at which the day is over.
MIDNIGHT = "24:00"


def open_space(space, now):
    week = ((Span(opens=9 * 60, closes=17 * 60),),) * 7
    stock.set_week(actor=SYSTEM, space_id=space.id, desk=Desk.EXCHANGE, week=week, now=now)


@pytest.fixture
def rich(resident, station, space, now):
    """The resident with 600 points, at a station whose desk has hours."""
    open_space(space, now)
    books.post(resident, station, amount=600, now=now)
    return resident


@pytest.fixture
def reserve(rich, now):
    """Return a function that reserves for the resident."""

    def reserve(reward, quantity=1, at=now):
        return reserve_for(rich, reward, at, quantity=quantity)

    return reserve


@pytest.fixture
def soap(branch, now):
    """A reward item at the space of another station of the center."""
    near = make_node(Level.STATION, "兴华社区站", branch[1], now)
    space = stock.create_space(actor=SYSTEM, node_id=near.id, name="兴华空间", now=now)
    open_space(space, now)
    return add_reward(space, now, name="香皂")


@pytest.fixture
def phone(app, rich, now):
    client = app.test_client()
    token = identity.issue_token(actor=SYSTEM, participant_id=rich.id, label="test", now=now)
    client.set_cookie("participant_token", token)
    return client


def read(answer, last=LAST):
    text = answer.text.replace("\xa0", " ")
    return text.count(last), MIDNIGHT in text


def test_the_phone_tells_when_the_desk_closes_last(phone, reserve, towel, now, monkeypatch):
    reserved = reserve(towel)
    soon = now + timedelta(days=6)
    assert service.remind_due(now=soon) == 1
    monkeypatch.setattr(clock, "now", lambda: soon)

    for address in ("/", "/redemptions", f"/redemptions/{reserved.id}", "/notices"):
        assert read(phone.get(address)) == (1, False), address


def test_who_asks_for_a_time_that_is_too_late_is_told_the_same(phone, reserve, towel, no_csrf):
    reserved = reserve(towel)

    late = {"slot": reserved.expires_at.isoformat()}
    refused = phone.post(f"/redemptions/{reserved.id}/slot", data=late)

    assert refused.status_code == 409
    assert read(refused) == (1, False)


def test_the_console_tells_the_same(clerk, admin, reserve, rich, towel, soap, now):
    towels = reserve(towel, quantity=2)
    near = reserve(soap)
    person = f"{DESK}/people/{rich.id}"

    assert read(clerk.get(DESK)) == (1, False)
    assert read(clerk.get(person)) == (2, False)
    assert read(scan(clerk, near.code)) == (1, False)
    assert read(admin.get(f"/console/residents/{rich.id}")) == (2, False)
    service.fulfil(actor=SYSTEM, redemption_id=towels.id, code=towels.code, quantity=1, now=now)
    assert read(clerk.get(f"{DESK}/receipt?id={towels.id}")) == (1, False)


def test_a_code_whose_time_is_over_tells_until_when_it_was(clerk, reserve, towel, now):
    late = reserve(towel, at=now - timedelta(days=8))

    assert read(scan(clerk, late.code), "11月20日 周五 17:00") == (1, False)


def test_the_hours_of_all_that_waits_are_read_at_once(reserve, rich, towel, soap):
    waiting = [reserve(towel), reserve(towel), reserve(soap)]
    read_anew = redemptions.list_open(rich.id)
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        told = redemptions.list_with_last_moments(read_anew)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert {each.id for each, _moment in told} == {each.id for each in waiting}
    assert len(statements) == 2
