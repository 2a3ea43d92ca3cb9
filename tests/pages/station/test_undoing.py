"""What staff take back with one tap, and what they are told when they no longer can."""

from datetime import timedelta

import pytest

from rewards.access.types import Role
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.ids import new_id
from rewards.ledger import queries as ledger
from rewards.signups import service as sign_ups
from tests.factories.world import act_as, build_occasion


@pytest.fixture
def occasion(station, now):
    return build_occasion(station, now=now, capacity=40)


@pytest.fixture
def host(make_browser, station):
    return make_browser("sunli", (Role.HOST, station))


def enter(browser, occasion, person):
    return browser.post(
        f"/console/occasions/{occasion.id}/check-ins",
        data={"participant": person.id},
        follow_redirects=True,
    ).text


def address(occasion, person):
    receipt = checkins.find_receipt(occasion_id=occasion.id, participant_id=person.id)
    return f"/console/check-ins/{receipt.check_in_id}/undo"


def test_a_slip_is_taken_back_where_it_was_made_and_the_same_person_comes_in_again(
    host, occasion, resident
):
    page = enter(host, occasion, resident)
    undo = address(occasion, resident)
    assert "点错了，撤销签到" in page
    assert page.count(undo) == 2

    first = host.post(undo, follow_redirects=True).text
    second = host.post(undo, follow_redirects=True).text

    for answer in (first, second):
        assert "王*英的签到撤销了，积分和名额都退回了" in answer
        assert "还没有人签到" in answer
    assert ledger.get_balance(resident.id).balance == 0
    assert "王*英签到了，+5" in enter(host, occasion, resident)


@pytest.mark.parametrize("done", ["undone", "back"])
def test_an_address_names_nobody_who_was_not_there(host, occasion, resident, done):
    pages = [
        host.get(f"/console/occasions/{occasion.id}?done={done}&person={person}")
        for person in (resident.id, new_id())
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert not any("王*英" in page.text for page in pages)


def test_a_script_is_answered_as_by_the_gate(host, occasion, resident):
    enter(host, occasion, resident)
    undo = address(occasion, resident)
    script = {"Accept": "application/json"}

    done = host.post(undo, headers=script).json

    assert (done["verdict"], done["who"]) == ("done", "王*英")
    assert done["title"] == "王*英的签到撤销了"


def test_others_and_the_late_are_told_what_to_do(
    host, make_browser, station, occasion, resident, now, monkeypatch
):
    enter(host, occasion, resident)
    undo = address(occasion, resident)
    other = make_browser("lihua", (Role.HOST, station))

    page = other.get(f"/console/occasions/{occasion.id}").text
    by_other = other.post(undo)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=16))
    late = host.post(undo)
    by_script = host.post(undo, headers={"Accept": "application/json"}).json

    assert "撤销" not in page
    assert (by_other.status_code, late.status_code) == (403, 410)
    assert "不是您登记的，不能撤销" in by_other.text
    assert "过了15分钟，不能直接撤销" in late.text
    assert by_script["verdict"] == "refused"
    assert ledger.get_balance(resident.id).balance == 5


def test_who_had_signed_up_keeps_the_place_and_that_is_said(host, station, resident, now):
    film = build_occasion(
        station, now=now, starts_in=10, capacity=2, takes_sign_ups=True, rule_code="FILM_JOIN"
    )
    sign_ups.sign_up(
        actor=act_as(resident), occasion_id=film.id, now=film.starts_at - timedelta(hours=5)
    )
    enter(host, film, resident)
    undo = address(film, resident)

    page = host.post(undo, follow_redirects=True).text
    told = host.post(undo, headers={"Accept": "application/json"}).json

    assert "积分退回了，报名的位置还留着" in page
    assert told["detail"] == "积分退回了，报名的位置还留着"
