"""Digits typed before the first sign-in count from when they were typed, like a scan."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from rewards.checkins import queries as checkins
from rewards.checkins.models import CheckInRow
from rewards.core.db import db
from rewards.signals import service as signals
from rewards.web import browsers, guesses
from tests.factories.world import build_occasion, build_participant, build_station

PHONE = "13800001234"
WRONG = "000000"


@pytest.fixture(autouse=True)
def clock(now):
    guesses.forget()
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def me(station, now):
    return build_participant(station, phone=PHONE, now=now)


@pytest.fixture
def activity(station, now):
    return build_occasion(station, now=now)


def digits_of(occasion, now):
    return checkins.get_display_code(occasion, now=now).digits


def post(client, address, page, **fields):
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    return client.post(address, data={"csrf_token": token, **fields})


def type_in(client, occasion, digits):
    page = client.get("/digits")
    return post(client, "/check-ins", page, occasion=str(occasion.id), digits=digits)


def sign_in(client, address, *, phone=PHONE):
    page = client.get(address)
    page = post(client, "/sign-in", page, phone=phone, action="send")
    code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", page.text).groups())
    return post(client, "/sign-in", page, phone=phone, code=code)


def test_a_sign_in_of_four_minutes_keeps_the_moment_they_were_typed(
    client, clock, me, activity, now
):
    typed = type_in(client, activity, digits_of(activity, now))
    assert typed.status_code == 303

    clock.shift(timedelta(minutes=4))
    done = sign_in(client, typed.location)

    assert "签到成功" in client.get(done.location).text
    (line,) = checkins.list_attendance(activity.id)
    assert (line.checked_in_at, line.channel.value) == (now, "digits")


def test_wrong_digits_are_told_before_anybody_signs_in(client, activity, now):
    refused = type_in(client, activity, WRONG)

    assert refused.status_code == 422
    assert 'name="digits"' in refused.text
    assert "scan_ticket" not in refused.headers.get("Set-Cookie", "")
    (kept,) = checkins.list_refused(occasion_ids=[activity.id], since=now)
    assert (kept.reason, kept.participant_id) == ("wrong-digits", None)


def test_digits_of_the_other_activity_here_are_said_to_be_so_and_good_for_that_one(
    client, station, me, activity, now
):
    other = build_occasion(station, now=now, title="读书会")

    refused = type_in(client, activity, digits_of(other, now))
    chosen = re.search(r'name="occasion" value="([^"]+)" required checked', refused.text)[1]
    typed = post(client, "/check-ins", refused, occasion=chosen, digits=digits_of(other, now))
    sign_in(client, typed.location)

    assert refused.status_code == 409
    assert "这是另一场的数字" in refused.text
    assert checkins.count_attendance([activity.id, other.id]) == {activity.id: 0, other.id: 1}


def test_guessing_in_one_browser_is_stopped_although_the_next_guess_is_right(client, activity, now):
    client.set_cookie(browsers.COOKIE, "a" * browsers.TOKEN_LENGTH)
    for _ in range(guesses.PER_BROWSER):
        assert type_in(client, activity, WRONG).status_code == 422

    stopped = type_in(client, activity, digits_of(activity, now))

    assert stopped.status_code == 429
    assert "Retry-After" in stopped.headers


def test_a_browser_is_known_from_its_first_wrong_digits_on(client, activity, now):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/digits").text)[1]
    client.delete_cookie(browsers.COOKIE)
    wrong = {"csrf_token": token, "occasion": str(activity.id), "digits": WRONG}

    refused = client.post("/check-ins", data=wrong)

    assert refused.status_code == 422
    assert client.get_cookie(browsers.COOKIE) is not None


def test_five_accounts_on_one_browser_are_noticed_where_all_type_digits(
    client, station, activity, now
):
    for number in range(5):
        build_participant(station, phone=f"1390000000{number}", now=now)
        sign_in(client, "/sign-in", phone=f"1390000000{number}")
        assert type_in(client, activity, digits_of(activity, now)).status_code == 303
        post(client, "/sign-out", client.get("/digits"))

    lines = sa.select(CheckInRow.device).distinct()
    (device,) = db.session.scalars(lines).all()
    assert device is not None
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        assert signals.find_signals(now=now + timedelta(minutes=1)) == 1


def test_guessing_without_cookies_is_stopped_by_the_address(app, activity, now, monkeypatch):
    monkeypatch.setattr(guesses, "PER_ADDRESS", 12)
    guesses.forget()
    for _ in range(12):
        assert type_in(app.test_client(), activity, WRONG).status_code == 422

    assert type_in(app.test_client(), activity, digits_of(activity, now)).status_code == 429


def test_after_ten_minutes_one_may_try_again(client, clock, me, activity, now):
    client.set_cookie(browsers.COOKIE, "a" * browsers.TOKEN_LENGTH)
    for _ in range(guesses.PER_BROWSER):
        type_in(client, activity, WRONG)

    later = now + guesses.SPAN + timedelta(seconds=1)
    clock.move_to(later)

    assert type_in(client, activity, digits_of(activity, later)).status_code == 303


@pytest.mark.parametrize("occasion", ["", "nothing", "01900000-0000-7000-8000-000000000000"])
def test_digits_of_no_occasion_are_answered(client, activity, occasion):
    page = client.get("/digits")

    answer = post(client, "/check-ins", page, occasion=occasion, digits="123456")

    assert answer.status_code in (404, 422)
    assert "现在这样做" in answer.text
