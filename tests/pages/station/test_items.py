"""Making a reward item, changing what is told of it, its photograph and its prices."""

import html
import io
import re

import pytest
from PIL import Image

from rewards.core import pictures
from rewards.stock import queries as stock
from rewards.stock import service
from rewards.stock.types import LimitPeriod, RewardKind
from tests.factories.people import SYSTEM

THERMOS = {
    "name": "保温杯",
    "unit": "个",
    "points": "300",
    "picture": "thermos",
    "kind": "goods",
    "limit": "2",
    "period": "quarter",
    "month": "yes",
}


def photo(kind="JPEG", size=(800, 600), colour=(200, 30, 30)):
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


def key_of(page):
    return re.search(r'name="key" value="([^"]+)"', page)[1]


def seen_of(page):
    return html.unescape(re.search(r'name="seen" value="([^"]+)"', page)[1])


def add(browser, *, file=None, key=None, **changes):
    key = key or key_of(browser.get("/console/stock/new").text)
    data = {**THERMOS, "key": key, **changes}
    if file is not None:
        data["photo"] = (io.BytesIO(file), "IMG_0001.jpg")
    return browser.post("/console/stock/new", data=data, content_type="multipart/form-data")


def send_bytes(browser, address, size):
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + bytes(size)
    return browser.post(address, data=body, content_type="multipart/form-data; boundary=x")


def edit(browser, reward, *, file=None, page=None, **changes):
    """Send the form of *page*, as it was opened for *reward*, with *changes*."""
    address = f"/console/stock/{reward.id}/edit"
    page = page or browser.get(address).text
    data = {
        "key": key_of(page),
        "seen": seen_of(page),
        "name": reward.name,
        "unit": reward.unit,
        "points": str(reward.points),
        "picture": reward.picture,
        "kind": reward.kind.value,
        "period": "quarter",
        "listed": "yes",
        **changes,
    }
    if file is not None:
        data["photo"] = (io.BytesIO(file), "IMG_0001.jpg")
    return browser.post(address, data=data, content_type="multipart/form-data")


def test_a_new_item_is_added_with_its_conditions(admin, space, station):
    answer = add(
        admin,
        description=" 不锈钢，\n500毫升 ",
        balance="40",
        youngest="14",
        oldest="90",
        node=str(station.id),
        low="3",
    )

    assert answer.status_code == 303
    assert "现在把第一批入库" in admin.get(answer.location).text
    (reward,) = stock.list_rewards(space.id)
    assert (reward.name, reward.unit, reward.points) == ("保温杯", "个", 300)
    assert reward.description == "不锈钢， 500毫升"
    assert (reward.limit_count, reward.limit_period) == (2, LimitPeriod.QUARTER)
    assert (reward.min_balance, reward.age_min, reward.age_max) == (40, 14, 90)
    assert (reward.visible_path, reward.low_at) == (station.path, 3)


