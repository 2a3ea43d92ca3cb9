"""Codes are limited by browser and address; a hall of phones behind one address meets neither."""

from datetime import timedelta

import pytest

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


def test_without_a_cookie_the_address_alone_counts(ask):
    for number in range(1500):
        ask(number)

    with pytest.raises(TooManyCodesHereError) as refused:
        ask(1500, browser=name_of(1))

    assert refused.value.members == {"retry_after_seconds": 10 * 60}
    ask(1500, address="203.0.113.8")
    ask(1500, later=timedelta(minutes=10))


def test_no_phone_and_no_cookie_is_kept_in_the_clear(ask):
    ask(1, browser=name_of(7))

    kept = [each._moments for each in vars(sends._sends[0]).values()]

    assert all(kept)
    assert phone_of(1) not in str(kept)
    assert name_of(7) not in str(kept)
