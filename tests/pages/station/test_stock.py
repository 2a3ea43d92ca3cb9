import html
import re

import pytest
import sqlalchemy as sa

from rewards.access.models import AuditRecordRow
from rewards.core.db import db
from rewards.pages.console import stock_changes
from rewards.stock import queries as stock


def key_of(page):
    return re.search(r'name="key" value="([^"]+)"', page)[1]


def move(browser, reward, **form):
    address = f"/console/stock/{reward.id}"
    key = key_of(browser.get(address).text)
    return browser.post(f"{address}/movements", data={"key": key, **form})


def ask(browser, reward, **form):
    """Ask for a change of a level."""
    address = f"/console/stock/{reward.id}/change"
    form = {"kind": "damage", "quantity": "2", "note": "淋湿了", **form}
    return browser.post(address, data={"key": key_of(browser.get(address).text), **form})


def decide(browser, verdict="approval", **form):
    """Decide on the change that is first on the page."""
    page = browser.get("/console/stock/changes").text
    address = re.search(rf'action="(/console/stock/changes/[\w-]+/{verdict})"', page)[1]
    return browser.post(address, data=form)


def test_the_shelf_shows_what_is_there(admin, towel):
    page = admin.get("/console/stock").text

    assert "毛巾" in page
    assert "60" in page
    assert '<td class="n"><b>5</b></td>' in page


def test_what_comes_in_counts_once_however_often_it_is_sent(admin, towel):
    page = admin.get(f"/console/stock/{towel.id}").text
    form = {"key": key_of(page), "quantity": "12", "note": "采购"}

    answers = [admin.post(f"/console/stock/{towel.id}/movements", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert stock.get_reward(towel.id).on_hand == 17
    assert "现在架上17条" in admin.get(answers[0].location).text
    audited = db.session.scalars(
        sa.select(AuditRecordRow).where(
            AuditRecordRow.action == "stock.moved", AuditRecordRow.principal != "system"
        )
    ).all()
    assert len(audited) == 1


def test_damage_is_told_by_one_and_approved_by_another(clerk, admin, towel):
    asked = ask(clerk, towel)
    waiting = admin.get("/console/stock").text
    today = admin.get("/console").text
    before = stock.get_reward(towel.id).on_hand
    own = clerk.get("/console/stock/changes").text

    approved = decide(admin)

    assert asked.status_code == 303
    assert "1笔更正等复核" in waiting
    assert "1笔库存更正等您复核" in today
    assert before == 5
    assert "您提的，请另一位管理员批" in own
    assert "批准" not in own
    assert "架上的数已经改过" in admin.get(approved.location).text
    assert stock.get_reward(towel.id).on_hand == 3


def test_nobody_approves_what_they_asked_for(admin, towel):
    ask(admin, towel)
    page = admin.get("/console/stock/changes").text
    change = re.search(r"/console/stock/changes/([\w-]+)/withdrawal", page)[1]

    answer = admin.post(f"/console/stock/changes/{change}/approval")

    assert "/approval" not in page
    assert answer.status_code == 403
    assert "您自己提的，要别人批" in answer.text
    assert stock.get_reward(towel.id).on_hand == 5


def test_a_change_is_refused_with_a_reason_or_withdrawn(clerk, admin, towel):
    ask(clerk, towel)
    without = decide(admin, "refusal", reason="")
    refused = decide(admin, "refusal", reason="还能用")
    ask(clerk, towel, kind="adjust", quantity="−1", note="多记了一条")
    withdrawn = decide(clerk, "withdrawal")

    assert without.status_code == 422
    assert "还能用" in admin.get(refused.location).text
    assert "撤回了" in clerk.get(withdrawn.location).text
    assert stock.get_reward(towel.id).on_hand == 5


def test_what_waits_is_counted_whole_and_does_not_empty_the_page_of_the_rest(
    clerk, admin, towel, monkeypatch
):
    monkeypatch.setattr(stock_changes, "WAITING_SHOWN", 2)
    ask(clerk, towel)
    decide(admin, "refusal", reason="还能用")
    for _ in range(3):
        ask(clerk, towel)
    monkeypatch.setattr(stock_changes, "DECIDED_SHOWN", 2)

    page = admin.get("/console/stock/changes").text

    assert "3件" in page
    assert "没批" in page


def test_a_form_sent_twice_asks_once(clerk, admin, towel):
    address = f"/console/stock/{towel.id}/change"
    key = key_of(clerk.get(address).text)
    form = {"key": key, "kind": "damage", "quantity": "2", "note": "淋湿了"}

    answers = [clerk.post(address, data=form).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert "1笔更正等复核" in admin.get("/console/stock").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"quantity": ""}, "请填数量"),
        ({"quantity": "-1"}, "请填数量"),
        ({"quantity": "0"}, "请填数量"),
        ({"note": ""}, "数量或原因填得不对"),
        ({"kind": "adjust", "quantity": "x"}, "请填数量"),
    ],
)
def test_a_change_that_does_not_fit_is_told(clerk, towel, form, said):
    answer = ask(clerk, towel, **form)

    assert answer.status_code == 422
    assert said in answer.text
    assert "没有等复核的" in clerk.get("/console/stock/changes").text


