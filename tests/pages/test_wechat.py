"""Signing in by WeChat: only where there is an official account, only when somebody taps for it."""

import dataclasses
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from rewards.access.types import SystemActor
from rewards.checkins import queries as checkins
from rewards.core.settings import WechatAccount
from rewards.identity import queries, service
from rewards.web import wechat
from tests.engines.wechat import APP_ID, SECRET, run_wechat, sign
from tests.factories.world import act_as, build_occasion, build_participant, build_station

INSIDE = {"User-Agent": "Mozilla/5.0 (Linux; Android 10) Chrome/86 MicroMessenger/8.0.49"}
PHONE = "13800001234"
BUTTON = "用微信登录"


@pytest.fixture(scope="module")
def running():
    with run_wechat() as (fake, address):
        yield fake, address


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def fake(running, app, clock):
    """A WeChat, and the application with an official account there."""
    fake, address = running
    type(fake).__init__(fake)
    account = WechatAccount(app_id=APP_ID, secret=SECRET, api_url=address)
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, wechat=account)
    wechat.connect(app)
    app.config["WTF_CSRF_ENABLED"] = False
    return fake


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def me(station, now):
    return build_participant(station, phone=PHONE, now=now)


@pytest.fixture
def phone(client):
    client.environ_base["HTTP_USER_AGENT"] = INSIDE["User-Agent"]
    return client


def tap(phone, fake, openid="o-wang", next_page="/"):
    """Tap the button and come back from WeChat; return the answer."""
    sent_away = phone.get("/wechat/sign-in", query_string={"next": next_page})
    assert sent_away.status_code == 303
    return phone.get(path_of(fake.visit(sent_away.location, openid)))


def path_of(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def sign_in_by_phone(phone, next_page="/", number=PHONE):
    page = phone.post("/sign-in", data={"phone": number, "action": "send", "next": next_page})
    code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", page.text).groups())
    return phone.post("/sign-in", data={"phone": number, "code": code, "next": next_page})


def is_signed_in(phone):
    return "退出登录" in phone.get("/").text


def test_without_an_official_account_there_is_nothing_of_it(phone, app, me):
    assert BUTTON not in phone.get("/sign-in").text
    for path in ("/wechat/sign-in", "/wechat/callback?code=a&state=b", "/wechat/scan.json"):
        assert phone.get(path).status_code == 404


def test_the_button_is_for_those_inside_wechat(fake, client, me):
    assert BUTTON not in client.get("/sign-in").text
    assert BUTTON in client.get("/sign-in", headers=INSIDE).text


def test_no_page_sends_anybody_to_wechat_by_itself(fake, phone, station, me, now):
    activity = build_occasion(station, now=now)
    link = f"/C/{checkins.get_display_code(activity, now=now).token}"

    answers = [phone.get(path) for path in ("/", "/board", "/rewards", "/today", "/sign-in", link)]

    assert {answer.status_code for answer in answers} == {200}
    assert fake.calls == []


def test_only_the_silent_kind_is_asked_for(fake, phone):
    location = phone.get("/wechat/sign-in").location

    asked = parse_qs(urlsplit(location).query)
    assert location.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
    assert asked["scope"] == ["snsapi_base"]
    assert asked["redirect_uri"] == ["http://localhost/wechat/callback"]


def test_who_comes_first_signs_in_by_phone_once_and_then_by_a_tap(fake, phone, me):
    asked = tap(phone, fake, next_page="/board")
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=/board")
    assert "下次点一下微信登录就行" in phone.get("/sign-in").text
    assert not is_signed_in(phone)
    assert sign_in_by_phone(phone, "/board").location == "/board"
    assert queries.has_wechat(me.id)
    phone.post("/sign-out")

    again = tap(phone, fake, next_page="/rewards")

    assert (again.status_code, again.location) == (303, "/rewards")
    assert is_signed_in(phone)


def test_somebody_else_at_wechat_is_not_signed_in(fake, phone, me):
    tap(phone, fake)
    sign_in_by_phone(phone)
    phone.post("/sign-out")

    tap(phone, fake, openid="o-li")

    assert not is_signed_in(phone)


def test_what_wechat_calls_a_person_is_not_stored(fake, phone, me, app):
    tap(phone, fake, openid="o-wang-jianying")
    sign_in_by_phone(phone)

    lookup = service.look_up_wechat(app_id=APP_ID, openid="o-wang-jianying")
    assert queries.find_by_wechat(lookup) == me.id
    assert "o-wang" not in lookup


def test_a_sign_in_that_was_not_begun_in_this_browser_is_refused(fake, phone, app, me):
    location = app.test_client().get("/wechat/sign-in").location

    answer = phone.get(path_of(fake.visit(location, "o-wang")))

    assert answer.status_code == 403
    assert "再点一次“用微信登录”" in answer.text
    assert fake.calls == []


def test_a_state_counts_once(fake, phone, me):
    back = fake.visit(phone.get("/wechat/sign-in").location, "o-wang")
    phone.get(path_of(back))

    assert phone.get(path_of(back)).status_code == 403


@pytest.mark.parametrize(("minutes", "status"), [(10, 303), (11, 403)])
def test_the_way_through_wechat_may_take_ten_minutes(fake, phone, clock, me, minutes, status):
    back = fake.visit(phone.get("/wechat/sign-in").location, "o-wang")
    clock.shift(timedelta(minutes=minutes))

    assert phone.get(path_of(back)).status_code == status


def test_a_link_is_not_made_when_the_phone_sign_in_comes_too_late(fake, phone, clock, me):
    tap(phone, fake)
    clock.shift(timedelta(minutes=16))

    sign_in_by_phone(phone)

    assert not queries.has_wechat(me.id)


def test_a_used_code_says_to_tap_again(fake, phone, me):
    back = fake.visit(phone.get("/wechat/sign-in").location, "o-wang")
    code = parse_qs(urlsplit(back).query)["code"][0]
    phone.get(path_of(back))
    state = parse_qs(urlsplit(phone.get("/wechat/sign-in").location).query)["state"][0]

    answer = phone.get(f"/wechat/callback?code={code}&state={state}")

    assert answer.status_code == 410
    assert "再点一次“用微信登录”" in answer.text


def test_when_wechat_does_not_answer_the_phone_number_still_works(fake, phone, me):
    fake.garble = ""

    answer = tap(phone, fake)

    assert answer.status_code == 503
    assert "用手机号登录" in answer.text
    assert sign_in_by_phone(phone).status_code == 303
    assert is_signed_in(phone)


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_it_leads_to_no_other_site(fake, phone, me, elsewhere):
    tap(phone, fake)
    sign_in_by_phone(phone)

    assert tap(phone, fake, next_page=elsewhere).location == "/"


def test_a_pending_scan_is_still_confirmed_by_a_tap(fake, phone, station, me, now):
    tap(phone, fake)
    sign_in_by_phone(phone)
    phone.post("/sign-out")
    activity = build_occasion(station, now=now)
    phone.get(f"/C/{checkins.get_display_code(activity, now=now).token}")

    answer = tap(phone, fake)

    assert answer.location == "/scan"
    assert checkins.count_attendance([activity.id]) == {activity.id: 0}
    assert "确认签到" in phone.get("/scan").text


def test_a_scan_that_is_too_old_leads_nobody_astray(fake, phone, station, me, clock, now):
    tap(phone, fake)
    sign_in_by_phone(phone)
    phone.post("/sign-out")
    activity = build_occasion(station, now=now)
    phone.get(f"/C/{checkins.get_display_code(activity, now=now).token}")
    clock.shift(timedelta(minutes=25))

    assert tap(phone, fake).location == "/"


def test_somebody_signed_in_links_by_a_tap_and_unlinks_by_another(fake, phone, app, me):
    sign_in_by_phone(phone)
    assert "以后用微信登录" in phone.get("/").text
    tap(phone, fake)
    assert queries.has_wechat(me.id)
    assert "取消微信登录" in phone.get("/").text
    # In any browser, and after the official account is gone: it is theirs to undo.
    elsewhere = {"User-Agent": "Mozilla/5.0"}
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, wechat=None)
    wechat.connect(app)
    assert "取消微信登录" in phone.get("/", headers=elsewhere).text

    phone.post("/wechat/unlink", headers=elsewhere)

    assert not queries.has_wechat(me.id)
    assert is_signed_in(phone)


