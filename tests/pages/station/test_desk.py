import re
import threading
from datetime import timedelta

import pytest

from rewards.access.types import Role
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.ids import new_id
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.network.types import Level
from rewards.redemptions import queries as redemptions
from rewards.redemptions import rules, service, store
from rewards.redemptions.types import RedemptionStatus
from rewards.stock import queries as stock
from rewards.stock import service as stock_service
from rewards.stock.types import MovementKind
from tests.factories import books
from tests.factories.people import SYSTEM, make_node, make_participant
from tests.factories.redemptions import reserve_for
from tests.factories.world import act_as

DESK = "/console/desk"


@pytest.fixture
def reserved(rich, towel, now):
    """A towel that the resident reserved on the phone."""
    return reserve_for(rich, towel, now)


@pytest.fixture
def elsewhere(rich, branch, now):
    """Something that the resident reserved at the space of another station of the center."""
    near = make_node(Level.STATION, "兴华社区站", branch[1], now)
    space = stock_service.create_space(actor=SYSTEM, node_id=near.id, name="兴华空间", now=now)
    reward = stock_service.create_reward(
        actor=SYSTEM, space_id=space.id, name="香皂", unit="块", points=30, now=now
    )
    stock_service.record_movement(
        actor=SYSTEM, reward_id=reward.id, kind=MovementKind.RECEIVE, quantity=3, now=now
    )
    return reserve_for(rich, reward, now)


def scan(browser, text):
    return browser.post(DESK, data={"q": text}, follow_redirects=True)


def stand(browser, person):
    """Scan the code of somebody's phone, as it is now."""
    return scan(browser, checkins.get_member_code(person, now=clock.now()))


def form_of(page):
    form = page.split('action="/console/desk/hand-overs"')[1].split("</form>")[0]
    fields = {"pick": [], "item": []}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form):
        if name in fields and isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = value
    return fields


def choose(page):
    """Return the address behind the first thing that can be taken along."""
    return re.search(r'class="good" href="([^"]+item=[^"]+)"', page)[1].replace("&amp;", "&")


def hand_over(browser, page):
    return browser.post(f"{DESK}/hand-overs", data=form_of(page))


def test_the_desk_waits_for_a_scan_and_shows_what_waits(clerk, reserved):
    page = clerk.get(DESK).text

    assert "autofocus" in page
    assert "毛巾 1条" in page
    assert "王*英" in page
    assert "王建英" not in page
    assert "13803511234" not in page


def test_a_pick_up_code_leads_to_the_receipt(clerk, reserved, rich, towel):
    code = f"{reserved.code[:4]} {reserved.code[4:]}"

    page = scan(clerk, code)
    done = hand_over(clerk, page.text)
    receipt = clerk.get(done.location).text

    assert "共1件，用 60" in page.text.replace("\xa0", " ")
    assert done.status_code == 303
    assert "已交付 毛巾 1条" in receipt
    assert "zhouhang" in receipt
    assert "4条" in receipt
    assert "还剩 140" in receipt.replace("\xa0", " ")
    assert redemptions.get_redemption(reserved.id).status is RedemptionStatus.FULFILLED
    assert stock.get_reward(towel.id).on_hand == 4


def test_sending_the_form_twice_hands_over_once(clerk, reserved, rich, towel):
    page = scan(clerk, reserved.code).text

    first, second = hand_over(clerk, page), hand_over(clerk, page)

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert ledger.get_balance(rich.id).balance == 140
    assert stock.get_reward(towel.id).on_hand == 4


def test_two_tabs_hand_over_once_and_the_second_is_told(clerk, reserved, rich, towel):
    tabs = [scan(clerk, reserved.code).text for _ in range(2)]

    first, second = (hand_over(clerk, tab) for tab in tabs)

    assert first.status_code == 303
    assert second.status_code == 409
    assert "这个码已用过，先别给货" in second.text
    assert "zhouhang" in second.text
    assert ledger.get_balance(rich.id).balance == 140


def test_an_item_is_taken_along_directly_and_once(clerk, rich, towel):
    page = stand(clerk, rich).text
    with_item = clerk.get(choose(page)).text

    first, second = hand_over(clerk, with_item), hand_over(clerk, with_item)

    assert "在下面选一件" in page
    assert "共1件，用 60" in with_item.replace("\xa0", " ")
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert ledger.get_balance(rich.id).balance == 140
    assert ledger.get_balance(rich.id).held == 0
    assert stock.get_reward(towel.id).on_hand == 4


