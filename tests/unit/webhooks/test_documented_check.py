"""What docs/webhooks.md gives receivers to check signatures with does check them."""

import re
import time
from pathlib import Path

import pytest

from rewards.webhooks import rules

DOCUMENT = Path(__file__).parents[3] / "docs" / "webhooks.md"
BODY = '{"type":"webhook.test"}'


@pytest.fixture(scope="module")
def check():
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    names = {}
    exec(code, names)
    return names["check"]


@pytest.fixture
def secret():
    return rules.new_secret()


def headers_of(*secrets, at=None):
    timestamp = int(at or time.time())
    return {
        "webhook-id": "m1",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": rules.sign(
            message_id="m1", timestamp=timestamp, body=BODY, secrets=secrets
        ),
    }


def test_what_we_sign_is_taken_also_while_a_secret_is_replaced(check, secret):
    assert check(headers_of(secret), BODY.encode(), secret)
    assert check(headers_of(rules.new_secret(), secret), BODY.encode(), secret)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-signature"])
def test_what_was_changed_on_the_way_is_not(check, secret, changed):
    headers = headers_of(secret)
    headers[changed] += "x" if changed == "webhook-id" else ""
    body = BODY if changed == "webhook-id" else BODY.replace("test", "fake")

    assert not check(headers, body.encode(), secret)


def test_what_another_secret_signed_or_is_old_is_not(check, secret):
    assert not check(headers_of(rules.new_secret()), BODY.encode(), secret)
    assert not check(headers_of(secret, at=time.time() - 301), BODY.encode(), secret)