def test_a_closed_account_leaves_no_link(fake, phone, me, now):
    tap(phone, fake)
    sign_in_by_phone(phone)

    service.close_participant(actor=SystemActor(), participant_id=me.id, now=now)

    assert not queries.has_wechat(me.id)
    tap(phone, fake)
    assert not is_signed_in(phone)


def test_one_wechat_account_is_of_the_one_who_linked_it_last(fake, phone, station, me, now):
    other = build_participant(station, name="李强", phone="13900001234", now=now)
    lookup = service.look_up_wechat(app_id=APP_ID, openid="o-family")

    for person in (me, other):
        service.link_wechat(actor=act_as(person), openid_lookup=lookup, now=now)

    assert queries.find_by_wechat(lookup) == other.id
    assert not queries.has_wechat(me.id)


def test_who_is_signed_in_stays_so_on_a_phone_that_two_share(fake, phone, station, me, now):
    build_participant(station, name="李强", phone="13900001234", now=now)
    tap(phone, fake)
    sign_in_by_phone(phone)
    phone.post("/sign-out")
    sign_in_by_phone(phone, number="13900001234")
    before = phone.get("/").text

    answer = tap(phone, fake)

    assert answer.status_code == 409
    assert "这个微信连着另一个人的账户" in answer.text
    assert phone.get("/").text == before
    assert "以后用微信登录" in before
    assert queries.has_wechat(me.id)
    phone.post("/sign-out")
    tap(phone, fake)
    assert "取消微信登录" in phone.get("/").text


def test_whoever_had_the_old_number_comes_in_by_wechat_no_more(fake, phone, me, now):
    tap(phone, fake)
    sign_in_by_phone(phone)

    service.update_participant(
        actor=SystemActor(), participant_id=me.id, phone="13900001234", now=now
    )

    assert not is_signed_in(phone)
    assert tap(phone, fake).location == "/sign-in?next=/"
    assert not is_signed_in(phone)


def test_the_scanner_is_signed_for_pages_of_ours_alone(fake, phone):
    page = "http://localhost/?a=1"

    key = phone.get("/wechat/scan.json", query_string={"page": page})
    told = key.get_json()

    assert key.headers["Cache-Control"] == "no-store"
    assert told["signature"] == sign(
        f"ticket-by-{fake.token}", told["nonceStr"], told["timestamp"], page
    )
    elsewhere = phone.get("/wechat/scan.json", query_string={"page": "https://evil.example/"})
    assert elsewhere.status_code == 400


def test_the_library_is_loaded_inside_wechat_on_the_first_page_alone(fake, phone, client, me):
    sign_in_by_phone(phone)

    assert "weixin-js-sdk" in phone.get("/").text
    assert "weixin-js-sdk" not in phone.get("/today").text
    outside = {"User-Agent": "Mozilla/5.0 (Linux; Android 10) Chrome/120"}
    assert "wechat" not in phone.get("/", headers=outside).text
