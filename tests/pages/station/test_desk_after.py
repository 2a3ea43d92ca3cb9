"""After the hand-over: the receipt on paper, a mistake undone, faulty goods, parts, proxies."""

import re
from datetime import timedelta

import pytest

from rewards.access.types import Role
from rewards.core import clock
from rewards.ledger import queries as ledger
from rewards.notices import queries as notices
from rewards.redemptions import queries as redemptions
from rewards.redemptions import service
from rewards.redemptions.types import CollectedBy, RedemptionStatus, ReturnKind
from rewards.stock import queries as stock
from rewards.stock import service as stock_service
from rewards.stock.types import MovementKind
from rewards.web.papers import receipts
from tests.factories.people import SYSTEM
from tests.factories.redemptions import reserve_for
from tests.factories.world import act_as
from tests.pages.station.test_desk import DESK, choose, form_of, hand_over, scan, stand

POINTS_PER_MM = 72 / 25.4


@pytest.fixture
def reserved(rich, towel, now):
    """Two towels that the resident reserved on the phone."""
    return reserve_for(rich, towel, now, quantity=2)


@pytest.fixture
def receipt(clerk, reserved):
    """The page after both were handed over."""
    return clerk.get(hand_over(clerk, scan(clerk, reserved.code).text).location)


@pytest.fixture
def at(monkeypatch, now):
    """Return a function that sets the clock of the pages."""

    def set_clock(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_clock


@pytest.fixture
def soap(space, towel, now):
    reward = stock_service.create_reward(
        actor=SYSTEM, space_id=space.id, name="香皂", unit="块", points=30, now=now
    )
    return stock_service.record_movement(
        actor=SYSTEM, reward_id=reward.id, kind=MovementKind.RECEIVE, quantity=1, now=now
    )


@pytest.fixture
def read_paper(monkeypatch):
    """Return a function that asks for a receipt on paper and returns what stands on it."""
    pairs = []
    draw = receipts._pair

    def note(label, value):
        pairs.append((label, value.replace("\xa0", " ")))
        return draw(label, value)

    def read(browser, address):
        assert browser.get(address).mimetype == "application/pdf"
        return pairs

    monkeypatch.setattr(receipts, "_pair", note)
    return read


def redemptions_of(address):
    return re.findall(r"id=([0-9a-f-]{36})", address)


def send(browser, page, action, **values):
    """Send the first form to *action* of a page."""
    form = page.split(f'action="{action}"')[1].split("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return browser.post(action, data={**fields, **values})


def open_return(clerk, person, action):
    """Return the page of what somebody who stands there brings back."""
    stands = stand(clerk, person).text
    return clerk.get(re.search(rf'href="({action}[^"]*)"', stands)[1]).text


def plain(answer):
    return answer.text.replace("\xa0", " ")


def test_the_receipt_is_a_strip_of_paper_without_a_code_to_use_again(clerk, receipt, reserved):
    address = re.search(r'href="(/console/desk/receipt\.pdf[^"]+)"', receipt.text)[1]
    paper = clerk.get(address)

    assert paper.mimetype == "application/pdf"
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", paper.data)
    assert abs(float(box[1]) / POINTS_PER_MM - 58) < 0.1
    assert paper.data.count(b"/Type /Page\n") == 1
    assert 'class="card stack strip58"' in receipt.text
    assert reserved.code not in receipt.text
    assert "王建英" not in receipt.text


def test_a_mistake_is_undone_once_and_everything_is_where_it_was(
    clerk, receipt, reserved, rich, towel
):
    first = send(clerk, receipt.text, f"{DESK}/undo")
    second = send(clerk, receipt.text, f"{DESK}/undo")

    assert first.status_code == second.status_code == 303
    assert "撤销了，120 分 退回" in plain(clerk.get(first.location))
    scanned = scan(clerk, reserved.code)
    assert scanned.status_code == 409
    assert "这一笔退回过，先别给货" in scanned.text
    assert "zhouhang 收回了 毛巾 2条，120 分 已退回" in plain(scanned)
    assert ledger.get_balance(rich.id).available == 200
    assert stock.get_reward(towel.id).available == 5


def test_a_receipt_counts_once_what_was_taken_and_not_what_came_back(
    clerk, receipt, reserved, rich, towel, soap, read_paper
):
    page = clerk.get(choose(stand(clerk, rich).text))
    (bar,) = redemptions_of(hand_over(clerk, page.text).location)
    address = f"{DESK}/receipt?id={reserved.id}&id={bar}&id={bar}"
    assert "用掉 150 分" in plain(clerk.get(address))

    assert send(clerk, receipt.text, f"{DESK}/undo").status_code == 303
    both = clerk.get(address)
    alone = clerk.get(receipt.request.full_path)

    assert "已交付 香皂 1块" in plain(both)
    assert "用掉 30 分" in plain(both)
    assert "已退回，这张单作废" in alone.text
    assert "已交付" not in alone.text
    paper = read_paper(clerk, f"{DESK}/receipt.pdf?id={reserved.id}&id={bar}")
    assert ("毛巾 2条", "已退回") in paper
    assert ("用掉", "30 分") in paper


def test_after_fifteen_minutes_or_by_a_colleague_nothing_is_undone(
    clerk, make_browser, station, receipt, rich, now, at
):
    colleague = make_browser("liuyang", (Role.CLERK, station))
    seen = colleague.get(receipt.request.full_path)
    theirs = send(colleague, receipt.text, f"{DESK}/undo")
    at(now + timedelta(minutes=16))
    late = send(clerk, receipt.text, f"{DESK}/undo")

    assert "交错了，撤销" in receipt.text
    assert "交错了，撤销" not in seen.text
    assert theirs.status_code == 403
    assert "别的同事交付的" in theirs.text
    assert late.status_code == 410
    assert "过了15分钟" in late.text
    assert "先别给货" not in late.text
    assert "交错了，撤销" not in clerk.get(receipt.request.full_path).text
    assert ledger.get_balance(rich.id).available == 80


@pytest.mark.parametrize(("kind", "left", "on_hand"), [("replaced", 80, 2), ("refunded", 200, 4)])
def test_faulty_goods_are_replaced_or_paid_back_once(
    clerk, receipt, reserved, rich, towel, kind, left, on_hand
):
    action = f"{DESK}/returns/{reserved.id}"
    page = open_return(clerk, rich, action)

    answers = [
        send(clerk, page, action, kind=kind, quantity="1", note="脱线了") for _each in range(2)
    ]

    assert [each.status_code for each in answers] == [303, 303]
    assert ("换好了" if kind == "replaced" else "退了，120 分") in plain(
        clerk.get(answers[0].location)
    )
    assert redemptions.find_return(reserved.id).kind is ReturnKind(kind)
    assert ledger.get_balance(rich.id).available == left
    assert stock.get_reward(towel.id).on_hand == on_hand
    again = clerk.get(action).text
    assert "不能再退换" in again
    # What came back once is offered nowhere again.
    assert action not in clerk.get(f"{DESK}/people/{rich.id}").text
    assert f"{DESK}/undo" not in clerk.get(receipt.request.full_path).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"note": ""}, "退换的内容填得不对"),
        ({"quantity": "3"}, "退换的内容填得不对"),
        ({"quantity": "1234x"}, "退换的内容填得不对"),
        ({"kind": "x"}, "退换的内容填得不对"),
    ],
)
def test_what_is_said_of_faulty_goods_must_fit(
    make_browser, station, receipt, reserved, rich, typed, said
):
    admin = make_browser("liuyang", (Role.STATION_ADMIN, station))
    action = f"{DESK}/returns/{reserved.id}"
    values = {"kind": "refunded", "quantity": "1", "note": "脱线了", **typed}

    answer = send(admin, admin.get(action).text, action, **values)

    assert answer.status_code == 422
    assert said in answer.text
    assert ledger.get_balance(rich.id).available == 80


