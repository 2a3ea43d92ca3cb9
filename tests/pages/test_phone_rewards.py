"""What a resident finds on the shelf: what they can have, what is in the way, and nothing else."""

import io
import re

import pytest
import time_machine
from PIL import Image

from rewards.core import pictures
from rewards.identity import service as identity
from rewards.network.types import Level
from rewards.redemptions import rules, store
from rewards.stock import service as stock
from rewards.stock.types import LimitPeriod, RewardKind
from tests.factories.redemptions import SYSTEM, add_reward, add_shop, credit, reserve
from tests.factories.world import act_as, build_node, build_participant

PHONE = "13800001234"


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def shop(app, clock, now):
    return add_shop(now, points=60, on_hand=3)


@pytest.fixture
def me(shop, now):
    person = act_as(build_participant(shop.station, phone=PHONE, now=now))
    credit(person, shop.station, 100, now)
    return person


@pytest.fixture
def browser(client, me, now):
    """The phone of somebody with 100 points."""
    return sign_in(client, PHONE, now)


def sign_in(client, phone, now):
    sent = identity.send_code(phone=phone, now=now)
    signed_in = identity.sign_in_participant(
        phone=phone, code=sent.code, name=None, home_node_id=None, agreed=False, now=now
    )
    client.set_cookie("participant_token", signed_in.token)
    return client


def change(reward, now, **changes):
    return stock.update_reward(actor=SYSTEM, reward_id=reward.id, **changes, now=now)


def groups_of(page):
    """Return the names of the items by the heading under which they stand."""
    parts = re.split(r'<h2 id="(\w+)">', page)
    return {
        name: re.findall(r'class="row__title">([^<]+)<', text.partition("</section>")[0])
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def plain(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text)).replace("\xa0", " ")


def test_items_stand_under_what_can_be_done_about_them(browser, shop, me, now):
    add_reward(shop.space, now, name="雨伞", points=250)
    add_reward(shop.space, now, name="香皂", points=30, on_hand=0)
    limited = add_reward(shop.space, now, name="毛巾", points=10)
    change(limited, now, limit_count=1, limit_period=LimitPeriod.QUARTER)
    reserve(shop, me, now, reward=limited)

    page = browser.get("/rewards")

    assert groups_of(page.text) == {
        "can": ["牙膏 1支"],
        "soon": ["雨伞 1支"],
        "later": ["毛巾 1支", "香皂 1支"],
    }
    told = plain(page)
    assert "还差 160 分" in told
    assert "暂时没有了" in told
    assert "本季已换满1支" in told


def test_the_limit_that_is_left_stands_beside_the_item(browser, shop, now):
    change(shop.reward, now, limit_count=2, limit_period=LimitPeriod.QUARTER)

    assert "还有3支 您能换2支" in plain(browser.get("/rewards"))
    told = plain(browser.get(f"/rewards/{shop.reward.id}"))
    assert "每人每季最多2支" in told
    assert "您还能换2支" in told
    change(shop.reward, now, limit_count=3)
    assert "您能换" not in plain(browser.get("/rewards"))


def test_a_reached_limit_is_told_instead_of_the_button(browser, shop, me, now):
    change(shop.reward, now, limit_count=1, limit_period=LimitPeriod.QUARTER)
    credit(me, shop.station, 100, now)
    reserve(shop, me, now)

    page = browser.get(f"/rewards/{shop.reward.id}")

    assert "本季已换满1支" in plain(page)
    assert "起可以再换" in plain(page)
    assert "分预留" not in page.text


def test_the_page_repeats_name_and_price_before_it_is_decided(browser, shop, now):
    change(shop.reward, now, description="家用装，薄荷味")

    told = plain(browser.get(f"/rewards/{shop.reward.id}"))

    assert "牙膏 1支 60分" in told
    assert "家用装，薄荷味" in told
    assert "40 分（现有 100 分）" in told
    assert "用 60 分预留" in told


def test_what_is_missing_is_told_with_what_there_is(browser, shop, now):
    change(shop.reward, now, points=150)

    page = browser.get(f"/rewards/{shop.reward.id}")

    assert "还差 50 分，您现有 100 分" in plain(page)
    assert "分预留" not in page.text


def test_a_balance_that_an_item_asks_for_is_something_to_save_for(browser, shop, now):
    change(shop.reward, now, min_balance=120)

    page = browser.get("/rewards")

    assert groups_of(page.text) == {"soon": ["牙膏 1支"]}
    assert "还差 20 分" in plain(page)


@pytest.fixture
def newcomer(client, shop, now):
    """The phone of somebody who earned 20 points, under the terms that hold by default."""
    store.use_terms(rules.DEFAULT_TERMS)
    person = act_as(build_participant(shop.station, phone=PHONE, now=now))
    credit(person, shop.station, 20, now)
    return sign_in(client, PHONE, now)


def test_all_that_is_missing_is_told_the_same_everywhere(newcomer, shop):
    token = re.search(r'name="csrf_token" value="([^"]+)"', newcomer.get("/").text)[1]
    form = {"csrf_token": token, "points": "60"}
    tried = newcomer.post(f"/rewards/{shop.reward.id}/reservations", data=form)

    assert "还差 40 分 还有3支" in plain(newcomer.get("/rewards"))
    assert "还差 40 分，您现有 20 分" in plain(newcomer.get(f"/rewards/{shop.reward.id}"))
    assert "还差 40 分可换牙膏" in plain(newcomer.get("/"))
    assert tried.status_code == 409
    assert "还差 40 分" in plain(tried)


