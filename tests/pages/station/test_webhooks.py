"""Webhooks in the console: made with a secret shown once, watched, sent again, ended."""

import re
from datetime import timedelta

import pytest

from rewards.access.types import Role
from rewards.core import clock
from rewards.core.db import db
from rewards.core.idempotency import IdempotencyKeyRow
from rewards.web import hooks
from rewards.webhooks import queries, service, store
from rewards.webhooks.types import EVENTS
from tests.engines.receiver import is_signed, run_receiver
from tests.factories.people import SYSTEM
from tests.factories.webhooks import subscribe

PUBLIC = "https://data.example.gov.cn/rewards"


@pytest.fixture
def institute(branch):
    return branch[1]


@pytest.fixture
def admin(make_browser, institute):
    """The browser of the institute's administrator."""
    return make_browser("sunli", (Role.INSTITUTE_ADMIN, institute))


@pytest.fixture
def station_admin(make_browser, station):
    return make_browser("zhengtao", (Role.STATION_ADMIN, station))


@pytest.fixture
def receiver(app):
    store.use_policy(allow_private=True)
    with run_receiver() as receiver:
        yield receiver
    store.use_policy(allow_private=False)


@pytest.fixture
def made(station, receiver, now):
    return subscribe(station, now, url=receiver.url)


@pytest.fixture
def here(made):
    return f"/console/webhooks/{made.subscription.id}"


def key_of(page):
    return re.search(r'name="key" value="([^"]+)"', page.text)[1]


def fill_in(browser, node, **changes):
    form = {
        "key": key_of(browser.get("/console/webhooks/new")),
        "name": "区数据平台",
        "url": PUBLIC,
        "node": str(node.id),
        "event": [event.value for event in EVENTS],
    }
    return form | changes


def secret_in(page):
    found = re.search(r"whsec_[\w+/=]+", page.text)
    return found and found[0]


def act(browser, here, address, **form):
    if "key" not in form:
        form["key"] = key_of(browser.get(here))
    return browser.post(f"{here}/{address}", data=form)


def deliver():
    return hooks.deliver_due(now=clock.now())


def test_a_new_webhook_shows_its_secret_once(admin, station):
    form = fill_in(admin, station)

    shown = admin.post("/console/webhooks/new", data=form)

    (webhook,) = queries.page_subscriptions(node_path=station.path).items
    secret = secret_in(shown)
    assert secret
    assert "只显示这一次" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    for address in ("/console/webhooks", f"/console/webhooks/{webhook.id}"):
        page = admin.get(address)
        assert "区数据平台" in page.text
        assert "whsec_" not in page.text


def test_a_form_sent_twice_makes_one_and_shows_its_secret_both_times(
    admin, station, now, monkeypatch
):
    form = fill_in(admin, station)

    first, second = [admin.post("/console/webhooks/new", data=form) for _ in range(2)]
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=10))
    late = admin.post("/console/webhooks/new", data=form)

    assert len(queries.page_subscriptions(node_path=station.path).items) == 1
    assert secret_in(first) == secret_in(second) is not None
    assert secret_in(late) is None
    assert "换密钥" in late.text
    assert all("whsec_" not in row.body for row in db.session.query(IdempotencyKeyRow))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": "http://data.example.gov.cn/"}, "这个地址不能推送"),
        ({"url": "https://192.168.1.8/"}, "这个地址不能推送"),
        ({"url": "data"}, "这个地址不能推送"),
        ({"event": []}, "内容至少选一项"),
        ({"event": ["webhook.test"]}, "内容至少选一项"),
        ({"name": " "}, "名称要1到40个字"),
    ],
)
def test_what_is_no_webhook_is_refused_in_a_sentence_and_the_form_keeps_what_was_typed(
    admin, station, changes, told
):
    answer = admin.post("/console/webhooks/new", data=fill_in(admin, station, **changes))

    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{changes.get("url", PUBLIC)}"' in answer.text
    assert queries.page_subscriptions(node_path=station.path).items == ()


def test_a_test_is_sent_and_its_result_shown(admin, here, made, receiver):
    sent = act(admin, here, "test")
    assert sent.location == f"{here}?done=tested"

    deliver()

    (message,) = receiver.received
    assert is_signed(message, made.secret)
    page = admin.get(here)
    assert "收到了" in page.text
    assert message.id in page.text


def test_a_button_pressed_twice_counts_once(admin, here, receiver):
    key = key_of(admin.get(here))

    for _ in range(2):
        assert act(admin, here, "test", key=key).status_code == 303

    assert deliver() == 1


