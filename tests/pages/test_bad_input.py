"""What goes wrong in people's hands: one clear sentence each, nothing doubled, nothing lost."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine

from rewards.checkins import queries as checkins
from rewards.ledger import queries as ledger
from rewards.network.types import Level
from tests.factories.world import build_node, build_occasion, build_participant

PHONE = "13800001234"
AT_ONCE = 5
MINUTE = timedelta(minutes=1)
FIVE = 5


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is done, what is read of it, and how often somebody came and with what in the end."""

    does: Callable
    says: str
    came: int
    balance: int


class Phone:
    """Somebody's phone at a station, at 14:40 of a Saturday."""

    def __init__(self, client, station, person, now):
        self.client, self.station, self.person, self.now = client, station, person, now
        self.occasions = []

    def plan(self, **details):
        occasion = build_occasion(self.station, now=self.now, **details)
        self.occasions.append(occasion)
        return occasion

    def scan(self, occasion, *, at=None):
        token = checkins.get_display_code(occasion, now=at or self.now).token
        return self.client.get(f"/C/{token}")

    def post(self, address, page, **fields):
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return self.client.post(address, data=hidden | fields)

    def tap(self, page, **fields):
        return self.client.get(self.post("/check-ins", page, **fields).location).text

    def sign_in(self):
        page = self.client.get("/sign-in")
        page = self.post("/sign-in", page, phone=PHONE, action="send")
        code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", page.text).groups())
        self.post("/sign-in", page, phone=PHONE, code=code)


@pytest.fixture
def phone(client, station, now):
    with time_machine.travel(now, tick=False):
        person = build_participant(station, phone=PHONE, now=now)
        phone = Phone(client, station, person, now)
        phone.sign_in()
        yield phone


@pytest.fixture
def station(app):
    center = build_node(Level.CENTER, name="杏花岭区中心")
    institute = build_node(Level.INSTITUTE, parent=center)
    return build_node(Level.STATION, parent=institute)