def test_a_price_that_changed_meanwhile_is_not_taken(clerk, rich, towel, now):
    chosen = choose(stand(clerk, rich).text)
    with_item = clerk.get(chosen).text
    stock_service.update_reward(actor=SYSTEM, reward_id=towel.id, points=90, now=now)

    refusal = hand_over(clerk, with_item)

    assert refusal.status_code == 409
    assert "分数刚刚改了" in refusal.text
    assert ledger.get_balance(rich.id).balance == 200
    assert stock.get_reward(towel.id).on_hand == 5
    assert hand_over(clerk, clerk.get(chosen).text).status_code == 303


@pytest.mark.parametrize("key", ["", "a\0", "键", "x" * 129])
def test_a_form_whose_key_is_none_is_not_taken(clerk, reserved, rich, key):
    form = form_of(scan(clerk, reserved.code).text)

    assert clerk.post(f"{DESK}/hand-overs", data=form | {"key": key}).status_code == 400
    assert ledger.get_balance(rich.id).balance == 200


def test_going_back_after_the_hand_over_offers_nothing_to_confirm(clerk, rich, towel):
    address = choose(stand(clerk, rich).text)

    assert hand_over(clerk, clerk.get(address).text).status_code == 303
    again = clerk.get(address)

    assert "扫码过了10分钟，或已经换过" in again.text
    assert 'name="item"' not in again.text
    assert ledger.get_balance(rich.id).balance == 140
    assert stock.get_reward(towel.id).on_hand == 4


def test_one_more_of_the_same_is_another_hand_over(clerk, rich, towel, now, monkeypatch):
    for seconds in (0, 30):
        monkeypatch.setattr(clock, "now", lambda later=seconds: now + timedelta(seconds=later))
        address = choose(stand(clerk, rich).text)
        assert hand_over(clerk, clerk.get(address).text).status_code == 303

    assert ledger.get_balance(rich.id).balance == 80
    assert stock.get_reward(towel.id).on_hand == 3


def test_a_double_click_at_the_same_moment_hands_over_once(app, clerk, rich, towel, race):
    chosen = choose(stand(clerk, rich).text)
    form = form_of(clerk.get(chosen).text)
    token = clerk.get_cookie("staff_token").value
    barrier = threading.Barrier(2)

    def click(_number):
        browser = app.test_client()
        browser.set_cookie("staff_token", token)
        barrier.wait(timeout=20)
        return browser.post(f"{DESK}/hand-overs", data=form)

    answers = race(2, click)

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert ledger.get_balance(rich.id).balance == 140
    assert stock.get_reward(towel.id).on_hand == 4


def test_what_is_not_enough_cannot_be_chosen_nor_sent(clerk, resident, towel, space):
    page = stand(clerk, resident).text
    form = {**form_of(page), "item": f"{towel.id}.1.60"}

    answer = clerk.post(f"{DESK}/hand-overs", data=form)

    assert "差 60" in page.replace("\xa0", " ")
    assert f"item={towel.id}" not in page
    assert answer.status_code == 409
    assert "先别给货" in answer.text
    assert ledger.get_balance(resident.id).held == 0


@pytest.mark.parametrize(
    ("points", "said"), [(60, "差 40 分"), (20, "还差 10 分，第一次兑换，账户里要有 30 分")]
)
def test_all_that_somebody_lacks_the_first_time_is_told(
    clerk, resident, station, towel, now, points, said
):
    store.use_terms(rules.DEFAULT_TERMS)
    books.post(resident, station, amount=20, now=now)
    stock_service.update_reward(actor=SYSTEM, reward_id=towel.id, points=points, now=now)

    assert f"<small>{said}</small>" in stand(clerk, resident).text.replace("\xa0", " ")


def test_a_reservation_can_be_left_for_another_day(clerk, reserved):
    page = scan(clerk, reserved.code).text
    address = re.search(r'href="([^"]+pick=none[^"]*)"', page)[1].replace("&amp;", "&")
    without = clerk.get(address)

    nothing = hand_over(clerk, without.text)

    assert "先选要交付的东西" in without.text
    assert "还没选" in clerk.get(nothing.location).text
    assert redemptions.get_redemption(reserved.id).status is RedemptionStatus.RESERVED


