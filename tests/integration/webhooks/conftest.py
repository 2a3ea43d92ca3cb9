"""A receiver on loopback, which this deployment may call, and a station that is told of."""

import pytest
import time_machine

from rewards.webhooks import queries, store
from tests.engines.receiver import run_receiver
from tests.factories.webhooks import subscribe
from tests.factories.world import build_station


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def private_allowed(app):
    store.use_policy(allow_private=True)
    yield
    store.use_policy(allow_private=False)


@pytest.fixture
def receiver(private_allowed):
    with run_receiver() as receiver:
        yield receiver


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def subscribed(station, receiver, now):
    """A subscription to all that happens at the station, with its secret."""
    made = subscribe(station, now, url=receiver.url)
    queries.forget()
    return made