def test_what_another_space_handed_over_goes_back_there(
    clerk, receipt, reserved, rich, station, now
):
    action = f"{DESK}/returns/{reserved.id}"
    form = open_return(clerk, rich, action)
    other = stock_service.create_space(actor=SYSTEM, node_id=station.id, name="二楼空间", now=now)
    clerk.get(f"{DESK}?space={other.id}")

    answers = [
        clerk.get(action),
        send(clerk, form, action, kind="replaced", note="脱线了"),
        send(clerk, receipt.text, f"{DESK}/undo"),
    ]

    assert [each.status_code for each in answers] == [409, 409, 409]
    assert all("这是线下空间交付的" in each.text for each in answers)
    assert "交错了，撤销" not in clerk.get(receipt.request.full_path).text
    assert redemptions.find_return(reserved.id) is None


def test_who_handed_over_is_asked_for_the_owner_or_a_colleague(clerk, receipt, reserved):
    action = f"{DESK}/returns/{reserved.id}"
    page = clerk.get(action).text
    form = {"key": "once", "kind": "replaced", "quantity": "2", "note": "坏了"}

    answer = clerk.post(action, data=form)

    assert "扫一扫本人的码或卡" in page
    assert 'id="note"' not in page
    assert answer.status_code == 403
    assert redemptions.find_return(reserved.id) is None


