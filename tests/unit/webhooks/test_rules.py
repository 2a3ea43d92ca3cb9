"""Which addresses are called, how messages are signed, and when they are tried again."""

import base64
import hashlib
import hmac
import ipaddress
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.webhooks import rules
from rewards.webhooks.errors import InvalidWebhookError, InvalidWebhookUrlError
from rewards.webhooks.types import EVENTS, Fault, Happening, Outcome, WebhookEvent

NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
FAILED = Outcome(at=NOW, fault=Fault.REFUSED, status=500)


def test_a_message_is_signed_as_standard_webhooks_says():
    # The example of the specification's reference libraries.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    signature = rules.sign(
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body='{"test": 2432232314}',
        secrets=[secret],
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_a_secret_is_replaced_both_sign():
    old, new = rules.new_secret(), rules.new_secret()

    both = rules.sign(message_id="m", timestamp=1, body="{}", secrets=[new, old]).split(" ")

    for secret, signature in zip((new, old), both, strict=True):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        digest = hmac.new(key, b"m.1.{}", hashlib.sha256).digest()
        assert signature == f"v1,{base64.b64encode(digest).decode()}"


def test_secrets_are_long_and_each_another_one():
    made = {rules.new_secret() for _ in range(50)}

    assert len(made) == 50
    assert all(len(base64.b64decode(each.removeprefix("whsec_"))) == 32 for each in made)


def test_the_body_tells_type_time_and_data_and_nothing_else():
    happening = Happening(
        event=WebhookEvent.CHECK_IN_RECORDED,
        source_id=UUID(int=1),
        node_path="a/",
        at=NOW,
        data={"points": 5},
    )

    assert json.loads(rules.build_body(happening)) == {
        "type": "checkin.recorded",
        "timestamp": "2026-11-21T06:40:00+00:00",
        "data": {"points": 5},
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://data.example.gov.cn/rewards?token=abc",
        "https://data.example.gov.cn:8443/",
        "https://203.0.114.1/hook",
        "https://[2606:4700::1111]/hook",
    ],
)
def test_an_address_on_the_internet_is_taken(url):
    assert rules.normalize_url(f" {url} ", allow_private=False) == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://data.example.gov.cn/", "https"),
        ("ftp://data.example.gov.cn/", "https"),
        ("file:///etc/passwd", "https"),
        ("data.example.gov.cn", "https"),
        ("https://", "form"),
        ("https:///hook", "form"),
        ("https://user:pw@data.example.gov.cn/", "form"),
        ("https://data.example.gov.cn@127.0.0.1/", "form"),
        ("https://data.example.gov.cn/#part", "form"),
        ("https://data.example.gov.cn:0/", "form"),
        ("https://data.example.gov.cn:99999/", "form"),
        ("https://[::1", "form"),
        ("https://data.example.gov.cn/a b", "form"),
        ("https://data.example.gov.cn/\r\nX: y", "form"),
        ("https://data.example.gov.cn\\@127.0.0.1/", "form"),
        ("https://数据.example/", "form"),
        ("https://data.example.gov.cn/" + "x" * 500, "form"),
        ("", "form"),
        ("https://localhost/", "private"),
        ("https://LOCALHOST./", "private"),
        ("https://rewards.local/", "private"),
        ("https://metadata.google.internal/", "private"),
        ("https://database/", "private"),
        ("https://127.0.0.1/", "private"),
        ("https://10.1.2.3/", "private"),
        ("https://169.254.169.254/latest/meta-data", "private"),
        ("https://[::1]/", "private"),
        ("https://[::ffff:192.168.0.1]/", "private"),
        ("https://2130706433/", "private"),
    ],
)
def test_any_other_address_is_refused(url, reason):
    with pytest.raises(InvalidWebhookUrlError) as refused:
        rules.normalize_url(url, allow_private=False)

    assert refused.value.members["reason"] == reason


def test_on_ones_own_network_the_inside_may_be_called_if_the_operator_says_so():
    url = "http://127.0.0.1:9000/hook"

    assert rules.normalize_url(url, allow_private=True) == url
    with pytest.raises(InvalidWebhookUrlError):
        rules.normalize_url("ftp://127.0.0.1/", allow_private=True)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
    ],
)
def test_what_is_inside_or_may_lead_there_is_not_public(address):
    assert not rules.is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_is_as_public_wrapped_in_the_other_version_as_it_is_alone(address):
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")

    assert rules.is_public(mapped) == rules.is_public(address)


def test_a_message_is_tried_ten_times_over_three_days():
    waited = timedelta(0)
    for attempt in range(1, rules.ATTEMPTS_MAX):
        waited += rules.delay_after(attempt, FAILED, chance=0.5)

    assert rules.ATTEMPTS_MAX == 10
    assert rules.delay_after(rules.ATTEMPTS_MAX, FAILED, chance=0.5) is None
    assert timedelta(days=3) < waited < timedelta(days=3, hours=6)


@given(st.integers(1, 9), st.floats(0, 1, exclude_max=True), st.none() | st.integers(0, 10**9))
def test_a_delay_is_about_its_own_and_never_shorter_than_the_receiver_asked(attempt, chance, asked):
    outcome = Outcome(at=NOW, fault=Fault.REFUSED, status=503, retry_after=asked)

    delay = rules.delay_after(attempt, outcome, chance=chance)

    own = rules.DELAYS[attempt - 1]
    least = min(timedelta(seconds=asked or 0), timedelta(days=1))
    assert max(own * 0.8, least) <= delay <= max(own * 1.2, least)


def test_a_receiver_that_fails_is_asked_ever_more_rarely_but_at_least_every_five_minutes():
    rests = [rules.rest_after(failures, FAILED) for failures in range(1, 40)]

    assert rests == sorted(rests)
    assert (rests[0], rests[-1]) == (timedelta(seconds=2), timedelta(minutes=5))


@pytest.mark.parametrize(("asked", "hours"), [(3600, 1), (10**9, 24)])
def test_a_receiver_is_left_alone_for_as_long_as_it_asks_up_to_a_day(asked, hours):
    outcome = Outcome(at=NOW, fault=Fault.REFUSED, status=429, retry_after=asked)

    assert rules.rest_after(1, outcome) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("failures", "days", "is_over"), [(10, 3, True), (9, 3, False), (1_000, 2.9, False)]
)
def test_a_receiver_is_given_up_after_three_days_and_ten_failures(failures, days, is_over):
    since = NOW - timedelta(days=days)

    found = rules.has_failed_for_good(failures=failures, failing_since=since, now=NOW)

    assert found is is_over


@pytest.mark.parametrize("name", ["", "  ", "台" * 41, "区\x00平台"])
def test_a_subscription_has_a_short_name(name):
    with pytest.raises(InvalidWebhookError):
        rules.normalize_name(name)


@pytest.mark.parametrize("events", [(), (WebhookEvent.TEST,), (*EVENTS, WebhookEvent.TEST)])
def test_only_what_can_be_subscribed_to_is_taken(events):
    with pytest.raises(InvalidWebhookError):
        rules.normalize_events(events)
