"""Whoever subscribed is told of everything, though what sends is killed with messages in hand.

The receiver kills the worker at the worst moment: it has the message and has
not answered yet. Web workers are killed too, while people check in, redeem and
collect. In the end each check-in, hand-over and entry of the database has
arrived, signed, at least once, and nothing else has.
"""

import threading
import time

import pytest
import sqlalchemy as sa

from rewards.checkins.models import CheckInRow
from rewards.core import clock
from rewards.core.db import db
from rewards.ledger.models import EntryRow, SealRow
from rewards.network import queries as network
from rewards.redemptions.models import RedemptionRow
from rewards.redemptions.types import RedemptionStatus
from rewards.webhooks.models import DeliveryRow, MessageRow
from rewards.webhooks.operations.sending import LEASE
from rewards.webhooks.types import DeliveryState
from tests.engines.receiver import is_signed, run_receiver
from tests.factories.webhooks import subscribe

from .clients import Load
from .instance import wait_until
from .world import build_world, open_app

KILLS = 3
WEB_KILLS = 2
LOAD_SECONDS = 1.5
ARRIVE_SECONDS_MAX = LEASE.total_seconds() + 90
# What the worker writes when it takes messages on; without it they count as sent at once.
LEASED = ".values(attempts=_deliveries.c.attempts + 1, next_at=now + LEASE)"
NOT_LEASED = (
    ".values(attempts=_deliveries.c.attempts + 1, next_at=None, state=DeliveryState.DELIVERED)"
)


@pytest.fixture
def instance(request, make_instance):
    made = make_instance(request.param)
    made.environ["WEBHOOK_ALLOW_PRIVATE"] = "true"
    return made


@pytest.fixture
def world(instance):
    return build_world(instance)


@pytest.fixture
def receiver():
    with run_receiver() as receiver:
        yield receiver


@pytest.fixture
def subscribed(world, receiver):
    with open_app(world.settings):
        return subscribe(network.get_node(world.center_id), clock.now(), url=receiver.url)


class Killer:
    """Kills whatever sent the next message, before it is answered."""

    def __init__(self, instance, chooser):
        self._instance = instance
        self._chooser = chooser
        self._is_due = threading.Event()
        self.kills = 0

    def __call__(self, _message):
        if self._is_due.is_set():
            self._is_due.clear()
            self._instance.kill("worker", chooser=self._chooser)
            self.kills += 1

    def kill_soon(self):
        self._is_due.set()
        wait_until(lambda: not self._is_due.is_set(), seconds=30)


def work_and_be_killed(instance, world, receiver, *, seed, chooser):
    killer = receiver.on_message = Killer(instance, chooser)
    instance.start()
    with Load(world, instance.port, seed=seed) as load:
        for _ in range(KILLS):
            load.start(world.add_occasions(12))
            time.sleep(LOAD_SECONDS)
            for _ in range(WEB_KILLS):
                instance.kill("web-worker", chooser=chooser)
                time.sleep(0.3)
            killer.kill_soon()
            instance.wait_until_ended()
            instance.start()
            time.sleep(LOAD_SECONDS)
            load.stop()
    assert killer.kills == KILLS
    return load.journal


def is_quiet():
    """Tell whether every entry is followed, every message divided and every delivery settled."""
    db.session.rollback()
    entries = db.session.scalar(sa.select(sa.func.count()).select_from(EntryRow))
    seals = db.session.scalar(sa.select(sa.func.max(SealRow.seq)))
    marked = db.session.scalar(sa.text("SELECT seq FROM webhook_seal_marks"))
    waiting = db.session.scalar(
        sa.select(sa.func.count()).where(DeliveryRow.state == DeliveryState.WAITING)
    )
    new = db.session.scalar(sa.select(sa.func.count()).where(MessageRow.is_new))
    return entries == seals == marked and not waiting and not new


def list_facts(since):
    """Return what there is to be told of, from the tables themselves."""
    queries = {
        "checkin.recorded": sa.select(CheckInRow.id),
        "redemption.fulfilled": sa.select(RedemptionRow.id).where(
            RedemptionRow.status == RedemptionStatus.FULFILLED
        ),
        "entry.posted": sa.select(EntryRow.id).where(EntryRow.posted_at >= since),
    }
    return {
        (event, str(found))
        for event, query in queries.items()
        for found in db.session.scalars(query)
    }


def list_told(receiver):
    names = {
        "checkin.recorded": "check_in_id",
        "redemption.fulfilled": "redemption_id",
        "entry.posted": "entry_id",
    }
    return [
        (message.told["type"], message.told["data"][names[message.told["type"]]])
        for message in receiver.received
    ]


def judge(world, receiver, subscribed, began):
    with open_app(world.settings):
        wait_until(is_quiet, seconds=ARRIVE_SECONDS_MAX)
        facts = list_facts(began)
    told = list_told(receiver)
    forged = [each for each in receiver.received if not is_signed(each, subscribed.secret)]
    by_id = {message.id: message.body for message in receiver.received}
    return {
        "facts": len(facts),
        "messages": len(told),
        "lost": len(facts - set(told)),
        "invented": len(set(told) - facts),
        "twice": len(told) - len(set(told)),
        "unsigned": len(forged),
        "changed": len({(each.id, each.body) for each in receiver.received}) - len(by_id),
    }


@pytest.mark.parametrize("instance", ["sqlite", "postgresql"], indirect=True)
def test_nothing_is_lost_when_what_sends_is_killed(
    instance, world, receiver, subscribed, seed, chooser, report
):
    began = subscribed.subscription.starts_at

    journal = work_and_be_killed(instance, world, receiver, seed=seed, chooser=chooser)
    found = judge(world, receiver, subscribed, began)

    report(found, f"{KILLS} workers and {KILLS * WEB_KILLS} web workers killed")
    assert not journal.failures
    assert found["facts"] > 100
    assert found["twice"] > 0, "no worker was killed with a message in hand"
    assert {found[name] for name in ("lost", "invented", "unsigned", "changed")} == {0}


@pytest.mark.parametrize("instance", ["sqlite"], indirect=True)
def test_without_the_lease_messages_are_lost(
    instance, world, receiver, subscribed, seed, chooser, report
):
    instance.change("webhooks/operations/sending.py", LEASED, NOT_LEASED)

    work_and_be_killed(instance, world, receiver, seed=seed, chooser=chooser)
    found = judge(world, receiver, subscribed, subscribed.subscription.starts_at)

    report(found, "messages count as sent when they are taken on")
    assert found["lost"] > 0