def test_who_counts_the_shelf_does_not_read_at_the_desk_what_to_find(
    clerk, admin, rich, towel, now
):
    waiting, given = (reserve_for(rich, towel, now) for _ in range(2))
    before = scan(clerk, waiting.code).text
    clerk.post("/console/stock/stocktakes")

    person = scan(clerk, waiting.code).text
    receipt = clerk.get(hand_over(clerk, scan(clerk, given.code).text).location).text
    back = clerk.get(f"{DESK}/returns/{given.id}").text

    assert "架上" in before
    assert not any("架上" in page for page in (person, receipt, back))
    # Whoever keeps the stock is not led by it.
    assert "架上" in scan(admin, waiting.code).text


def test_who_works_elsewhere_neither_sees_nor_takes_goods_back(stranger, receipt, reserved):
    action = f"{DESK}/returns/{reserved.id}"

    assert stranger.get(action).status_code == 403
    assert stranger.post(action, data={"key": "once"}).status_code == 403
    assert stranger.get(f"{DESK}/receipt.pdf?id={reserved.id}").status_code == 403


def test_one_of_two_is_taken_now_and_the_other_waits(clerk, reserved, rich, towel):
    page = scan(clerk, reserved.code).text
    fewer = re.search(r'href="([^"]+)"[^>]*aria-label="少领一条毛巾"', page)[1]
    part = clerk.get(fewer.replace("&amp;", "&"))

    receipt = clerk.get(hand_over(clerk, part.text).location)

    assert "这次先领1条" in part.text
    assert "共1件，用 60 分" in plain(part)
    assert "还有 毛巾 1条 等着领" in receipt.text
    # The code was scanned, and the way to a part of it forgot neither that nor told it.
    assert reserved.code not in fewer
    (told,) = notices.page_notices(participant_id=rich.id).items
    assert told.details["is_shown"] is True
    (rest,) = redemptions.list_open(rich.id)
    assert (rest.quantity, rest.points, rest.split_from) == (1, 60, reserved.id)
    assert stock.get_reward(towel.id).on_hand == 4


@pytest.mark.parametrize("quantity", ["0", "1000", "x"])
def test_a_part_that_cannot_be_is_refused(clerk, reserved, rich, quantity):
    form = form_of(scan(clerk, reserved.code).text)
    form["pick"] = [f"{reserved.id}.{quantity}"]

    assert clerk.post(f"{DESK}/hand-overs", data=form).status_code in (404, 422)
    assert redemptions.get_redemption(reserved.id).status is RedemptionStatus.RESERVED


