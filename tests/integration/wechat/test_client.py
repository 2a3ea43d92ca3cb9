"""The client against a small WeChat of our own, with the faults that the real one has."""

import pytest
import requests

from rewards.core.settings import WechatAccount
from rewards.web.wechat import Wechat, client
from rewards.web.wechat.errors import WechatCodeRefusedError, WechatUnavailableError
from rewards.web.wechat.kept import PAUSE_SECONDS, SPARE_SECONDS
from tests.engines.wechat import APP_ID, LIFE_SECONDS, SECRET, run_wechat, sign

PAGE = "https://points.example/?from=desktop"
TOKEN, TICKET = "/cgi-bin/stable_token", "/cgi-bin/ticket/getticket"


class Tick:
    def __init__(self):
        self.seconds = 1_000.0

    def __call__(self):
        return self.seconds


@pytest.fixture(scope="module")
def running():
    with run_wechat() as (fake, address):
        yield fake, address


@pytest.fixture
def fake(running):
    fake, _ = running
    type(fake).__init__(fake)
    return fake


@pytest.fixture
def tick():
    return Tick()


@pytest.fixture
def connect(running, fake, tick):
    def connect(secret=SECRET):
        account = WechatAccount(app_id=APP_ID, secret=secret, api_url=running[1])
        return Wechat(account, tick=tick)

    return connect


def come_back(fake, wechat, openid="o-wang"):
    """Return the code with which somebody comes back."""
    address = wechat.build_sign_in_address(callback="https://points.example/c", state="s")
    return fake.visit(address, openid).partition("code=")[2].partition("&")[0]


def test_who_comes_back_is_known_by_a_number(fake, connect):
    wechat = connect()

    assert wechat.exchange_code(come_back(fake, wechat)) == "o-wang"


def test_a_code_counts_once(fake, connect):
    wechat = connect()
    code = come_back(fake, wechat)
    wechat.exchange_code(code)

    with pytest.raises(WechatCodeRefusedError):
        wechat.exchange_code(code)


def test_a_made_up_person_of_a_snapshot_page_is_refused(fake, connect):
    fake.answers["/sns/oauth2/access_token"] = {"openid": "o-nobody", "is_snapshotuser": 1}

    with pytest.raises(WechatCodeRefusedError):
        connect().exchange_code("code")


def test_a_wrong_secret_is_trouble_of_ours_and_is_not_logged(fake, connect, capfd):
    wechat = connect(secret="not-the-secret")

    with pytest.raises(WechatUnavailableError):
        wechat.exchange_code(come_back(fake, wechat))
    with pytest.raises(WechatUnavailableError):
        wechat.sign_page(PAGE, timestamp=1)
    logged = "".join(capfd.readouterr())
    assert "40125" in logged
    assert "not-the-secret" not in logged


@pytest.mark.parametrize("garbled", ["", "<html>busy</html>", "[]", '"ok"', '{"openid": 7}', "{}"])
def test_an_answer_that_makes_no_sense_is_no_answer(fake, connect, garbled):
    wechat = connect()
    fake.garble = garbled

    with pytest.raises(WechatUnavailableError):
        wechat.exchange_code("code")


def test_who_does_not_answer_is_not_waited_for(monkeypatch, fake, connect, capfd):
    monkeypatch.setattr(client, "SECONDS_MAX", (0.1, 0.1))
    wechat = connect()
    fake.hang = 0.5

    with pytest.raises(WechatUnavailableError):
        wechat.exchange_code("code")
    logged = "".join(capfd.readouterr())
    assert "ReadTimeout" in logged
    assert SECRET not in logged


def test_nobody_there_is_trouble_of_theirs(tick):
    account = WechatAccount(app_id=APP_ID, secret=SECRET, api_url="http://127.0.0.1:9")

    with pytest.raises(WechatUnavailableError):
        Wechat(account, tick=tick).exchange_code("code")


def test_every_call_has_a_time_limit_and_follows_nowhere(monkeypatch, fake, connect):
    asked = []
    call = requests.request
    monkeypatch.setattr(
        requests, "request", lambda *where, **how: asked.append(how) or call(*where, **how)
    )
    wechat = connect()
    wechat.exchange_code(come_back(fake, wechat))
    wechat.sign_page(PAGE, timestamp=1)

    assert len(asked) == 3
    assert {each["timeout"] for each in asked} == {client.SECONDS_MAX}
    assert {each["allow_redirects"] for each in asked} == {False}


def test_a_page_is_signed_as_the_manual_has_it(fake, connect):
    signed = connect().sign_page(PAGE + "#top", timestamp=1_700_000_000)

    assert signed.app_id == APP_ID
    assert signed.signature == sign(f"ticket-by-{fake.token}", signed.nonce, 1_700_000_000, PAGE)


def test_keys_are_fetched_once_while_they_count(fake, connect, tick):
    wechat = connect()
    wechat.sign_page(PAGE, timestamp=1)
    tick.seconds += LIFE_SECONDS - SPARE_SECONDS - 1

    wechat.sign_page(PAGE, timestamp=2)

    assert fake.calls == [TOKEN, TICKET]


def test_keys_are_fetched_anew_before_they_end(fake, connect, tick):
    wechat = connect()
    wechat.sign_page(PAGE, timestamp=1)
    tick.seconds += LIFE_SECONDS - SPARE_SECONDS

    wechat.sign_page(PAGE, timestamp=2)

    assert fake.calls == [TOKEN, TICKET] * 2


def test_a_token_that_was_taken_back_is_asked_for_again(fake, connect, tick):
    wechat = connect()
    wechat.sign_page(PAGE, timestamp=1)
    fake.take_token_back()
    # The ticket runs out before the token does.
    wechat._ticket.drop(wechat._ticket.get())

    wechat.sign_page(PAGE, timestamp=2)

    assert fake.calls == [TOKEN, TICKET, TICKET, TOKEN, TICKET]


def test_eight_who_ask_at_once_make_one_call_of_each(app, race, fake, connect):
    wechat = connect()
    fake.hang = 0.05

    signed = race(8, lambda _number: wechat.sign_page(PAGE, timestamp=1))

    assert {each.app_id for each in signed} == {APP_ID}
    assert fake.calls == [TOKEN, TICKET]


def test_after_a_failure_nobody_asks_for_a_while(fake, connect, tick):
    wechat = connect(secret="wrong")
    for _ in range(3):
        with pytest.raises(WechatUnavailableError):
            wechat.sign_page(PAGE, timestamp=1)
    assert fake.calls == [TOKEN]

    tick.seconds += PAUSE_SECONDS
    with pytest.raises(WechatUnavailableError):
        wechat.sign_page(PAGE, timestamp=1)

    assert fake.calls == [TOKEN, TOKEN]
