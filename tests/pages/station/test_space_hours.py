"""The hours of a space as staff set them and residents read them."""

import html
import re
from datetime import timedelta

import pytest

from rewards.access.types import ParticipantActor
from rewards.core import clock
from rewards.identity import service as identity
from rewards.stock import queries as stock
from rewards.stock.types import Desk
from tests.factories.people import SYSTEM
from tests.factories.redemptions import credit

DAY = timedelta(days=1)


@pytest.fixture
def here(space):
    return f"/console/spaces/{space.id}/hours"


@pytest.fixture
def today(now):
    return clock.local_date(now, clock.zone())


def post(browser, here, part, **fields):
    page = browser.get(here)
    key = re.search(r'name="key" value="([\w-]+)-space"', page.text)[1]
    return browser.post(f"{here}/{part}", data={"key": f"{key}-{part}", **fields})


def week(text="0:00-24:00"):
    return {f"day-{n}": text for n in range(7)}


def read(browser, space):
    return html.unescape(browser.get(f"/spaces/{space.id}").text)


def test_hours_that_staff_set_are_read_by_residents(admin, client, here, space):
    answer = post(admin, here, "week", desk="space", **week())

    assert answer.status_code == 303
    assert "存好了" in admin.get(answer.location).text
    page = read(client, space)
    assert "现在开着" in page
    assert "每天" in page
    assert "0:00–24:00" in page


def test_a_closed_day_is_told_with_its_reason_and_can_be_taken_back(
    admin, client, here, space, today
):
    post(admin, here, "week", desk="space", **week())
    answer = post(
        admin,
        here,
        "days",
        desk="space",
        first=today,
        last=today + DAY,
        reason="装修",
    )

    assert answer.status_code == 303
    assert "今天不开（装修）" in read(client, space)
    dropped = post(admin, here, "days/drop", desk="space", first=today, last=today + DAY)
    assert dropped.status_code == 303
    assert "装修" not in read(client, space)


def test_a_day_with_hours_is_open_whatever_else(admin, client, here, space, today):
    post(admin, here, "week", desk="space", **week("9:00-9:01"))

    post(admin, here, "days", desk="space", first=today, spans="0:00-24:00", reason="加开")

    assert "现在开着" in read(client, space)


def test_a_week_that_is_cleared_is_one_that_was_never_told(admin, client, here, space):
    post(admin, here, "week", desk="space", **week())
    post(admin, here, "week", desk="space", **week(" "))

    assert stock.judge_open(space.id, Desk.SPACE, clock.now()) is None
    assert "现在没开" not in read(client, space)


def test_the_exchange_desk_has_other_hours_until_it_is_as_the_space_again(
    admin, client, here, space
):
    post(admin, here, "week", desk="space", **week())
    post(admin, here, "week", desk="exchange", **week(""))
    assert "现在没开" in read(client, space)

    post(admin, here, "week", desk="exchange", same="yes", **week(""))

    assert "现在没开" not in read(client, space)


@pytest.mark.parametrize("text", ["早上", "12-9", "=1+1"])
def test_hours_that_nobody_understands_are_refused_and_kept_to_be_mended(admin, here, space, text):
    answer = post(admin, here, "week", desk="space", **week(text))

    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert "开放时间填得不对" in page
    assert f'value="{text}"' in page
    assert stock.judge_open(space.id, Desk.SPACE, clock.now()) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"first": "", "reason": "盘点"},
        {"first": "2026-13-01", "reason": "盘点"},
        {"first": "2001-01-01", "reason": "盘点"},
        {"first": "9999-12-31", "reason": "盘点"},
        {"first": "today", "reason": " "},
        {"first": "today", "spans": "x", "reason": "加开"},
    ],
)
def test_special_days_that_do_not_fit_are_refused(admin, here, space, today, fields):
    told = fields | ({"first": today} if fields["first"] == "today" else {})

    answer = post(admin, here, "days", desk="space", **told)

    assert answer.status_code == 422
    assert stock.get_hours(space.id, since=today).days == {}


def test_a_form_sent_twice_counts_once(admin, here, space, today):
    data = {"key": "a-key-of-this-form", "desk": "space", "first": today, "reason": "盘点"}
    admin.post(f"{here}/days", data=data)
    admin.post(f"{here}/days/drop", data=data | {"key": "another-key-of-ours", "last": today})

    again = admin.post(f"{here}/days", data=data)

    assert again.status_code == 303
    assert stock.get_hours(space.id, since=today).days == {}


def test_slots_are_set_and_taken_back(admin, here, space):
    assert post(admin, here, "slots", minutes="30", capacity="4").status_code == 303
    found = stock.get_space(space.id)
    assert (found.slot_minutes, found.slot_capacity) == (30, 4)
    assert post(admin, here, "slots", minutes="30", capacity="0").status_code == 422
    assert post(admin, here, "slots", minutes="", capacity="4").status_code == 303
    assert stock.get_space(space.id).slot_minutes is None


def test_address_and_words_can_be_changed(admin, client, here, space):
    answer = post(admin, here, "words", address="长兴北街1号", phone="", hours="假日见通知")

    assert answer.status_code == 303
    page = read(client, space)
    assert "长兴北街1号" in page
    assert "假日见通知" in page


def test_words_that_nobody_touched_stay_as_others_left_them(admin, here, space):
    page = admin.get(here).text
    seen = html.unescape(re.search(r'name="seen" value="([^"]+)"', page)[1])
    form = {"address": space.address, "hours": space.hours, "phone": "0351-0001234"}
    post(admin, here, "words", **form | {"address": "长兴北街1号"})

    answer = post(admin, here, "words", **form | {"phone": "0351-0005678", "seen": seen})

    assert answer.status_code == 303
    told = stock.get_space(space.id)
    assert (told.address, told.phone) == ("长兴北街1号", "0351-0005678")


def test_only_who_manages_the_stock_sets_hours(clerk, stranger, here, space):
    for browser in (clerk, stranger):
        assert browser.get(here).status_code == 403
        answer = browser.post(f"{here}/week", data={"key": "a-key-of-this-form", **week()})
        assert answer.status_code == 403


def test_the_price_page_tells_when_the_desk_closes_for_the_last_time(
    admin, client, here, space, station, towel, resident, now
):
    post(admin, here, "week", desk="space", **week("9:00-17:00"))

    credit(ParticipantActor(participant_id=resident.id), station, 100, now)
    token = identity.issue_token(actor=SYSTEM, participant_id=resident.id, label="test", now=now)
    client.set_cookie("participant_token", token)
    page = client.get(f"/rewards/{towel.id}").text

    assert "17:00为止" in html.unescape(page)
