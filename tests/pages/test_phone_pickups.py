"""What waits for me on the phone: who collects, by when, at what time, and what became of it."""

import re
from datetime import timedelta

import pytest
import time_machine

from rewards.identity import service as identity
from rewards.redemptions import queries, service
from rewards.redemptions.types import CollectedBy, ReturnKind
from rewards.stock import queries as stock
from tests.factories.redemptions import (
    SYSTEM,
    add_participant,
    add_shop,
    hand_over,
    open_slots,
    reserve,
)


@pytest.fixture(autouse=True)
def _stopped_clock(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def shop(app, now):
    app.config["WTF_CSRF_ENABLED"] = False
    return add_shop(now)


@pytest.fixture
def person(shop, now):
    return add_participant(shop.station, now, points=300)


@pytest.fixture
def phone(client, person, now):
    token = identity.issue_token(
        actor=SYSTEM, participant_id=person.participant_id, label="test", now=now
    )
    client.set_cookie("participant_token", token)
    return client


def at(redemption, what=""):
    return f"/redemptions/{redemption.id}{what}"


def test_somebody_is_named_changed_and_forgotten(phone, shop, person, now):
    redemption = reserve(shop, person, now)
    assert "请人代领" in phone.get(at(redemption)).text

    wrong = phone.post(at(redemption, "/proxy"), data={"name": "李秀兰", "phone_tail": "56"})
    assert wrong.status_code == 422
    assert "要4位数字" in wrong.text
    assert 'value="李秀兰"' in wrong.text
    right = phone.post(at(redemption, "/proxy"), data={"name": "李秀兰", "phone_tail": "5678"})
    assert (right.status_code, right.location) == (303, at(redemption))
    page = phone.get(at(redemption)).text
    assert "李秀兰" in page
    assert "手机尾号5678" in page

    phone.post(at(redemption, "/proxy/removal"))
    assert queries.find_proxy(redemption.id) is None
    assert "李秀兰" not in phone.get(at(redemption)).text


def test_more_time_is_asked_for_once(phone, shop, person, now):
    redemption = reserve(shop, person, now)
    page = phone.get(at(redemption, "/extension")).text
    assert "现在留到" in page
    assert "给我多留7天" in page

    answers = [phone.post(at(redemption, "/extension")) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    later = queries.get_redemption(redemption.id)
    assert later.expires_at == redemption.expires_at + timedelta(days=7)
    assert "多留7天" not in phone.get(at(redemption)).text
    assert "已经延过一次了" in phone.get(at(redemption, "/extension")).text


def test_who_taps_twice_to_cancel_finds_it_cancelled(phone, shop, person, now):
    redemption = reserve(shop, person, now)

    answers = [phone.post(at(redemption, "/cancellation")) for _time in range(2)]

    assert [answer.location for answer in answers] == [at(redemption)] * 2
    assert "已取消" in phone.get(at(redemption)).text
    hand = hand_over(shop, reserve(shop, person, now), now)
    assert phone.post(at(hand, "/cancellation")).status_code == 409


def test_a_time_is_chosen_with_the_reservation_and_changed(phone, shop, person, now):
    slots = open_slots(shop, now)
    page = phone.get(f"/rewards/{shop.reward.id}").text
    assert slots[2].isoformat() in page
    form = {"points": "60", "slot": slots[2].isoformat()}
    location = phone.post(f"/rewards/{shop.reward.id}/reservations", data=form).location
    assert "约好" in phone.get(location).text

    answer = phone.post(f"{location}/slot", data={"slot": slots[4].isoformat()})
    assert answer.status_code == 303
    [mine] = queries.list_open(person.participant_id)
    assert stock.find_slot(mine.slot_id).starts_at == slots[4]
    refused = phone.post(f"{location}/slot", data={"slot": "2026-11-22T02:01:00+00:00"})
    assert refused.status_code == 409
    assert "现在这样做" in refused.text
    assert phone.post(f"{location}/slot", data={"slot": "tomorrow"}).status_code == 400


def test_where_no_slots_are_used_none_is_asked_for(phone, shop, person, now):
    redemption = reserve(shop, person, now)
    assert "约个时间" not in phone.get(at(redemption)).text
    assert "不用约" in phone.get(at(redemption, "/slot")).text


def test_what_became_of_it_is_told(phone, shop, person, now):
    part = hand_over(shop, reserve(shop, person, now, quantity=2), now, quantity=1)
    page = phone.get(at(part)).text
    assert "已经领走了" in page
    assert "剩下1支的取货码" in page
    assert "东西坏了" in page
    assert "这是剩下的" in phone.get(at(queries.find_rest(part.id))).text

    service.undo(actor=shop.clerk, redemption_id=part.id, now=now)
    page = phone.get(at(part)).text
    assert "退回了" in page
    assert "东西坏了" not in page

    other = hand_over(shop, reserve(shop, person, now), now, collected_by=CollectedBy.SLIP)
    service.take_back(
        actor=shop.manager,
        redemption_id=other.id,
        kind=ReturnKind.REPLACED,
        quantity=1,
        note="开裂了",
        now=now,
    )
    page = phone.get(at(other)).text
    assert "代领人签单领的" in page
    assert "换过好的" in page


def test_my_own_are_listed_and_others_do_not_exist(phone, shop, person, now):
    assert "还没有换过" in phone.get("/redemptions").text
    waiting = reserve(shop, person, now)
    cancelled = reserve(shop, person, now)
    service.cancel(actor=person, redemption_id=cancelled.id, now=now)
    foreign = reserve(shop, add_participant(shop.station, now, points=60), now)

    page = phone.get("/redemptions").text
    assert at(waiting) in page
    assert at(cancelled) in page
    assert "取消了" in page
    assert at(foreign) not in page
    for what in ("", "/proxy", "/extension", "/slot", "/cancellation"):
        assert phone.get(at(foreign, what)).status_code == 404


def test_what_is_over_is_told_before_the_points_are_back(phone, shop, person, now):
    redemption = reserve(shop, person, now)

    with time_machine.travel(redemption.expires_at, tick=False):
        page = phone.get(at(redemption)).text
        proxy = phone.get(at(redemption, "/proxy"))

    assert "没来得及领" in page
    assert redemption.code not in page.replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    assert proxy.status_code == 410


def test_what_left_the_desk_in_my_name_is_told_and_can_be_contested(phone, shop, person, now):
    hand_over(shop, reserve(shop, person, now), now)

    told = "您的积分在某社区线下空间兑换台换了牙膏"
    assert told in phone.get("/").text
    page = phone.get("/notices").text
    assert told in page
    assert "不是您？马上打电话，或提出申诉" in page
    appeal = phone.get(re.search(r'href="(/appeals/new[^"]+)"', page)[1])
    assert "兑换 牙膏" in appeal.text
    # Who has no phone reads it on paper.
    assert "在某社区线下空间" in phone.get("/statement").text

    with time_machine.travel(now + timedelta(days=16), tick=False):
        assert "/appeals/new" not in phone.get("/notices").text
        assert told not in phone.get("/").text


def test_what_was_undone_at_the_desk_is_not_told_as_spent(phone, shop, person, now):
    stays, undone = reserve(shop, person, now), reserve(shop, person, now)
    for each in (stays, undone):
        hand_over(shop, each, now)
    told = "您的积分在某社区线下空间兑换台换了牙膏"
    for redemption, count in ((undone, 1), (stays, 0)):
        service.undo(actor=shop.clerk, redemption_id=redemption.id, now=now)

        assert phone.get("/").text.count(told) == count
        assert phone.get("/notices").text.count("不是我，申诉</a>") == count


def test_what_was_read_is_not_told_on_the_first_page_again(phone, shop, person, now):
    hand_over(shop, reserve(shop, person, now), now)
    page = phone.get("/notices").text
    through = re.search(r'name="through" value="([^"]+)"', page)[1]
    phone.post("/notices/read", data={"through": through})
    hand_over(shop, reserve(shop, person, now, actor=shop.clerk), now)

    assert phone.get("/").text.count("兑换台换了") == 1