def test_where_a_rule_asks_for_more_than_the_price_it_is_told_beside(newcomer, shop, now):
    change(shop.reward, now, points=20)
    rule = "第一次兑换，账户里要有 30 分"

    assert f"还差 10 分 {rule}" in plain(newcomer.get("/rewards"))
    assert f"还差 10 分{rule}" in plain(newcomer.get(f"/rewards/{shop.reward.id}"))
    home = newcomer.get("/")
    assert "还差 10 分可换牙膏" in plain(home)
    assert rule in plain(home)
    assert 'max="30" value="20"' in home.text


def test_what_cannot_be_had_however_much_is_saved_is_no_goal(browser, shop, me, now):
    change(shop.reward, now, points=110, age_min=60)
    rice = add_reward(shop.space, now, name="大米", points=150)
    assert "还差 50 分可换大米" in plain(browser.get("/"))

    change(rice, now, limit_count=1, limit_period=LimitPeriod.EVER)
    credit(me, shop.station, 50, now)
    reserve(shop, me, now, reward=rice)

    assert "可换" not in plain(browser.get("/"))


def test_what_another_center_offers_does_not_exist(browser, now):
    far = add_shop(now).reward
    page = f"/rewards/{far.id}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/").text)[1]

    assert browser.get(page).status_code == 404
    form = {"csrf_token": token, "points": "60"}
    assert browser.post(f"{page}/reservations", data=form).status_code == 404


def test_items_are_filtered_by_kind(browser, shop, now):
    film = add_reward(shop.space, now, name="观影票", points=20)
    assert "chips" not in browser.get("/rewards").text
    change(film, now, kind=RewardKind.CULTURE)

    everything = browser.get("/rewards")
    culture = browser.get("/rewards?kind=culture")
    unknown = browser.get("/rewards?kind=weapons")

    assert groups_of(everything.text)["can"] == ["观影票 1支", "牙膏 1支"]
    assert groups_of(culture.text)["can"] == ["观影票 1支"]
    assert re.findall(r'aria-current="page">([^<]+)</a>', culture.text)[0] == "文化"
    assert groups_of(unknown.text) == groups_of(everything.text)
    assert re.findall(r'<a href="[^"]*kind=(\w+)', everything.text) == ["goods", "culture"]


def test_an_item_for_another_branch_does_not_exist(browser, shop, me, now):
    elsewhere = build_node(Level.POINT, parent=shop.station)
    change(shop.reward, now, visible_node_id=elsewhere.id)

    page = browser.get(f"/rewards/{shop.reward.id}")
    reserved = browser.post(f"/rewards/{shop.reward.id}/reservations", data={})

    assert "牙膏" not in browser.get("/rewards").text
    assert "牙膏" not in browser.get("/").text
    assert (page.status_code, reserved.status_code) == (404, 400)
    assert "牙膏" not in page.text


def test_an_item_for_another_branch_is_not_reserved_either(browser, app, shop, me, now):
    app.config["WTF_CSRF_ENABLED"] = False
    elsewhere = build_node(Level.POINT, parent=shop.station)
    change(shop.reward, now, visible_node_id=elsewhere.id)
    data = {"points": "60", "once": "a" * 22}

    assert browser.post(f"/rewards/{shop.reward.id}/reservations", data=data).status_code == 404
    change(shop.reward, now, visible_node_id=shop.station.id)
    assert browser.post(f"/rewards/{shop.reward.id}/reservations", data=data).status_code == 303


def test_who_lives_below_sees_what_is_for_the_branch(client, shop, now):
    point = build_node(Level.POINT, parent=shop.station)
    neighbour = build_participant(point, phone="13800005678", now=now)
    change(shop.reward, now, visible_node_id=shop.station.id)
    assert "牙膏" not in client.get("/rewards").text

    sign_in(client, "13800005678", now)

    assert neighbour.home_node_id == point.id
    assert "牙膏" in client.get("/rewards").text


def test_who_is_not_signed_in_sees_what_there_is(client, shop):
    page = client.get("/rewards")

    assert groups_of(page.text) == {"all": ["牙膏 1支"]}
    assert "还有3支" in page.text


def test_a_photograph_stands_in_the_list_and_on_the_page(browser, shop, now):
    buffer = io.BytesIO()
    Image.new("RGB", (400, 300), (30, 200, 30)).save(buffer, "PNG")
    picture = pictures.encode_anew(buffer.getvalue())
    stock.set_picture(actor=SYSTEM, reward_id=shop.reward.id, picture=picture, now=now)

    listed = browser.get("/rewards").text
    page = browser.get(f"/rewards/{shop.reward.id}").text

    assert f'src="/pictures/{picture.digest}-small.jpg"' in listed
    assert 'loading="lazy"' in listed
    assert f'src="/pictures/{picture.digest}.jpg" alt="牙膏的照片"' in page


def test_giving_has_no_shelf_to_run_empty_and_leads_to_the_wishes(browser, shop, now):
    giving = stock.create_reward(
        actor=SYSTEM,
        space_id=shop.space.id,
        name="捐给微心愿",
        unit="份",
        kind=RewardKind.GIVING,
        points=10,
        now=now,
    )

    page = browser.get("/rewards?kind=giving")

    assert groups_of(page.text) == {"can": ["捐给微心愿"]}
    assert "暂时没有了" not in page.text
    assert 'href="/wishes"' in page.text.partition("捐给微心愿")[0]
    assert browser.get(f"/rewards/{giving.id}").location == "/wishes"