def test_the_form_sent_twice_adds_one_item(admin, space):
    key = key_of(admin.get("/console/stock/new").text)

    answers = [add(admin, file=photo(), key=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(stock.list_rewards(space.id)) == 1


def test_a_name_that_is_taken_is_told_and_nothing_is_lost(admin, space):
    add(admin)

    twice = add(admin)

    assert twice.status_code == 409
    assert "这里已有同名的奖品" in twice.text
    assert 'value="保温杯"' in twice.text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "请填名称"),
        ({"name": "长" * 41}, "请填名称"),
        ({"unit": ""}, "请填怎么数"),
        ({"points": "0"}, "请填要几分"),
        ({"points": "x"}, "请填要几分"),
        ({"points": "1.5"}, "请填要几分"),
        ({"kind": "giving", "points": "15"}, "10的倍数"),
        ({"picture": "../x"}, "请选一幅图"),
        ({"description": "字" * 301}, "最多300个字"),
        ({"limit": "0"}, "请填1到1000"),
        ({"limit": "2", "period": "day"}, "请填1到1000"),
        ({"balance": "-1"}, "请填0到1000000"),
        ({"youngest": "121"}, "请填0到120"),
        ({"youngest": "60", "oldest": "59"}, "不能比前面的小"),
        ({"node": "x"}, "请从这里面选"),
        ({"low": "many"}, "请填0到100000"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field(admin, space, changes, told):
    answer = add(admin, **changes)

    assert answer.status_code == 422
    assert told in answer.text
    assert "还没有存" in answer.text
    assert stock.list_rewards(space.id) == ()


def test_an_item_is_not_for_people_of_another_center(admin, space, other_station):
    assert add(admin, node=str(other_station.id)).status_code == 422


def test_a_photograph_comes_with_the_item_and_is_served_for_long(admin, space, client):
    add(admin, file=photo(size=(1600, 1200)))

    (reward,) = stock.list_rewards(space.id)
    small = client.get(f"/pictures/{reward.picture_digest}-small.jpg")
    large = client.get(f"/pictures/{reward.picture_digest}.jpg")

    assert Image.open(io.BytesIO(small.data)).size == (240, 180)
    assert Image.open(io.BytesIO(large.data)).size == (1200, 900)
    for answer in (small, large):
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        etag = {"If-None-Match": answer.headers["ETag"]}
        assert client.get(answer.request.path, headers=etag).status_code == 304
    for page in ("/console/stock", f"/console/stock/{reward.id}"):
        assert f"/pictures/{reward.picture_digest}-small.jpg" in admin.get(page).text


def test_a_picture_that_nobody_has_is_not_found(client):
    assert client.get(f"/pictures/{'0' * 64}.jpg").status_code == 404
    assert client.get("/pictures/x.jpg").status_code == 404


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"no picture", "这个文件不是能用的图片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "这个文件不是能用的图片"),
        (photo("GIF"), "这个文件不是能用的图片"),
        (photo()[:300], "这个文件不是能用的图片"),
    ],
    ids=["text", "svg", "gif", "half"],
)
def test_a_file_that_is_no_picture_is_refused_and_nothing_changed(admin, space, towel, file, told):
    new = add(admin, file=file)
    changed = edit(admin, towel, file=file, name="大毛巾")

    for answer in (new, changed):
        assert answer.status_code == 422
        assert told in answer.text
        assert "还没有存" in answer.text
    assert stock.list_rewards(space.id) == (towel,)


def test_a_photograph_of_too_many_bytes_is_refused(admin, space, monkeypatch):
    monkeypatch.setattr(pictures, "BYTES_MAX", 1000)

    answer = add(admin, file=photo())

    assert answer.status_code == 422
    assert "图片太大了" in answer.text


@pytest.mark.parametrize("checks_forms", [True, False])
def test_a_form_that_is_larger_than_any_photograph_is_not_read(app, admin, space, checks_forms):
    app.config["WTF_CSRF_ENABLED"] = checks_forms

    answer = send_bytes(admin, "/console/stock/new", 12 * 1024 * 1024)

    assert answer.status_code == 413
    assert "发来的内容太大了" in answer.text


def test_other_forms_take_no_large_files(admin, towel):
    answer = send_bytes(admin, f"/console/stock/{towel.id}/movements", 2 * 1024 * 1024)

    assert answer.status_code == 413


def test_what_is_told_of_an_item_is_changed(admin, towel):
    answer = edit(
        admin, towel, name="大毛巾", points="80", kind="honour", limit="1", period="ever", low="5"
    )

    assert answer.status_code == 303
    page = admin.get(answer.location).text
    changed = stock.get_reward(towel.id)
    assert (changed.name, changed.points, changed.kind) == ("大毛巾", 80, RewardKind.HONOUR)
    assert "每人一共1条" in page
    assert "不算进每月总量" in page
    assert "快没了" in admin.get("/console/stock").text


def test_an_item_with_a_shelf_is_offered_every_kind_but_giving(admin, towel):
    page = admin.get(f"/console/stock/{towel.id}/edit").text

    forged = edit(admin, towel, kind="giving")

    assert 'value="giving"' in admin.get("/console/stock/new").text
    assert 'value="giving"' not in page
    assert 'value="honour"' in page
    assert forged.status_code == 409
    assert "把这一件下架，另加一件" in forged.text
    assert stock.get_reward(towel.id) == towel


def test_what_was_not_touched_in_a_form_stays_as_others_left_it_meanwhile(admin, towel):
    page = admin.get(f"/console/stock/{towel.id}/edit").text
    edit(admin, towel, points="90", listed="", limit="1", month="yes")

    refused = edit(admin, towel, page=page, month="yes", low="9999999")
    again = edit(admin, towel, page=refused.text, month="yes", low="5")

    assert (refused.status_code, again.status_code) == (422, 303)
    changed = stock.get_reward(towel.id)
    assert (changed.points, changed.is_listed, changed.limit_count) == (90, False, 1)
    assert changed.low_at == 5
    assert [price.points for price in stock.list_prices(towel.id)] == [90, 60]