def test_what_did_not_arrive_says_why_and_is_sent_again(admin, here, receiver):
    receiver.answers = [503]
    act(admin, here, "test")
    deliver()
    page = admin.get(f"{here}?state=waiting")
    assert "对方没收，答的是503" in page.text
    assert "在重试" in page.text

    delivery = re.search(r"deliveries/([0-9a-f-]{36})/redelivery", page.text)[1]
    again = act(admin, here, f"deliveries/{delivery}/redelivery")
    deliver()

    assert again.location == f"{here}?done=replayed"
    assert len(set(receiver.ids())) == 1
    assert len(receiver.received) == 2


def test_all_since_a_moment_are_sent_again(admin, here, receiver):
    act(admin, here, "test")
    deliver()

    act(admin, here, "replay", since="2026-11-21T14:00")
    deliver()

    assert len(receiver.received) == 2


@pytest.mark.parametrize("since", ["", "昨天", "2026-11-21T14:41", "9999-12-31T23:59"])
def test_a_moment_that_is_none_or_still_to_come_is_refused(admin, here, receiver, since):
    answer = act(admin, here, "replay", since=since)

    assert answer.status_code == 422
    assert "这个时间不对" in answer.text


def test_a_moment_before_all_time_means_all_there_is(admin, here, receiver):
    act(admin, here, "test")

    assert act(admin, here, "replay", since="0001-01-01T00:00").status_code == 303
    assert deliver() == 1


def test_a_webhook_is_paused_and_goes_on(admin, here, receiver):
    act(admin, here, "pause")
    assert "暂停着" in admin.get("/console/webhooks").text
    refused = act(admin, here, "test")
    assert refused.status_code == 409
    assert "恢复推送" in refused.text

    act(admin, here, "resumption")

    assert "在推送" in admin.get(here).text


def test_another_secret_is_shown_once_and_says_how_long_the_old_one_is_good(admin, here, made):
    shown = act(admin, here, "secret")

    assert secret_in(shown) not in (None, made.secret)
    assert "还能用" in shown.text
    page = admin.get(here)
    assert "旧密钥" in page.text
    assert "whsec_" not in page.text


def test_name_address_and_events_are_changed(admin, here, made):
    act(admin, here, "change", name="新平台", url=PUBLIC, event=["entry.posted"])

    changed = queries.get_subscription(made.subscription.id)
    assert (changed.name, changed.url, changed.events) == ("新平台", PUBLIC, (EVENTS[2],))
    refused = act(admin, here, "change", name="新平台", url="ftp://x.example/", event=[])
    assert refused.status_code == 422
    assert 'value="ftp://x.example/"' in refused.text


def test_an_ended_webhook_is_gone_however_often_the_button_is_pressed(admin, here):
    key = key_of(admin.get(here))

    for _ in range(2):
        assert act(admin, here, "end", key=key).location == "/console/webhooks?ended=1"

    assert admin.get(here).status_code == 404
    assert "还没有推送" in admin.get("/console/webhooks").text


def test_the_first_page_of_the_day_says_that_one_was_switched_off(
    admin, station_admin, here, made, receiver
):
    receiver.answer = 410
    act(admin, here, "test")
    deliver()

    assert "1项数据推送停了" in admin.get("/console").text
    assert "数据推送停了" not in station_admin.get("/console").text
    assert "对方说不再接收" in admin.get(here).text


def test_stations_and_strangers_have_nothing_to_do_with_webhooks(
    admin, station_admin, stranger, made, station, here
):
    assert "数据推送" in admin.get("/console/books").text
    assert "数据推送" not in station_admin.get("/console/books").text
    form = fill_in(admin, station)
    actions = ["change", "pause", "resumption", "test", "replay", "secret", "end"]
    for browser, status in ((station_admin, 403), (stranger, 404)):
        assert browser.get("/console/webhooks").status_code == 403
        assert browser.post("/console/webhooks/new", data=form).status_code == 403
        assert browser.get(here).status_code == status
        for action in actions:
            answer = browser.post(f"{here}/{action}", data=form | {"since": "2026-11-21T08:00"})
            assert answer.status_code == status, action

    assert queries.get_subscription(made.subscription.id) == made.subscription


def test_an_address_that_holds_a_token_is_not_in_the_list(admin, station, receiver, now):
    subscribe(station, now, url=f"{receiver.url}?token=abc123")

    assert "abc123" not in admin.get("/console/webhooks").text


def test_metrics_tell_how_webhooks_stand(app, admin, here, made, receiver):
    service.send_test(actor=SYSTEM, subscription_id=made.subscription.id, now=clock.now())

    text = app.test_client().get("/metrics").text

    assert "rewards_webhook_deliveries_waiting 1.0" in text
    assert 'rewards_webhook_subscriptions{state="active"} 1.0' in text