@pytest.mark.parametrize("how", ["number", "phone", "tail", "code", "link"])
def test_a_resident_without_a_phone_is_found(clerk, rich, towel, how):
    token = checkins.get_member_code(rich, now=clock.now())
    text = {
        "number": rich.number,
        "phone": "138 0351 1234",
        "tail": "1234",
        "code": token,
        "link": f"HTTPS://REWARDS.EXAMPLE/C/{token}",
    }[how]

    page = scan(clerk, text)

    assert page.status_code == 200
    assert "还能用" in page.text
    assert "200" in page.text


def test_several_who_may_be_meant_are_offered(clerk, rich, station, towel, now):
    make_participant(station, now, name="王建国", phone="13903511234")

    page = scan(clerk, "1234").text

    assert "核对是哪一位" in page
    assert page.count("是这位") == 2


BAD = [
    ("", 200, "扫取货码或志愿者卡"),
    ("   ", 200, "扫取货码或志愿者卡"),
    ("99999999", 404, "没找到这个码"),
    ("0000 0000", 404, "没找到这个码"),
    ("1234567", 404, "没找到这个码"),
    ("<script>", 404, "没找到这个码"),
    ("' OR 1=1 --", 404, "没找到这个码"),
    ("A" * 37, 404, "没找到这个码"),
    ("HTTPS://X.CN/C/" + "A" * 37, 404, "没找到这个码"),
    ("9" * 400, 404, "没找到这个码"),
    ("１２３４５６７８", 404, "没找到这个码"),  # noqa: RUF001
    ("\x00", 404, "没找到这个码"),
]


@pytest.mark.parametrize(("text", "status", "said"), BAD)
def test_a_bad_scan_is_no_dead_end(clerk, towel, text, status, said):
    page = scan(clerk, text)

    assert page.status_code == status
    assert said in page.text
    assert 'id="scan"' in page.text
    assert "<script>" not in page.text


def test_a_used_code_says_when_and_by_whom(clerk, reserved):
    hand_over(clerk, scan(clerk, reserved.code).text)

    again = scan(clerk, reserved.code)

    assert again.status_code == 409
    assert "这个码已用过，先别给货" in again.text
    assert "zhouhang 已交付 毛巾 1条" in again.text
    assert f"receipt?id={reserved.id}" in again.text


def test_a_number_that_was_a_code_once_still_finds_its_owner(clerk, reserved, station, now):
    neighbour = make_participant(station, now, name="李强", number=reserved.code)
    assert "王*英" in scan(clerk, reserved.code).text

    hand_over(clerk, scan(clerk, reserved.code).text)
    again = scan(clerk, reserved.code)

    assert "这个码已用过，先别给货" in again.text
    assert f'href="{DESK}/people/{neighbour.id}"' in again.text
    assert "这也是李*的卡号" in again.text


def test_who_belongs_to_another_center_is_not_shown(clerk, reserved, rich, other_station, now):
    stranger = make_participant(other_station, now, name="李强")
    assert clerk.get(f"{DESK}/people/{stranger.id}").status_code == 404

    # Whoever moved away still collects what waits here.
    identity.update_participant(
        actor=SYSTEM, participant_id=rich.id, home_node_id=other_station.id, now=now
    )
    assert "毛巾 1条" in clerk.get(f"{DESK}/people/{rich.id}").text
    assert hand_over(clerk, scan(clerk, reserved.code).text).status_code == 303


def test_a_cancelled_code_says_so(clerk, reserved, rich, now):
    service.cancel(actor=act_as(rich), redemption_id=reserved.id, now=now)

    page = scan(clerk, reserved.code)

    assert page.status_code == 409
    assert "这个码取消了，先别给货" in page.text
    assert "居民本人" in page.text


def test_an_expired_code_says_so(clerk, reserved, now):
    service.expire(redemption_id=reserved.id, now=reserved.expires_at)

    page = scan(clerk, reserved.code)

    assert page.status_code == 409
    assert "这个码过期了，先别给货" in page.text