def test_somebody_else_collects_with_a_name_or_a_slip(clerk, reserved, rich, now):
    page = scan(clerk, reserved.code).text
    refused = clerk.post(f"{DESK}/hand-overs", data={**form_of(page), "by": "proxy"})

    assert "代领人" not in page.split("别人来代领")[1].split("</details>")[0]
    assert refused.status_code == 409
    assert "居民没有填代领人" in refused.text
    service.name_proxy(
        actor=act_as(rich), redemption_id=reserved.id, name="李红梅", phone_tail="5678", now=now
    )
    page = scan(clerk, reserved.code).text
    assert "代领人 李*梅，手机尾号 5678" in page
    done = clerk.post(f"{DESK}/hand-overs", data={**form_of(page), "by": "proxy"})
    assert "代领人" in clerk.get(done.location).text
    assert redemptions.get_redemption(reserved.id).collected_by is CollectedBy.PROXY


def collect(clerk, picks, *, proxy_of):
    form = form_of(scan(clerk, "13803511234").text)
    form |= {"pick": picks, "by": f"proxy.{proxy_of.id}"}
    return clerk.post(f"{DESK}/hand-overs", data=form)


def test_a_proxy_takes_only_what_they_are_named_for(clerk, rich, towel, reserved, now):
    other = reserve_for(rich, towel, now)
    for redemption, name, tail in ((reserved, "李红梅", "5678"), (other, "赵国强", "1111")):
        service.name_proxy(
            actor=act_as(rich), redemption_id=redemption.id, name=name, phone_tail=tail, now=now
        )
    page = scan(clerk, "13803511234").text
    picks = [f"{each.id}.{each.quantity}" for each in (reserved, other)]

    both = collect(clerk, picks, proxy_of=other)
    own = collect(clerk, picks[1:], proxy_of=other)

    assert "李*梅，手机尾号 5678" in page
    assert "赵*强，手机尾号 1111" in page
    assert (both.status_code, own.status_code) == (409, 303)
    assert "没有填这个人代领" in both.text
    assert redemptions.get_redemption(reserved.id).status is RedemptionStatus.RESERVED
    assert redemptions.get_redemption(other.id).collected_by is CollectedBy.PROXY


def test_what_staff_reserved_waits_for_its_code_or_its_owner(clerk, rich, towel, now):
    theirs = reserve_for(rich, towel, now, actor=SYSTEM)

    found = scan(clerk, "13803511234").text
    scanned = scan(clerk, theirs.code).text
    forged = {**form_of(found), "pick": f"{theirs.id}", "shown": theirs.code}

    assert "工作人员代为预留" in found
    assert "确认交付" not in found
    assert clerk.post(f"{DESK}/hand-overs", data=forged).status_code == 409
    assert hand_over(clerk, scanned).status_code == 303


def test_a_slip_is_kept_for_who_named_nobody(clerk, reserved):
    form = form_of(scan(clerk, reserved.code).text)

    done = clerk.post(f"{DESK}/hand-overs", data={**form, "by": "slip"})

    assert "留了代领单" in clerk.get(done.location).text
    assert redemptions.get_redemption(reserved.id).collected_by is CollectedBy.SLIP


def test_residents_read_of_faulty_goods_only_that_points_went_back(
    clerk, client, receipt, reserved, rich, station
):
    action = f"{DESK}/returns/{reserved.id}"
    page = open_return(clerk, rich, action)
    send(clerk, page, action, kind="refunded", quantity="2", note="脱线了")

    flow = plain(client.get(f"/nodes/{station.id}/flow"))

    assert "<dt>退回</dt><dd>退了 120 分</dd>" in flow
    assert "有毛病的不放回架上" in flow