def with_a_wrong_clock(phone):
    landing = phone.scan(phone.plan())
    yesterday = (phone.now - timedelta(days=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    address = phone.client.post(
        "/check-ins",
        data=dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', landing.text))
        | {"utc_offset": "-1440"},
        headers={"Date": yesterday, "If-Modified-Since": yesterday},
    ).location
    return phone.client.get(address).text


def with_the_back_button(phone):
    landing = phone.scan(phone.plan())
    phone.tap(landing)
    return phone.tap(landing)


def with_two_tabs(phone):
    first, second = (phone.scan(phone.plan(title=title)) for title in ("社区读书会", "广场舞排练"))
    return phone.tap(first) + phone.tap(second)


def with_digits_of_another_occasion(phone):
    meant, other = phone.plan(title="社区读书会"), phone.plan(title="广场舞排练")
    digits = checkins.get_display_code(other, now=phone.now).digits
    page = phone.client.get("/digits")
    return phone.post("/check-ins", page, occasion=str(meant.id), digits=digits).text


def with_a_code_of_another_district(phone):
    district = build_node(Level.CENTER, name="万柏林区中心")
    there = build_node(Level.STATION, parent=build_node(Level.INSTITUTE, parent=district))
    occasion = build_occasion(there, title="公园健走", now=phone.now)
    phone.occasions.append(occasion)
    return phone.tap(phone.scan(occasion))


def with_half_a_code(phone):
    token = checkins.get_display_code(phone.plan(), now=phone.now).token
    return phone.client.get(f"/C/{token[:19]}").text


def with_a_code_of_yesterday(phone):
    return phone.scan(phone.plan(), at=phone.now - timedelta(days=1)).text


def too_early(phone):
    return phone.scan(phone.plan(starts_in=60)).text


def with_an_emoji_as_a_name(phone):
    return sign_up(phone, name="😀", number="13900004321")


def with_a_phone_of_another_country(phone):
    return ask_for_a_code(phone, number="+44 20 7946")


def with_one_of_another_country_but_without_it(phone):
    return ask_for_a_code(phone, number="07700 900123")


def with_a_wrong_code_of_somebody_else_on_the_same_phone(phone):
    page = phone.client.get("/")
    number = "13900005678"
    page = phone.post("/sign-in", page, phone=number, action="send")
    code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", page.text).groups())
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    return phone.post("/sign-in", page, phone=number, code=wrong).text


def ask_for_a_code(phone, *, number):
    browser = phone.client.application.test_client()
    guest = Phone(browser, phone.station, None, phone.now)
    page = browser.get("/sign-in")
    return guest.post("/sign-in", page, phone=number, action="send").text


def sign_up(phone, *, name, number):
    browser = phone.client.application.test_client()
    home = str(phone.station.id)
    guest = Phone(browser, phone.station, None, phone.now)
    page = guest.post("/sign-in", browser.get("/sign-in"), action="send", phone=number)
    code = "".join(re.search(r"验证码是 (\d{3}) (\d{3})", page.text).groups())
    page = guest.post("/sign-in", page, code=code, phone=number)
    return guest.post(
        "/sign-in", page, code=code, name=name, agree="yes", phone=number, node=home
    ).text


TABLE = {
    "the phone's clock is wrong by a day": Case(
        does=with_a_wrong_clock, says="签到成功", came=1, balance=FIVE
    ),
    "back after success, and once more": Case(
        does=with_the_back_button, says="已经签", came=1, balance=FIVE
    ),
    "two tabs": Case(does=with_two_tabs, says="社区读书会.*广场舞排练", came=2, balance=2 * FIVE),
    "the digits of another occasion": Case(
        does=with_digits_of_another_occasion,
        says="这是另一场的数字.*是“广场舞排练”的",
        came=0,
        balance=0,
    ),
    "a code of another district": Case(
        does=with_a_code_of_another_district, says="签到成功.*公园健走", came=1, balance=FIVE
    ),
    "a torn poster's half code": Case(
        does=with_half_a_code, says="码不完整，可能撕坏了", came=0, balance=0
    ),
    "a code of yesterday": Case(
        does=with_a_code_of_yesterday,
        says="这是昨天的码，已经换新了.*请扫屏幕上的新码",
        came=0,
        balance=0,
    ),
    "too early": Case(does=too_early, says="还没到签到时间，15:10 开始", came=0, balance=0),
    "an emoji as a name": Case(
        does=with_an_emoji_as_a_name, says="名字不能用.*不要特殊符号", came=0, balance=0
    ),
    "a phone number of another country": Case(
        does=with_a_phone_of_another_country, says="手机号不对", came=0, balance=0
    ),
    "a wrong code of somebody else, on a phone that is signed in": Case(
        does=with_a_wrong_code_of_somebody_else_on_the_same_phone,
        says="数字不对",
        came=0,
        balance=0,
    ),
    "one of another country, without saying so": Case(
        does=with_one_of_another_country_but_without_it,
        says="这个号码收不到短信.*前面加国家号",
        came=0,
        balance=0,
    ),
}


def test_each_mishap_is_told_in_one_sentence_and_nothing_is_doubled_or_lost(phone):
    balance = 0
    for name, case in TABLE.items():
        phone.occasions.clear()

        answer = re.sub(r"<[^>]+>|\s+", "", case.does(phone))

        assert re.search(re.sub(r"\s", "", case.says), answer), (name, answer)
        came = checkins.count_attendance([each.id for each in phone.occasions])
        assert sum(came.values()) == case.came, name
        balance += case.balance
        assert ledger.get_balance(phone.person.id).balance == min(balance, 10), name


def test_the_same_tap_five_times_at_once_is_one(phone, race):
    occasion = phone.plan()
    landing = phone.scan(occasion)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', landing.text))
    cookies = "; ".join(f"{each.key}={each.value}" for each in phone.client._cookies.values())

    def tap(_number):
        browser = phone.client.application.test_client(use_cookies=False)
        return browser.post("/check-ins", data=hidden, headers={"Cookie": cookies})

    answers = race(AT_ONCE, tap)

    assert {each.status_code for each in answers} == {303}
    assert {each.location.partition("?")[0] for each in answers} == {f"/check-ins/{occasion.id}"}
    assert checkins.count_attendance([occasion.id]) == {occasion.id: 1}
    assert ledger.get_balance(phone.person.id).balance == FIVE
