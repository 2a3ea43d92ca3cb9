"""A phone from the scanned code to the pick-up code, by forms alone."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from rewards.access.types import SystemActor
from rewards.activities.types import OccasionKind
from rewards.checkins import queries as checkins
from rewards.checkins import service as checkins_service
from rewards.checkins.models import CheckInRow
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.stock import service as stock
from rewards.web import zones
from tests.factories.redemptions import add_reward, add_shop
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
)

PHONE = "13800001234"
BYTES_MAX = 60_000


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def shop(app, clock, now):
    with app.app_context():
        return add_shop(now, points=5, on_hand=3)


@pytest.fixture
def station(shop):
    return shop.station


@pytest.fixture
def me(station, now):
    return build_participant(station, phone=PHONE, now=now)


def token_of(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def post(client, address, page, **fields):
    return client.post(address, data={"csrf_token": token_of(page), **fields})


def scan(client, occasion, now):
    return client.get(f"/C/{checkins.get_display_code(occasion, now=now).token}")


def sign_in(client, **fields):
    page = client.get("/sign-in")
    page = post(client, "/sign-in", page, phone=PHONE, action="send")
    assert page.status_code == 200, page.text
    code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", page.text).groups())
    return post(client, "/sign-in", page, phone=PHONE, code=code, **fields)


def test_whoever_goes_back_and_signs_in_once_more_is_in_already(client, me):
    page = post(client, "/sign-in", client.get("/sign-in"), phone=PHONE, action="send")
    code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", page.text).groups())
    first = post(client, "/sign-in", page, phone=PHONE, code=code)

    again = post(client, "/sign-in", page, phone=PHONE, code=code)

    assert (first.status_code, first.location) == (again.status_code, again.location) == (303, "/")
    # Whoever is not signed in is told.
    stranger = client.application.test_client()
    page = stranger.get("/sign-in")
    assert post(stranger, "/sign-in", page, phone=PHONE, code=code).status_code == 410


def test_a_scan_of_somebody_signed_in_is_one_tap(client, station, me, now):
    sign_in(client)
    activity = build_occasion(station, now=now)

    landing = scan(client, activity, now)
    done = post(client, "/check-ins", landing)
    result = client.get(done.location)

    assert "环境清洁日" in landing.text
    assert "王*英" in landing.text
    assert (done.status_code, result.status_code) == (303, 200)
    assert "签到成功" in result.text
    assert "+5" in result.text
    assert ledger.get_balance(me.id).balance == 5


def test_a_first_sign_in_does_not_lose_the_scan(client, clock, station, now):
    activity = build_occasion(station, now=now, starts_in=-29)
    landing = scan(client, activity, now)
    sign_in_page = client.get(post(client, "/check-ins", landing).location)
    assert "已经记下" in sign_in_page.text

    # Meanwhile the code has changed and check-in has closed.
    clock.shift(timedelta(minutes=4))
    asked = sign_in(client)
    assert asked.status_code == 422
    assert "您的姓名" in asked.text
    code = re.search(r'id="code"[^>]*value="(\d+)"', asked.text)[1]
    done = post(client, "/sign-in", asked, phone=PHONE, code=code, name="王建英", agree="yes")

    assert done.status_code == 303, done.text
    result = client.get(done.location)
    assert "签到成功" in result.text
    assert "14:40" in result.text


def test_looking_checks_nobody_in(client, station, me, now):
    sign_in(client)
    activity = build_occasion(station, now=now)

    for _ in range(3):
        scan(client, activity, now)

    assert checkins.count_attendance([activity.id]) == {activity.id: 0}


def test_opening_the_same_code_again_later_keeps_the_first_scan(client, clock, station, me, now):
    sign_in(client)
    activity = build_occasion(station, now=now)
    scan(client, activity, now)

    clock.shift(timedelta(minutes=5))
    again = scan(client, activity, now)
    done = post(client, "/check-ins", again)

    assert "14:40" in again.text
    assert client.get(done.location).status_code == 200
    assert checkins.list_attendance(activity.id)[0].checked_in_at == now


def carry(cookie, *, from_browser, to_browser):
    to_browser.set_cookie(cookie, from_browser.get_cookie(cookie).value)


@pytest.mark.parametrize(
    ("cookies", "status"), [(("scan_ticket",), 403), (("scan_ticket", "browser"), 303)]
)
def test_a_claim_that_was_carried_to_another_browser_is_refused(
    client, app, station, me, now, cookies, status
):
    activity = build_occasion(station, now=now)
    scan(client, activity, now)

    friend = app.test_client()
    sign_in(friend)
    for cookie in cookies:
        carry(cookie, from_browser=client, to_browser=friend)
    done = post(friend, "/check-ins", friend.get("/scan"))

    # With all cookies it is the same browser: nobody gets at those from outside.
    assert done.status_code == status
    assert ("另一部手机" in done.text) == (status == 403)


def test_a_picture_of_the_code_opened_by_a_friend_is_refused_with_the_next_step(
    client, app, clock, station, me, now
):
    activity = build_occasion(station, now=now)
    clock.shift(timedelta(minutes=5))

    friend = app.test_client()
    page = scan(friend, activity, now)

    assert page.status_code == 410
    assert "没签上" in page.text
    assert "现在这样做" in page.text
    assert 'name="digits"' in page.text
    refused = checkins.list_refused(occasion_ids=[activity.id], since=now)
    assert [each.reason for each in refused] == ["code-expired"]


def test_the_digits_on_the_refused_page_check_in(client, clock, station, me, now):
    sign_in(client)
    activity = build_occasion(station, now=now)
    clock.shift(timedelta(minutes=1))
    page = scan(client, activity, now)
    digits = checkins.get_display_code(activity, now=now + timedelta(minutes=1)).digits

    done = post(
        client,
        "/check-ins",
        page,
        occasion=str(activity.id),
        digits=f"{digits[:3]} {digits[3:]}",
    )

    assert "签到成功" in client.get(done.location).text


def test_a_second_scan_says_so_and_gives_nothing(client, station, me, now):
    sign_in(client)
    activity = build_occasion(station, now=now)
    post(client, "/check-ins", scan(client, activity, now))

    again = scan(client, activity, now)

    assert "您已经签过到了" in again.text
    page = client.get(f"/check-ins/{activity.id}?again=1")
    assert "5 分已到账" in page.text
    assert ledger.get_balance(me.id).balance == 5


def test_a_shift_is_checked_out_by_the_same_code(client, clock, station, me, now):
    sign_in(client)
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, minutes=120, now=now)
    came = post(client, "/check-ins", scan(client, shift, now))
    assert "签退后到账" in client.get(came.location).text

    clock.shift(timedelta(minutes=120))
    landing = scan(client, shift, shift.ends_at)
    left = post(client, "/check-outs", landing)

    assert "确认签退" in landing.text
    result = client.get(left.location)
    assert "签退成功" in result.text
    assert "+20" in result.text
    assert "每半小时 5\xa0分" in result.text


@pytest.mark.parametrize(("starts_in", "words"), [(60, "还没到签到时间"), (-40, "签到已经结束")])
def test_before_and_after_the_landing_says_when(client, station, now, starts_in, words):
    occasion = build_occasion(station, now=now, starts_in=starts_in)

    page = scan(client, occasion, now)

    assert words in page.text
    assert "确认签到" not in page.text


def test_a_full_occasion_says_so_before_the_tap(client, station, me, now):
    occasion = build_occasion(station, now=now, capacity=1)
    other = build_participant(station, name="刘洋", now=now)
    check_in(other, occasion, now)

    assert "名额满了" in scan(client, occasion, now).text


def check_in(person, occasion, now):
    code = checkins.get_display_code(occasion, now=now).token
    checkins_service.check_in_by_code(actor=act_as(person), code=code, now=now)


@pytest.mark.parametrize("text", ["A" * 37, "hello", "x" * 600, "%00", "..%2Fadmin"])
def test_what_is_no_code_of_ours_is_refused_in_words(client, station, text):
    page = client.get(f"/C/{text}")

    assert page.status_code in {404, 422}
    assert "Traceback" not in page.text


def test_reserving_twice_by_a_double_click_is_one_reservation(client, shop, station, me, now):
    sign_in(client)
    reward = shop.reward
    earn(me, station, now)
    confirm = client.get(f"/rewards/{reward.id}")
    once = re.search(r'name="once" value="([^"]+)"', confirm.text)[1]

    first = post(client, f"/rewards/{reward.id}/reservations", confirm, once=once)
    second = post(client, f"/rewards/{reward.id}/reservations", confirm, once=once)

    assert first.location == second.location
    pickup = client.get(first.location)
    assert re.search(r"\d{4} \d{4}", pickup.text)
    assert (ledger.get_balance(me.id).held, ledger.get_balance(me.id).available) == (5, 0)


def test_a_reservation_can_be_cancelled_and_the_points_are_back(client, shop, station, me, now):
    sign_in(client)
    reward = shop.reward
    earn(me, station, now)
    confirm = client.get(f"/rewards/{reward.id}")
    address = post(client, f"/rewards/{reward.id}/reservations", confirm, once="a").location

    asked = client.get(f"{address}/cancellation")
    done = post(client, f"{address}/cancellation", asked)

    assert "已退回" in client.get(done.location).text
    assert ledger.get_balance(me.id).available == 5


def test_beyond_the_balance_nothing_is_reserved(client, shop, station, me, now):
    sign_in(client)
    reward = add_reward(shop.space, now, name="雨伞", points=50)
    confirm = client.get(f"/rewards/{reward.id}")
    assert "还差 50 分" in confirm.text

    page = post(client, f"/rewards/{reward.id}/reservations", confirm, once="a")

    assert page.status_code == 409
    assert "还差" in page.text
    assert ledger.get_balance(me.id).held == 0


@pytest.mark.parametrize("once", ["", "a\0", "键", "x" * 129])
def test_a_key_that_is_none_is_as_good_as_a_fresh_one(client, shop, station, me, now, once):
    sign_in(client)
    earn(me, station, now)
    confirm = client.get(f"/rewards/{shop.reward.id}")

    done = post(client, f"/rewards/{shop.reward.id}/reservations", confirm, once=once)

    assert done.status_code == 303
    assert ledger.get_balance(me.id).held == 5


def test_a_reservation_takes_the_points_that_were_shown_or_none(client, shop, station, me, now):
    sign_in(client)
    earn(me, station, now)
    address = f"/rewards/{shop.reward.id}/reservations"
    confirm = client.get(f"/rewards/{shop.reward.id}")
    seen = re.search(r'name="points" value="([^"]+)"', confirm.text)[1]
    stock.update_reward(actor=SystemActor(), reward_id=shop.reward.id, points=3, now=now)

    page = post(client, address, confirm, once="a", points=seen)

    assert (seen, page.status_code) == ("5", 409)
    assert "原来 5" in page.text.replace("\xa0", " ")
    assert ledger.get_balance(me.id).held == 0
    assert post(client, address, confirm, once="b", points="3").status_code == 303
    assert post(client, address, confirm, once="c", points="x").status_code == 400


def earn(person, station, now):
    check_in(person, build_occasion(station, now=now, title="读书会"), now)


def test_another_ones_reservation_does_not_exist_for_me(client, app, shop, station, me, now):
    sign_in(client)
    reward = shop.reward
    earn(me, station, now)
    confirm = client.get(f"/rewards/{reward.id}")
    address = post(client, f"/rewards/{reward.id}/reservations", confirm, once="a").location
    stranger = app.test_client()
    build_participant(station, name="刘洋", phone="13800005678", now=now)
    sent = identity.send_code(phone="13800005678", now=now)
    page = stranger.get("/sign-in")
    post(stranger, "/sign-in", page, phone="13800005678", code=sent.code)

    assert stranger.get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/", "/board", "/rewards", "/history", "/card", "/digits", "/terms", "/privacy"]
)
def test_every_page_is_small_and_names_nobody_in_full(client, station, me, now, address):
    sign_in(client)
    earn(me, station, now)

    page = client.get(address)

    assert page.status_code == 200, page.text
    assert "王建英" not in page.text
    assert PHONE not in page.text
    # What keeps the code of a card the newest one, and a page for when the network is gone;
    # the pages work without them.
    scripts = re.findall(r'<script src="/static/([a-z]+)\.js', page.text)
    assert scripts == {"/": ["card", "phone"], "/card": ["card"]}.get(address, [])
    lines = [zones.SCRIPT] if address == "/digits" else []
    assert re.findall(r"<script>(.+?)</script>", page.text) == lines
    assert page.text.count("<script") == len(scripts) + len(lines)
    assert len(page.data) < BYTES_MAX


def test_a_card_is_renewed_by_a_script_or_a_button(client, me, now):
    sign_in(client)

    page = client.get("/card")
    renewed = client.get("/card/code")

    assert "每30秒换一次" in page.text
    assert "换一个新的码" in page.text
    assert renewed.headers["Cache-Control"] == "no-store"
    assert 1 <= renewed.json["left"] <= 30
    assert renewed.json["svg"] in page.text


def test_nobody_else_gets_a_code_of_a_card(client):
    assert client.get("/card/code").status_code in (302, 303, 401)


@pytest.mark.parametrize("address", ["/", "/board", "/rewards", "/digits", "/terms", "/sign-in"])
def test_pages_open_without_signing_in(client, station, address):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/history", "/card"])
def test_pages_of_ones_own_send_a_stranger_to_sign_in(client, station, address):
    page = client.get(address)

    assert page.status_code == 302
    assert page.location == f"/sign-in?next={address}"


def test_signing_in_leads_back_to_where_one_was_going_but_never_to_another_site(
    client, station, me
):
    home = sign_in(client, next="//evil.example/")
    assert home.location == "/"


def test_choosing_to_be_shown_and_hidden_again(client, station, me, now):
    sign_in(client)
    earn(me, station, now)
    board = client.get("/board")
    assert "愿意让邻居在榜上看到您吗" in board.text

    post(client, "/board/display", board, display="masked")
    shown = client.get("/board")
    post(client, "/board/display", shown, display="hidden")

    assert "您在榜上显示为" in shown.text
    assert "改成不显示" in shown.text
    assert "您在榜上显示为“未公开”。" in client.get("/board").text


def test_the_history_says_why(client, station, me, now):
    sign_in(client)
    earn(me, station, now)

    page = client.get("/history")

    assert "读书会" in page.text
    assert "+5" in page.text


def test_a_form_without_its_token_is_refused(client, station, me):
    assert client.post("/check-ins").status_code == 400


def test_which_browser_checked_in_is_kept_as_a_hash(client, station, me, now):
    sign_in(client)
    post(client, "/check-ins", scan(client, build_occasion(station, now=now), now))

    device = db.session.scalar(sa.select(CheckInRow.device))

    assert len(device) == 16
    assert device not in client.get_cookie("browser").value


def test_who_has_a_code_from_staff_is_asked_for_it_and_signed_in_by_it(client, station, me, now):
    asked = post(client, "/sign-in", client.get("/sign-in"), phone=PHONE, action="have")
    code = identity.issue_sign_in_code(actor=SystemActor(), participant_id=me.id, now=now).code

    done = post(client, "/sign-in", asked, phone=PHONE, code=code, asks_code="1")

    assert 'name="code"' in asked.text
    assert "错误" not in asked.text
    assert done.status_code == 303


def test_the_enter_key_signs_in_and_sends_no_second_code(client, me):
    page = post(client, "/sign-in", client.get("/sign-in"), phone=PHONE, action="send")

    # A browser presses the first button of a form when somebody hits Enter.
    form = page.text[page.text.index('id="phone"') :]
    first = re.search(r"<button[^>]*>([^<]*)<", form)

    assert "登录" in first[1]
    assert "再发一次验证码" in form