def test_a_code_of_another_station_is_not_handed_over(clerk, elsewhere, towel):
    page = scan(clerk, elsewhere.code)

    assert page.status_code == 409
    assert "别的站的码，这里不能领" in page.text
    assert "兴华空间" in page.text
    assert "香皂" not in page.text
    assert redemptions.get_redemption(elsewhere.id).status is RedemptionStatus.RESERVED

    # Nobody is sent there for what has ended.
    service.expire(redemption_id=elsewhere.id, now=elsewhere.expires_at)
    over = scan(clerk, elsewhere.code)
    assert over.status_code == 409
    assert "这个码过期了，先别给货" in over.text
    assert "兴华空间" in over.text
    assert "告诉居民" not in over.text


def test_a_form_cannot_hand_over_what_lies_elsewhere(clerk, elsewhere, rich, towel):
    form = {"participant": str(rich.id), "pick": [str(elsewhere.id)], "key": "once"}

    answer = clerk.post(f"{DESK}/hand-overs", data=form)

    assert answer.status_code == 403
    assert "别的站的码" in answer.text
    assert redemptions.get_redemption(elsewhere.id).status is RedemptionStatus.RESERVED


def test_a_form_cannot_hand_over_what_is_another_persons(clerk, reserved, station, now):
    other = make_participant(station, now, name="刘洋")
    form = {"participant": str(other.id), "pick": [str(reserved.id)], "key": "once"}

    answer = clerk.post(f"{DESK}/hand-overs", data=form)

    assert answer.status_code == 404
    assert redemptions.get_redemption(reserved.id).status is RedemptionStatus.RESERVED


@pytest.mark.parametrize(
    "changes",
    [
        {"participant": "x"},
        {"participant": str(new_id())},
        {"pick": ["x"]},
        {"pick": [str(new_id())]},
        {"item": "x"},
        {"item": str(new_id())},
        {"item": "x.1.60"},
        {"item": "-1"},
        {"key": ""},
    ],
)
def test_a_form_that_was_tampered_with_does_nothing(clerk, reserved, rich, changes):
    form = {"participant": str(rich.id), "pick": [str(reserved.id)], "key": "once", **changes}
    answer = clerk.post(f"{DESK}/hand-overs", data=form)

    assert answer.status_code in (400, 404)
    assert ledger.get_balance(rich.id).balance == 200


def test_a_reservation_is_cancelled_for_the_resident(clerk, reserved, rich):
    first = clerk.post(f"{DESK}/cancellations", data={"redemption": str(reserved.id)})
    second = clerk.post(f"{DESK}/cancellations", data={"redemption": str(reserved.id)})

    # A nervous finger is told the same as a calm one.
    assert second.location == first.location
    assert "退回了" in clerk.get(first.location).text
    assert ledger.get_balance(rich.id).held == 0


@pytest.mark.parametrize("role", [Role.HOST, Role.TEAM_LEADER, Role.AUDITOR])
def test_only_who_may_hand_over_gets_to_the_desk(make_browser, station, reserved, role):
    browser = make_browser("other", (role, station))
    form = {"participant": str(reserved.participant_id), "pick": [str(reserved.id)], "key": "k"}

    assert browser.get(DESK).status_code == 403
    assert browser.post(f"{DESK}/hand-overs", data=form).status_code == 403
    assert browser.get(f"{DESK}/receipt?id={reserved.id}").status_code == 403
    assert redemptions.get_redemption(reserved.id).status is RedemptionStatus.RESERVED


def test_staff_of_another_station_cannot_hand_over_nor_read_a_receipt(
    clerk, stranger, reserved, other_station, now
):
    stock_service.create_space(actor=SYSTEM, node_id=other_station.id, name="兴华空间", now=now)
    page = scan(stranger, reserved.code)
    hand_over(clerk, scan(clerk, reserved.code).text)

    assert "别的站的码" in page.text
    assert stranger.get(f"{DESK}/receipt?id={reserved.id}").status_code == 403


def test_a_form_without_its_token_hands_over_nothing(app, clerk, reserved, rich):
    page = scan(clerk, reserved.code).text
    app.config["WTF_CSRF_ENABLED"] = True

    answer = clerk.post(f"{DESK}/hand-overs", data={**form_of(page), "csrf_token": "forged"})

    assert answer.status_code == 400
    assert ledger.get_balance(rich.id).balance == 200


def test_a_station_without_a_space_says_so(clerk, station):
    page = clerk.get(DESK)

    assert page.status_code == 200
    assert "还没有线下空间" in page.text
