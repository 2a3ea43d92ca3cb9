"""Webhooks on the host: listed, and sent again."""

import pytest

from rewards.webhooks import queries, service, store
from rewards.webhooks.types import DeliveryState
from tests.factories.webhooks import SYSTEM, subscribe
from tests.factories.world import build_station

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def webhook(app, now):
    store.use_policy(allow_private=True)
    yield subscribe(build_station(), now, url="http://127.0.0.1:9/?token=abc").subscription
    store.use_policy(allow_private=False)


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["webhooks", *words])


def test_they_are_listed_without_what_their_addresses_may_hold(run, webhook):
    listed = run("list").output

    assert str(webhook.id) in listed
    assert "127.0.0.1  waiting 0  failed 0" in listed
    assert "abc" not in listed


def test_one_or_all_since_a_time_are_sent_again(run, webhook, now):
    delivery = service.send_test(actor=SYSTEM, subscription_id=webhook.id, now=now)

    one = run("replay", str(webhook.id), "--delivery", str(delivery.id))
    since = run("replay", str(webhook.id), "--since", "2026-11-21T14:00")

    assert [one.output, since.output] == ["Messages to be sent again: 1.\n"] * 2
    assert queries.count_unarrived(webhook.id)[DeliveryState.WAITING] == 1


def test_what_cannot_be_sent_again_is_said_in_plain_words(run, webhook):
    nothing = "01900000-0000-7000-8000-000000000000"

    assert run("replay", str(webhook.id)).exit_code == 2
    for words in (
        (nothing, "--since", "2026-11-21"),
        (str(webhook.id), "--delivery", nothing),
        (str(webhook.id), "--since", "2999-01-01"),
    ):
        answer = run("replay", *words)
        assert answer.exit_code == 1, answer.output
        assert "Traceback" not in answer.output
