"""A second scan, by whoever came too early, leaves too early, signs in late or mistypes."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from rewards.activities.types import OccasionKind
from rewards.checkins import queries as checkins
from rewards.checkins.models import CheckInRow
from rewards.core.db import db
from rewards.web import browsers, guesses
from tests.factories.world import build_occasion, build_participant, build_station

PHONE = "13800001234"
MINUTE = timedelta(minutes=1)
WRONG = "000000"


class Hand:
    """Somebody with a phone, and what they do with it at which time."""

    def __init__(self, client, traveller):
        self.client, self._traveller = client, traveller

    def scan(self, occasion, *, at):
        self._traveller.move_to(at)
        return self.client.get(f"/C/{checkins.get_display_code(occasion, now=at).token}")

    def type_in(self, occasion, digits, *, to="/check-ins", page=None, at=None):
        if at is not None:
            self._traveller.move_to(at)
        page = page or self.client.get("/digits")
        return self.post(to, page, occasion=str(occasion.id), digits=digits)

    def post(self, address, page, **fields):
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return self.client.post(address, data=hidden | fields)

    def tap(self, page, **fields):
        return self.post(action_of(page), page, **fields)

    def sign_in(self, *, at=None, address="/sign-in", phone=PHONE):
        if at is not None:
            self._traveller.move_to(at)
        page = self.client.get(address)
        page = self.post("/sign-in", page, phone=phone, action="send")
        code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", page.text).groups())
        return self.post("/sign-in", page, phone=phone, code=code)

    def sign_out(self):
        self.post("/sign-out", self.client.get("/digits"))


def action_of(page):
    """Return where the form leads that checks in or out."""
    return re.search(r'action="(/check-(?:ins|outs))"', page.text)[1]


def digits_of(occasion, at):
    return checkins.get_display_code(occasion, now=at).digits


@pytest.fixture
def station(app):
    guesses.forget()
    return build_station()


@pytest.fixture
def me(station, now):
    return build_participant(station, phone=PHONE, now=now)


@pytest.fixture
def hand(client, me, now):
    with time_machine.travel(now, tick=False) as traveller:
        hand = Hand(client, traveller)
        hand.sign_in()
        yield hand


@pytest.fixture
def shift(hand, station, now):
    """Return a shift of an hour to which somebody has come."""
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, minutes=60, now=now)
    hand.tap(hand.scan(shift, at=now))
    return shift


def attendance_of(occasion):
    (line,) = checkins.list_attendance(occasion.id)
    return line


def test_who_came_too_early_scans_again_and_is_in(hand, station, now):
    occasion = build_occasion(station, now=now, starts_in=32)
    assert "还没到签到时间" in hand.scan(occasion, at=now).text
    then = occasion.opens_at + MINUTE

    landing = hand.scan(occasion, at=then)

    assert hand.tap(landing).status_code == 303
    assert attendance_of(occasion).checked_in_at == then


def test_who_wanted_to_leave_too_early_scans_again_and_leaves(hand, shift):
    assert "确认签退" not in hand.scan(shift, at=shift.ends_at - 12 * MINUTE).text

    landing = hand.scan(shift, at=shift.ends_at - 5 * MINUTE)

    assert hand.tap(landing).status_code == 303
    assert attendance_of(shift).minutes == 55


def test_who_stays_after_a_scan_leaves_by_the_newest_one(hand, station, now):
    listening = build_occasion(station, kind=OccasionKind.STUDY_SESSION, rule_code="AUDIO", now=now)
    hand.tap(hand.scan(listening, at=now))
    assert "您才来了" in hand.scan(listening, at=now + 12 * MINUTE).text

    landing = hand.scan(listening, at=now + 20 * MINUTE)
    hand.tap(landing)

    assert "您才来了" not in landing.text
    assert (attendance_of(listening).minutes, attendance_of(listening).points) == (20, 1)


def test_a_scan_in_time_is_not_lost_to_one_too_late(hand, station, now):
    occasion = build_occasion(station, now=now, starts_in=-29)
    hand.scan(occasion, at=now)

    landing = hand.scan(occasion, at=now + 2 * MINUTE)

    assert hand.tap(landing).status_code == 303
    assert attendance_of(occasion).checked_in_at == now


def test_a_browser_that_lost_its_cookie_scans_again(hand, station, now):
    occasion = build_occasion(station, now=now)
    hand.scan(occasion, at=now)
    hand.client.delete_cookie(browsers.COOKIE)

    landing = hand.scan(occasion, at=now)

    assert hand.tap(landing).status_code == 303


@pytest.mark.parametrize("by", ["digits", "link"])
def test_who_is_refused_at_leaving_is_led_on_to_leave(hand, shift, by):
    at = shift.ends_at - 5 * MINUTE
    if by == "digits":
        refused = hand.type_in(shift, WRONG, to="/check-outs", at=at)
    else:
        old = checkins.get_display_code(shift, now=at - 2 * MINUTE).token
        hand.scan(shift, at=at - 11 * MINUTE)
        hand._traveller.move_to(at)
        refused = hand.client.get(f"/C/{old}")

    assert "确认签退" in refused.text
    assert hand.tap(refused, digits=digits_of(shift, at)).status_code == 303
    assert attendance_of(shift).checked_out_at == at


def test_who_has_to_sign_in_first_can_leave_by_a_scan(hand, shift):
    hand.sign_out()
    at = shift.ends_at - 5 * MINUTE

    landing = hand.scan(shift, at=at)
    asked = hand.tap(landing)
    form = hand.client.get(asked.location)
    back = hand.sign_in(address=asked.location, at=at + 2 * MINUTE)
    left = hand.tap(hand.client.get(back.location))

    assert "登录并签退" in landing.text
    assert "接着签退" in form.text
    assert left.status_code == 303
    assert attendance_of(shift).checked_out_at == at


def test_who_has_to_sign_in_first_can_leave_by_digits(hand, shift):
    hand.sign_out()
    at = shift.ends_at - 5 * MINUTE

    asked = hand.type_in(shift, digits_of(shift, at), at=at)
    back = hand.sign_in(address=asked.location)
    hand.tap(hand.client.get(back.location))

    assert attendance_of(shift).checked_out_at == at
    # On the same browser as they came.
    devices = sa.select(CheckInRow.device, CheckInRow.out_device)
    came_on, left_on = db.session.execute(devices).one()
    assert came_on == left_on is not None


def test_leaving_twice_by_one_scan_is_told_as_done_both_times(hand, shift):
    at = shift.ends_at - 2 * MINUTE
    landing = hand.scan(shift, at=at)
    held = hand.client.get_cookie("scan_ticket").value

    first = hand.tap(landing)
    hand.client.set_cookie("scan_ticket", held)
    second = hand.tap(landing)

    assert (second.status_code, second.location) == (303, first.location)


def test_digits_left_empty_check_nobody_in_elsewhere(hand, station, now):
    scanned, meant = (build_occasion(station, now=now, title=title) for title in ("甲", "乙"))
    hand.scan(scanned, at=now)

    refused = hand.type_in(meant, WRONG)
    empty = hand.tap(refused, digits="")

    assert empty.status_code == 422
    assert re.search(r'<input[^>]*name="digits"[^>]*\brequired', refused.text)
    assert checkins.count_attendance([scanned.id, meant.id]) == {scanned.id: 0, meant.id: 0}


def test_a_scan_that_is_too_old_promises_nothing_and_stands_in_nobodys_way(hand, station, now):
    occasion = build_occasion(station, now=now)
    hand.sign_out()
    hand.scan(occasion, at=now)

    came_back = hand.sign_in(at=now + 25 * MINUTE)
    late = hand.client.get("/scan")

    assert (came_back.status_code, came_back.location) == (303, "/")
    assert late.status_code == 410
    assert 'name="digits"' in late.text
    assert "都算数" not in late.text


def test_digits_of_another_occasion_are_asked_for_once_more_for_that_one(hand, station, now):
    meant, other = (build_occasion(station, now=now, title=title) for title in ("甲", "乙"))

    refused = hand.type_in(meant, digits_of(other, now))
    chosen = re.search(r'name="occasion" value="([^"]+)" required checked', refused.text)[1]
    done = hand.tap(refused, occasion=chosen, digits=digits_of(other, now))

    assert done.status_code == 303
    assert checkins.count_attendance([meant.id, other.id]) == {meant.id: 0, other.id: 1}