@pytest.mark.parametrize("seen", ["", "[]", "{", '{"points": 60}', '{"points": "x", "node": "y"}'])
def test_a_form_that_does_not_tell_what_was_seen_changes_what_it_says(admin, towel, seen):
    answer = edit(admin, towel, points="80", seen=seen)

    assert answer.status_code == 303
    assert stock.get_reward(towel.id).points == 80


def test_the_form_shows_what_is_told_and_saving_it_changes_nothing(admin, space, station, now):
    reward = service.create_reward(
        actor=SYSTEM,
        space_id=space.id,
        name="毛巾",
        unit="条",
        points=60,
        description="洗脸用",
        limit_count=1,
        limit_period=LimitPeriod.YEAR,
        min_balance=70,
        age_min=18,
        visible_node_id=station.id,
        low_at=4,
        now=now,
    )
    page = admin.get(f"/console/stock/{reward.id}/edit").text
    fields = dict(
        re.findall(r'<input class="input" id="\w+" name="(\w+)" type="text" value="([^"]*)"', page)
    )
    chosen = re.findall(r'<option value="([^"]+)" selected>', page)
    ticked = re.findall(r'type="radio" name="(\w+)" value="(\w+)"[^>]*? checked', page)

    data = {**fields, **dict(ticked), "period": "year", "node": str(station.id), "month": "yes"}
    answer = admin.post(
        f"/console/stock/{reward.id}/edit",
        data={**data, "listed": "yes", "key": key_of(page), "seen": seen_of(page)},
    )

    assert chosen == ["year", str(station.id)]
    assert answer.status_code == 303
    assert stock.get_reward(reward.id) == reward
    assert len(stock.list_prices(reward.id)) == 1


def test_a_photograph_is_replaced_and_deleted(admin, towel, client):
    edit(admin, towel, file=photo())
    first = stock.get_reward(towel.id).picture_digest
    edit(admin, towel, file=photo(colour=(30, 200, 30)))
    second = stock.get_reward(towel.id).picture_digest

    edit(admin, towel, unphoto="yes")

    assert first != second
    assert stock.get_reward(towel.id).picture_digest == ""
    for digest in (first, second):
        assert client.get(f"/pictures/{digest}.jpg").status_code == 404


def test_prices_over_time_are_shown_with_who_set_them(admin, towel):
    address = f"/console/stock/{towel.id}/prices"
    assert "chart__line" not in admin.get(address).text
    for points in ("80", "70"):
        edit(admin, towel, points=points)

    page = admin.get(address).text

    assert "chart__line" in page
    assert re.findall(r"<b>(\d+)</b>", page) == ["70", "80", "60"]
    assert page.count("zhengtao") >= 2
    assert "系统" in page


def test_a_new_space_starts_from_the_usual_items(admin, space):
    assert "用常用清单开架" in admin.get("/console/stock").text

    answers = [admin.post("/console/stock/usual") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(stock.list_rewards(space.id)) == 20
    page = admin.get(answers[0].location).text
    assert "常用的加好了" in page
    assert "常用清单里还有" not in page


def test_what_is_nearly_gone_is_told_on_the_first_page_and_on_the_shelf(admin, towel):
    assert "毛巾只剩5条" not in admin.get("/console").text

    edit(admin, towel, low="5")

    assert "毛巾只剩5条" in admin.get("/console").text
    assert "1种快没了" in admin.get("/console/stock").text


def test_others_do_not_get_at_the_items(clerk, stranger, towel):
    before = stock.get_reward(towel.id)
    for browser in (clerk, stranger):
        for page in ("edit", "prices"):
            assert browser.get(f"/console/stock/{towel.id}/{page}").status_code == 403
        answer = browser.post(f"/console/stock/{towel.id}/edit", data={**THERMOS, "key": "k" * 22})
        assert answer.status_code == 403
    assert clerk.get("/console/stock/new").status_code == 403
    assert clerk.post("/console/stock/usual").status_code == 403
    assert stock.get_reward(towel.id) == before
