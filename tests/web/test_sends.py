"""Codes are limited by browser and address; a hall of phones behind one address meets neither."""

from contextlib import suppress
from datetime import timedelta

import pytest

from rewards.core.settings import CODES_HOURLY_MAX
from rewards.processes.serving import Serving
from rewards.web import browsers, sends
from rewards.web.sends import TooManyCodesHereError, TooManyPhonesError

HALL = "203.0.113.7"
PHONES = 500


@pytest.fixture
def ask(app, now):
    sends.forget()

    def ask(number, *, browser="", address=HALL, later=timedelta(0)):
        header = f"{browsers.COOKIE}={browser}" if browser else ""
        with app.test_request_context(
            "/sign-in", headers={"Cookie": header}, environ_base={"REMOTE_ADDR": address}
        ):
            sends.check(phone_of(number), now=now + later)
            sends.add(phone_of(number), now=now + later)

    return ask


def phone_of(number):
    return f"+8613800{number:06d}"


def name_of(number):
    return f"{number:026d}"


def test_five_hundred_browsers_behind_one_address_ask_twice_within_ten_minutes(ask):
    for minutes in (0, 2):
        for number in range(PHONES):
            ask(number, browser=name_of(number), later=timedelta(minutes=minutes))


def test_a_browser_asks_for_ten_phones_and_for_each_of_them_again(ask):
    for number in range(10):
        ask(number, browser=name_of(1))
    for number in range(10):
        ask(number, browser=name_of(1), later=timedelta(minutes=4))

    with pytest.raises(TooManyPhonesError) as refused:
        ask(10, browser=name_of(1), later=timedelta(minutes=4))

    assert refused.value.members == {"retry_after_seconds": 6 * 60}
    ask(10, browser=name_of(2), later=timedelta(minutes=4))
    ask(10, browser=name_of(1), later=timedelta(minutes=10))


def test_an_address_never_uses_up_what_the_whole_service_sends_in_an_hour(ask):
    sent = 0
    for minutes in range(0, 60, 10):
        with suppress(TooManyCodesHereError):
            for number in range(sent, CODES_HOURLY_MAX):
                ask(number, browser=name_of(number), later=timedelta(minutes=minutes))
                sent += 1

    with pytest.raises(TooManyCodesHereError) as refused:
        ask(sent, browser=name_of(sent), later=timedelta(minutes=20))

    assert sent * Serving.from_env({}).web_workers < CODES_HOURLY_MAX
    assert refused.value.members == {"retry_after_seconds": 40 * 60}
    ask(sent, browser=name_of(sent), address="203.0.113.8")
    ask(sent, browser=name_of(sent), later=timedelta(hours=1))


def test_without_a_cookie_an_address_has_sixty_and_the_others_go_on(ask):
    for number in range(60):
        ask(number)

    with pytest.raises(TooManyCodesHereError) as refused:
        ask(60)

    assert refused.value.members == {"retry_after_seconds": 10 * 60}
    ask(60, browser=name_of(60))
    ask(60, address="203.0.113.8")
    ask(60, later=timedelta(minutes=10))


def test_no_phone_and_no_cookie_is_kept_in_the_clear(ask):
    ask(1, browser=name_of(7))
    ask(1)

    kept = [each._moments for each in vars(sends._sends[0]).values()]

    assert all(kept)
    assert phone_of(1) not in str(kept)
    assert name_of(7) not in str(kept)
