"""Notices on the phone: a line on the first page, a list, and a button when they were read."""

import re
import time

import pytest
import time_machine

from rewards.core import clock
from rewards.core.unit import use_case
from rewards.identity import service as identity
from rewards.network import queries as network
from rewards.notices import operations, queries
from rewards.notices.types import NoticeKind
from tests.factories.corrections import adjust, build_admin
from tests.factories.people import SYSTEM, make_branch, make_participant
from tests.factories.world import act_as


@pytest.fixture
def me(app):
    app.config["WTF_CSRF_ENABLED"] = False
    now = clock.now()
    return make_participant(make_branch(now)[2], now)


@pytest.fixture
def phone(client, me):
    token = identity.issue_token(actor=SYSTEM, participant_id=me.id, label="test", now=clock.now())
    client.set_cookie("participant_token", token)
    return client


def tell(me, **details):
    use_case(operations.notify)(
        participant_id=me.id,
        kind=NoticeKind.POINTS_ADJUSTED,
        details={"points": 5, "balance": 5, **details},
        now=clock.now(),
    )


def test_the_first_page_tells_of_news_until_they_were_read(phone, me):
    assert "条新消息" not in phone.get("/").text
    tell(me)
    assert "您有 1 条新消息" in phone.get("/").text

    page = phone.get("/notices").text
    assert "给您加了 5" in page
    assert queries.count_unread(me.id) == 1

    through = re.search(r'name="through" value="([^"]+)"', page)[1]
    time.sleep(0.002)
    tell(me, points=7)
    answer = phone.post("/notices/read", data={"through": through})

    assert (answer.status_code, answer.location) == (303, "/notices")
    assert "您有 1 条新消息" in phone.get("/").text


def test_a_notice_of_points_by_hand_leads_to_the_line_that_says_why(phone, me):
    now = clock.now()
    station = network.get_node(me.home_node_id)
    adjust(build_admin(station), act_as(me), station, 5, now, note="漏记了活动：环境清洁日")

    page = phone.get("/notices").text
    line = phone.get(re.search(r'href="(/history/[^"]+)"', page)[1])

    assert line.status_code == 200
    assert "漏记了活动：环境清洁日" in line.text
    assert "漏记了活动" not in phone.get("/history").text


def test_without_any_the_page_says_what_would_stand_there(phone):
    page = phone.get("/notices").text

    assert "还没有消息" in page
    assert "都看过了" not in page


def test_more_than_a_page_goes_on(phone, me):
    # Ids made in one millisecond have no order.
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for points in range(1, 24):
            tell(me, points=points)
            traveller.shift(1)

    page = phone.get("/notices").text
    following = re.search(r'href="(/notices\?cursor=[^"]+)"', page)[1]

    assert "给您加了 23" in page
    assert "给您加了 1\N{NO-BREAK SPACE}" not in page
    assert "给您加了 1\N{NO-BREAK SPACE}" in phone.get(following).text


@pytest.mark.parametrize("through", ["", "x"])
def test_a_form_without_its_field_marks_nothing(phone, me, through):
    tell(me)

    assert phone.post("/notices/read", data={"through": through}).status_code == 400
    assert queries.count_unread(me.id) == 1


def test_nobody_reads_without_signing_in(client, app):
    assert "sign-in" in client.get("/notices").location
