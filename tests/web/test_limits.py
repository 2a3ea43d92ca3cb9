"""Scans are counted by account, sign-in and browser; an address stops nobody but machines."""

from datetime import timedelta

import pytest
import time_machine

from rewards.access.types import SystemActor
from rewards.identity import service as identity
from rewards.web import browsers, limits, sessions
from rewards.web.limits import TooManyScansError
from tests.factories.world import build_participant, build_station

HALL = "203.0.113.7"
PHONES = 500


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def scan(app, clock):
    def scan(*, browser="", token="", address=HALL):
        cookies = {browsers.COOKIE: browser, sessions.Cookie.PARTICIPANT: token}
        header = "; ".join(f"{name}={value}" for name, value in cookies.items() if value)
        with app.test_request_context(
            "/check-ins", headers={"Cookie": header}, environ_base={"REMOTE_ADDR": address}
        ):
            limits.count_scan()

    return scan


@pytest.fixture
def issue(app, clock, now):
    with app.app_context():
        station = build_station()

    def issue(person=None):
        person = person or build_participant(station, now=now)
        token = identity.issue_token(
            actor=SystemActor(), participant_id=person.id, label="phone", now=now
        )
        return person, token

    return issue


def name_of(number):
    return f"{number:026d}"


def test_five_hundred_phones_behind_one_address_are_all_let_in(scan):
    for phone in range(PHONES):
        for _ in range(3):
            scan(browser=name_of(phone))


def test_one_sign_in_is_told_to_wait_and_then_goes_on(scan, issue, clock):
    _person, token = issue()
    for number in range(20):
        scan(browser=name_of(number), token=token)

    with pytest.raises(TooManyScansError) as refused:
        scan(browser=name_of(31), token=token)

    assert refused.value.members["retry_after_seconds"] == 60
    clock.shift(timedelta(seconds=61))
    scan(browser=name_of(31), token=token)


def test_one_account_on_two_sign_ins_may_do_more_but_is_one_account(scan, issue):
    person, first = issue()
    _person, second = issue(person)
    for token in [first] * 20 + [second] * 10:
        scan(token=token)

    with pytest.raises(TooManyScansError):
        scan(token=second)


def test_a_family_on_one_phone_may_do_more_than_one_account(scan, issue):
    tokens = [issue()[1] for _ in range(4)]
    for token in tokens * 15:
        scan(browser=name_of(1), token=token)

    with pytest.raises(TooManyScansError):
        scan(browser=name_of(1), token=tokens[0])
    scan(browser=name_of(2), token=tokens[0])


def test_an_address_is_a_coarse_fuse(scan):
    for _ in range(3000):
        scan()

    with pytest.raises(TooManyScansError):
        scan()
    scan(address="203.0.113.8")
