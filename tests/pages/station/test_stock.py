import re

import pytest
import sqlalchemy as sa

from rewards.access.models import AuditRecordRow
from rewards.core.db import db
from rewards.stock import queries as stock


def key_of(page, kind):
    form = page.split(f'name="kind" value="{kind}"')[0].rsplit("<form", 1)[1]
    return re.search(r'name="key" value="([^"]+)"', form)[1]


def move(browser, reward, **form):
    address = f"/console/stock/{reward.id}"
    key = key_of(browser.get(address).text, form.get("kind", "receive"))
    return browser.post(f"{address}/movements", data={"kind": "receive", "key": key, **form})


def test_the_shelf_shows_what_is_there(admin, towel):
    page = admin.get("/console/stock").text

    assert "毛巾" in page
    assert "60" in page
    assert '<td class="n"><b>5</b></td>' in page


def test_what_comes_in_counts_once_however_often_it_is_sent(admin, towel):
    page = admin.get(f"/console/stock/{towel.id}").text
    form = {"kind": "receive", "key": key_of(page, "receive"), "quantity": "12", "note": "采购"}

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


def test_a_correction_needs_a_reason(admin, towel):
    without = move(admin, towel, kind="adjust", quantity="-2")
    done = move(admin, towel, kind="adjust", quantity="−2", note="盘点少了2条")

    assert without.status_code == 422
    assert "更正要写原因" in without.text
    assert done.status_code == 303
    assert stock.get_reward(towel.id).on_hand == 3


@pytest.mark.parametrize("quantity", ["", "0", "-1", "many", "9999999", "1.5"])
def test_a_bad_quantity_changes_nothing(admin, towel, quantity):
    answer = move(admin, towel, quantity=quantity)

    assert answer.status_code == 422
    assert "请填数量" in answer.text
    assert stock.get_reward(towel.id).on_hand == 5


def test_more_than_there_is_cannot_be_taken_off(admin, towel):
    answer = move(admin, towel, kind="adjust", quantity="-6", note="盘点")

    assert answer.status_code == 409
    assert stock.get_reward(towel.id).on_hand == 5


def test_price_and_listing_are_changed(admin, towel):
    answer = admin.post(f"/console/stock/{towel.id}/offer", data={"points": "80"})

    assert answer.status_code == 303
    assert stock.get_reward(towel.id).points == 80
    assert not stock.get_reward(towel.id).is_listed
    assert "已下架" in admin.get("/console/stock").text


def test_a_new_reward_is_added(admin, space):
    form = {"name": "保温杯", "unit": "个", "points": "300", "picture": "thermos", "kind": "goods"}

    answer = admin.post("/console/stock/new", data=form)
    twice = admin.post("/console/stock/new", data=form)

    assert answer.status_code == 303
    assert "现在把第一批入库" in admin.get(answer.location).text
    assert twice.status_code == 409
    assert 'value="保温杯"' in twice.text


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"points": "0"}, {"points": "x"}, {"picture": "../x"}, {"unit": ""}]
)
def test_a_bad_new_reward_is_told(admin, space, changes):
    form = {"name": "保温杯", "unit": "个", "points": "300", "picture": "thermos", **changes}

    answer = admin.post("/console/stock/new", data=form)

    assert answer.status_code == 422
    assert "notice--no" in answer.text
    assert stock.list_rewards(space.id) == ()


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
