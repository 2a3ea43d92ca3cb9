"""The page of check-ins that are worth a second look."""

import re
from datetime import timedelta

import pytest

from rewards.access.types import Role
from rewards.checkins import queries as checkins
from rewards.checkins import service as scanning
from rewards.checkins.types import Evidence
from rewards.core import clock
from rewards.signals import service
from tests.factories.people import make_participant
from tests.factories.world import act_as, build_occasion

FAMILY = ("王建英", "王建国", "王小明", "李秀兰", "王晓丽")


@pytest.fixture
def now():
    """The moment of the real clock, by which the signals count back."""
    return clock.now().replace(microsecond=0)


@pytest.fixture
def admin(make_browser, station):
    return make_browser("zhengtao", (Role.STATION_ADMIN, station))


@pytest.fixture
def family(station, now):
    occasion = build_occasion(station, now=now)
    people = [make_participant(station, now, name=name) for name in FAMILY]
    for person in people:
        scanning.check_in_by_code(
            actor=act_as(person),
            code=checkins.get_display_code(occasion, now=now).token,
            evidence=Evidence(device="d" * 16),
            now=now,
        )
    service.find_signals(now=now + timedelta(minutes=1))
    return people


def address_of(page):
    return re.search(r'action="(/console/signals/[0-9a-f-]+)"', page.text)[1]


def test_it_says_what_was_noticed_whom_it_is_about_and_that_nobody_lost_by_it(admin, family):
    page = admin.get("/console/signals")

    assert "10分钟内，同一部手机给5人签到或签退" in page.text
    assert "王*英" in page.text
    assert "王建英" not in page.text
    assert "谁也没有因此签不上" in page.text
    assert "1种签到请看一看" in admin.get("/console").text
    assert "请看一看 1" in admin.get("/console/refused").text


def test_saying_that_it_is_harmless_takes_one_tap(admin, family):
    answer = admin.post(address_of(admin.get("/console/signals")), data={"found": "harmless"})

    assert answer.status_code == 303
    assert "记下了" in admin.get(answer.location).text
    assert "没有要看的" in admin.get("/console/signals").text
    done = admin.get("/console/signals?tab=done").text
    assert "没有问题" in done
    assert "zhengtao" in done


def test_what_is_followed_up_needs_words_and_keeps_what_was_typed(admin, family):
    address = address_of(admin.get("/console/signals"))

    refused = admin.post(address, data={"found": "followed_up", "note": "问"})
    assert refused.status_code == 422
    assert 'value="问"' in refused.text
    admin.post(address, data={"found": "followed_up", "note": "请队长核对名单"})
    again = admin.post(address, data={"found": "harmless"})

    assert "请队长核对名单" in admin.get("/console/signals?tab=done").text
    assert again.status_code == 409
    assert "已经有人看过了" in again.text


def test_it_is_for_those_who_may_correct(make_browser, station, other_station, family):
    clerk = make_browser("zhouhang", (Role.CLERK, station))
    stranger = make_browser("liuyang", (Role.STATION_ADMIN, other_station))

    assert clerk.get("/console/signals").status_code == 403
    assert "10分钟内" not in stranger.get("/console/signals").text
