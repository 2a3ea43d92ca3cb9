"""Much that is sent again is let go in parts, and whoever is cut off goes on where it was."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.core import clock
from rewards.core.db import db
from rewards.web import hooks
from rewards.webhooks import queries, service
from rewards.webhooks.models import DeliveryRow
from rewards.webhooks.operations import replaying
from rewards.webhooks.types import DeliveryState, Replay
from tests.factories.webhooks import SYSTEM

MESSAGES = 7


@pytest.fixture
def to(subscribed):
    return subscribed.subscription


@pytest.fixture
def sent(receiver, to, monkeypatch):
    """Seven messages that arrived, and batches of three."""
    monkeypatch.setattr(replaying, "REPLAYED_AT_ONCE", 3)
    began = clock.now()
    for _ in range(MESSAGES):
        service.send_test(actor=SYSTEM, subscription_id=to.id, now=clock.now())
    hooks.deliver_due(now=clock.now())
    assert len(receiver.ids()) == MESSAGES
    return began


def replay(to, since):
    return service.replay(actor=SYSTEM, subscription_id=to.id, since=since, now=clock.now())


def go_on(to):
    return service.continue_replay(subscription_id=to.id, now=clock.now())


def count_waiting():
    db.session.rollback()
    rows = sa.select(sa.func.count()).where(DeliveryRow.state == DeliveryState.WAITING)
    return db.session.scalar(rows)


def tell(to):
    db.session.rollback()
    return queries.get_subscription(to.id).replay


@pytest.mark.databases("sqlite", "postgresql")
def test_no_transaction_takes_on_more_than_a_batch(to, sent):
    assert replay(to, sent) == MESSAGES
    waiting, told = [count_waiting()], [tell(to)]
    while go_on(to):
        waiting.append(count_waiting())
        told.append(tell(to))

    assert waiting == [3, 6, 7]
    assert told == [
        Replay(since=sent, done=3, total=MESSAGES),
        Replay(since=sent, done=6, total=MESSAGES),
        None,
    ]
    assert queries.list_replaying() == ()


def test_the_worker_goes_on_until_all_arrived_again(receiver, to, sent):
    replay(to, sent)

    hooks.deliver_due(now=clock.now())

    once = receiver.ids()[:MESSAGES]
    assert sorted(receiver.ids()) == sorted(once * 2)
    assert tell(to) is None


def test_what_is_asked_for_meanwhile_loses_nothing(receiver, to, sent, clock):
    replay(to, sent)
    clock.shift(timedelta(minutes=1))
    replay(to, sent + timedelta(seconds=30))

    assert tell(to).since == sent
    hooks.deliver_due(now=sent + timedelta(minutes=1))
    assert len(receiver.ids()) == 2 * MESSAGES


def test_a_batch_that_is_lost_is_begun_again(receiver, to, sent, monkeypatch):
    replay(to, sent)
    with monkeypatch.context() as patch:
        patch.setattr(replaying, "_note", cut_off)
        with pytest.raises(RuntimeError, match="cut off"):
            go_on(to)

    assert count_waiting() == 3
    hooks.deliver_due(now=clock.now())
    assert len(receiver.ids()) == 2 * MESSAGES


def cut_off(*_ids, **_values):
    raise RuntimeError("cut off")


def test_a_subscription_that_ended_is_left_alone(to, sent):
    replay(to, sent)
    service.end(actor=SYSTEM, subscription_id=to.id, now=clock.now())

    assert queries.list_replaying() == ()


@pytest.mark.databases("sqlite", "postgresql")
def test_where_nothing_was_sent_yet_nothing_is_sent_again(to):
    assert replay(to, clock.now()) == 0
    assert tell(to) is None
