"""The pages of administrators about money and wishes, and giving on the phone."""

import re

import pytest

from rewards.access.types import Role
from rewards.core import clock
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.network import queries as network
from rewards.redemptions import queries as redemptions
from rewards.redemptions import rules
from rewards.wishes import queries as wishes
from tests.factories.people import SYSTEM
from tests.factories.redemptions import add_giving, add_participant


@pytest.fixture
def head(make_browser, station, no_csrf):
    """The browser of the center's administrator."""
    return make_browser("wutong", (Role.CENTER_ADMIN, network.list_ancestors(station.path)[0]))


@pytest.fixture
def today(now):
    return clock.local_date(now, clock.zone())


def key_of(page):
    return re.search(r'name="key" value="([^"]+)"', page.text)[1]


def find_budget(node, today):
    return redemptions.find_budget(node.id, rules.quarter_of(today))


def test_an_administrator_sets_a_budget_and_sees_what_is_used(head, station, space, today):
    page = head.get("/console/budgets")
    assert "这一季没有设预算" in page.text
    form = {"key": key_of(page), "node": station.id, "points": "2000", "quarter": today}

    answers = [head.post("/console/budgets", data=form) for _time in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert find_budget(station, today).points == 2000
    page = head.get(answers[0].location).text
    assert "设好了" in page
    assert "还剩 2000" in page.replace("\u00a0", " ")


def test_a_budget_that_does_not_fit_is_told_in_a_sentence(head, station, space, today):
    form = {"key": key_of(head.get("/console/budgets")), "node": station.id, "quarter": today}

    answer = head.post("/console/budgets", data={**form, "points": "很多"})

    assert answer.status_code == 422
    assert "预算填得不对" in answer.text
    assert "很多" in answer.text
    assert find_budget(station, today) is None


def test_a_budget_is_dropped(head, station, space, today):
    form = {"node": station.id, "points": "20", "quarter": today}
    head.post("/console/budgets", data={"key": key_of(head.get("/console/budgets")), **form})
    page = head.get("/console/budgets")

    answer = head.post(
        f"/console/budgets/{station.id}/removal", data={"key": key_of(page), "quarter": today}
    )

    assert answer.status_code == 303
    assert find_budget(station, today) is None


def test_the_station_sees_its_budget_and_does_not_set_it(admin, head, station, space, today):
    form = {"node": station.id, "points": "20", "quarter": today}
    head.post("/console/budgets", data={"key": key_of(head.get("/console/budgets")), **form})

    page = admin.get("/console/budgets").text
    assert "还剩 20" in page.replace("\u00a0", " ")
    assert "这里的预算由上一级设" in page
    assert admin.post("/console/budgets", data={**form, "points": "9000"}).status_code == 403
    assert find_budget(station, today).points == 20


def test_the_clerk_has_neither_page(clerk):
    assert clerk.get("/console/budgets").status_code == 403
    assert clerk.get("/console/wishes").status_code == 403


@pytest.fixture
def giving(space, now):
    return add_giving(space, now)


@pytest.fixture
def wish(admin, station, giving, no_csrf):
    page = admin.get("/console/wishes")
    form = {"key": key_of(page), "node": station.id, "title": "给长者03一台收音机", "points": "50"}
    assert admin.post("/console/wishes", data=form).status_code == 303
    (found,) = wishes.list_open(station.path)
    return found


@pytest.fixture
def giver(app, station, now):
    return add_participant(station, now, points=45)


@pytest.fixture
def phone(app, giver, now):
    client = app.test_client()
    token = identity.issue_token(
        actor=SYSTEM, participant_id=giver.participant_id, label="test", now=now
    )
    client.set_cookie("participant_token", token)
    return client


def figures_of(page):
    tiles = page.split('<dl class="card strip">')[1].split("</dl>")[0]
    found = re.findall(r"<dt>(.+?)</dt><dd>(.+?)</dd>", tiles)
    return {name: re.sub(r"<[^>]+>|\s", "", value) for name, value in found}


def give(phone, wish, points):
    page = phone.get(f"/wishes/{wish.id}/gift?points={points}")
    once = re.search(r'name="once" value="([^"]+)"', page.text)[1]
    form = {"once": once, "points": points}
    return [phone.post(f"/wishes/{wish.id}/gifts", data=form) for _time in range(2)]


def test_a_resident_gives_to_a_wish_once_and_is_thanked(phone, wish, giver):
    assert "给长者03一台收音机" in phone.get("/wishes").text
    page = phone.get(f"/wishes/{wish.id}").text.replace("\u00a0", " ")
    assert ">10 分</a>" in page
    assert ">20 分</a>" in page
    assert ">50 分" not in page

    first, second = give(phone, wish, 20)

    assert first.status_code == 303
    assert first.location == second.location
    assert ledger.get_balance(giver.participant_id).balance == 25
    thanks = phone.get(first.location).text.replace("\u00a0", " ")
    assert "谢谢您，捐了 20 分" in thanks
    assert "已有 20 分，一共要 50 分" in thanks
    assert "我捐过的" in phone.get("/wishes").text
    assert "捐给微心愿“给长者03一台收音机”" in phone.get("/history").text


def test_the_item_of_giving_tells_what_was_given_and_no_shelf(phone, admin, wish, giving):
    page = admin.get(f"/console/stock/{giving.id}?done=new").text
    assert "入库" not in page
    give(phone, wish, 20)
    give(phone, wish, 10)

    page = admin.get(f"/console/stock/{giving.id}").text.replace("\xa0", "")

    assert figures_of(page) == {"已捐给微心愿": "30分", "本月捐的": "30分", "价钱": "10分"}
    assert "每月总量" not in page


def test_what_somebody_gave_is_told_to_nobody_else(phone, app, wish, station, now):
    location = give(phone, wish, 10)[0].location
    other = app.test_client()
    token = identity.issue_token(
        actor=SYSTEM,
        participant_id=add_participant(station, now, points=10).participant_id,
        label="test",
        now=now,
    )
    other.set_cookie("participant_token", token)

    assert other.get(location).status_code == 404
    gift = location.rpartition("/")[2]
    assert phone.get(f"/redemptions/{gift}").location.endswith(f"/gifts/{gift}")


def test_a_wish_that_was_closed_meanwhile_takes_nothing(phone, admin, wish, giver):
    key = key_of(admin.get("/console/wishes"))
    assert admin.post(f"/console/wishes/{wish.id}/closing", data={"key": key}).status_code == 303

    refused = phone.post(f"/wishes/{wish.id}/gifts", data={"points": "10"})

    assert refused.status_code == 410
    assert "这个心愿已经结束" in refused.text
    assert ledger.get_balance(giver.participant_id).balance == 45
    assert "已结束" in admin.get("/console/wishes").text


def test_a_wish_that_does_not_fit_is_told_in_a_sentence(admin, station, giving, no_csrf):
    form = {"key": key_of(admin.get("/console/wishes")), "node": station.id}

    answer = admin.post("/console/wishes", data={**form, "title": "收音机", "points": "15"})

    assert answer.status_code == 422
    assert "心愿填得不对" in answer.text
    assert 'value="收音机"' in answer.text


def test_an_amount_that_is_not_offered_leads_back_to_the_wish(phone, wish):
    for points in ("0", "15", "50", "abc"):
        answer = phone.get(f"/wishes/{wish.id}/gift?points={points}")
        assert answer.location.endswith(f"/wishes/{wish.id}")
