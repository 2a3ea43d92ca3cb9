"""Who has too many sign-in codes sent reads why, how long, and what to do meanwhile."""

import re

import pytest
import time_machine
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from rewards.identity import store
from rewards.web import browsers, sends


@pytest.fixture(autouse=True)
def clock(now):
    sends.forget()
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


def ask(client, number, *, is_nameless=False):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)[1]
    if is_nameless:
        client.delete_cookie(browsers.COOKIE)
    phone = f"1380000{number:04d}"
    return client.post("/sign-in", data={"csrf_token": token, "action": "send", "phone": phone})


def count(result):
    name, labels = "rewards_sign_in_codes_total", {"result": result}
    return REGISTRY.get_sample_value(name, labels) or 0


def refuse(client, number, limit, **how):
    before = count(limit)
    with capture_logs() as lines:
        page = ask(client, number, **how)
    refusals = [line for line in lines if line["event"] == "codes.refused"]
    assert refusals == [{"event": "codes.refused", "log_level": "warning", "limit": limit}]
    assert [line for line in lines if line["event"] == "code.sent"] == []
    assert count(limit) == before + 1
    assert page.status_code == 429
    assert "现在就要登录，请工作人员给您一个登录码" in page.text
    return page.text


def test_one_browser_has_codes_sent_to_ten_phones(app, client):
    for number in range(10):
        assert ask(client, number).status_code == 200

    page = refuse(client, 10, "browser")

    assert "这台手机要的验证码太多了，10分钟后再试" in page
    assert ask(app.test_client(), 10).status_code == 200


def test_an_address_has_so_many_codes_in_an_hour_whatever_browsers_it_has(app, monkeypatch):
    monkeypatch.setattr(sends, "PER_ADDRESS", 12)
    sends.forget()
    for number in range(12):
        assert ask(app.test_client(), number).status_code == 200

    assert "这里要验证码的人太多了，60分钟后再试" in refuse(app.test_client(), 12, "address")


def test_forms_without_the_cookie_of_their_page_are_stopped_while_others_go_on(app, monkeypatch):
    monkeypatch.setattr(sends, "PER_ADDRESS_NAMELESS", 2)
    sends.forget()
    for number in range(2):
        assert ask(app.test_client(), number, is_nameless=True).status_code == 200

    page = refuse(app.test_client(), 2, "address", is_nameless=True)

    assert "这里要验证码的人太多了，10分钟后再试" in page
    assert ask(app.test_client(), 2).status_code == 200


def test_the_whole_service_sends_so_many_in_an_hour(app, clock):
    store.use_hourly_max(2)
    for number in range(2):
        assert ask(app.test_client(), number).status_code == 200

    assert "现在要验证码的人太多了，60分钟后再试" in refuse(app.test_client(), 2, "service")
    clock.shift(3600)
    assert ask(app.test_client(), 2).status_code == 200


def test_what_is_refused_by_the_phones_own_limit_counts_for_nobody_else(client):
    for _ in range(12):
        ask(client, 0)

    for number in range(1, 10):
        assert ask(client, number).status_code == 200