@pytest.mark.parametrize("quantity", ["", "0", "-1", "many", "9999999", "1.5"])
def test_a_bad_quantity_changes_nothing(admin, towel, quantity):
    answer = move(admin, towel, quantity=quantity)

    assert answer.status_code == 422
    assert "请填数量" in answer.text
    assert stock.get_reward(towel.id).on_hand == 5


def test_more_than_there_is_cannot_be_taken_off(clerk, admin, towel):
    ask(clerk, towel, quantity="6")

    answer = decide(admin)

    assert answer.status_code == 409
    assert "不能再减" in answer.text
    assert stock.get_reward(towel.id).on_hand == 5


def test_price_and_listing_are_changed(admin, towel):
    answer = admin.post(f"/console/stock/{towel.id}/offer", data={"points": "80"})

    assert answer.status_code == 303
    assert stock.get_reward(towel.id).points == 80
    assert not stock.get_reward(towel.id).is_listed
    assert "已下架" in admin.get("/console/stock").text


def test_what_was_not_touched_beside_the_price_stays_as_others_left_it(admin, towel):
    address = f"/console/stock/{towel.id}"
    seen = html.unescape(re.search(r'name="seen" value="([^"]+)"', admin.get(address).text)[1])
    for meanwhile, form, left in (
        # Raised meanwhile, and only the tick taken out.
        ({"points": "90", "listed": "yes"}, {"points": "60", "seen": seen}, (90, False)),
        # Taken off meanwhile, and only the price changed.
        ({"points": "60"}, {"points": "50", "listed": "yes", "seen": seen}, (50, False)),
    ):
        admin.post(f"{address}/offer", data=meanwhile)

        assert admin.post(f"{address}/offer", data=form).status_code == 303

        changed = stock.get_reward(towel.id)
        assert (changed.points, changed.is_listed) == left


def test_others_do_not_get_at_the_shelf(clerk, stranger, towel):
    for browser in (clerk, stranger):
        assert browser.get(f"/console/stock/{towel.id}").status_code == 403
        form = {"kind": "receive", "quantity": "5", "key": "k"}
        moved = browser.post(f"/console/stock/{towel.id}/movements", data=form)
        assert moved.status_code == 403
        changed = browser.post(f"/console/stock/{towel.id}/offer", data={"points": "1"})
        assert changed.status_code == 403
    assert stock.get_reward(towel.id).on_hand == 5


def test_a_station_without_a_space_has_no_shelf(admin, station):
    assert "还没有线下空间" in admin.get("/console/stock").text
    assert admin.get("/console/stock/new").status_code in (403, 404)
