"""Boards on a cluster: each center on one node, and a node that dies takes nothing with it.

The other tests of boards run on a cluster too, with `--cluster`.
"""

import os
import signal
import time

import pytest

from rewards.app import create_app
from rewards.leaderboards import queries, service, store
from rewards.leaderboards.store import names
from rewards.leaderboards.types import Source
from rewards.ledger import queries as ledger
from tests.conftest import build_settings
from tests.factories.boards import list_epochs
from tests.factories.books import post
from tests.factories.world import build_participant, build_station

pytestmark = pytest.mark.databases("sqlite")

FAILOVER_SECONDS_MAX = 30


@pytest.fixture
def app(tmp_path, database, redis_cluster):
    app = create_app(build_settings(tmp_path, database.url, redis_cluster.url))
    with app.app_context():
        yield app


class Center:
    """A station of a center of its own, with somebody who earns there."""

    def __init__(self, now):
        self.station = build_station()
        self.label = self.station.path.partition("/")[0]
        self.person = build_participant(self.station, now=now)
        self.now = now

    @property
    def key(self):
        return names.current(self.label)

    def earn(self):
        post(self.person, self.station, now=self.now)

    def read(self):
        return queries.get_board(
            node=self.station, day=self.now.date(), around=self.person.id, now=self.now
        )


@pytest.fixture
def centers(app, redis_cluster, now):
    """A center on each of two nodes."""
    first = Center(now)
    while True:
        second = Center(now)
        nodes = [redis_cluster.client.get_node_from_key(each.key) for each in (first, second)]
        if nodes[0] != nodes[1]:
            break
    for center in (first, second):
        center.earn()
    service.project(now=now)
    return first, second


def list_states():
    return [epochs.find_state() for epochs in list_epochs()]


def verify():
    return service.verify(on_progress=lambda *_: None)


def bring_up_to_date(now):
    """Follow until every center is where the books are, as the worker does."""
    deadline = time.monotonic() + FAILOVER_SECONDS_MAX
    while True:
        service.project(now=now)
        head = ledger.get_head()
        if all(state.seq == head.seq for state in list_states()):
            return
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_boards_are_kept_and_read_on_a_cluster(centers, client, now):
    for center in centers:
        board = center.read()
        assert (board.source, board.me.value) == (Source.REDIS, 10)
    assert verify() == ()
    assert service.Watcher().look(now=now) == 0
    assert client.get("/readyz").json["redis"] == "up"


def test_a_master_that_dies_loses_nothing_and_holds_up_no_other_center(centers, redis_cluster, now):
    first, second = centers
    first.earn()
    service.follow(now=now)
    redis_cluster.kill_master_of(first.key)
    first.earn()
    second.earn()

    service.follow(now=now)

    assert [first.read().source, first.read().me.value] == [Source.DATABASE, 30]
    store.connect(redis_cluster.url)
    assert [second.read().source, second.read().me.value] == [Source.REDIS, 20]

    redis_cluster.wait_until_whole()
    bring_up_to_date(now)
    store.connect(redis_cluster.url)
    for center, value in ((first, 30), (second, 20)):
        assert (center.read().source, center.read().me.value) == (Source.REDIS, value)
    assert verify() == ()


def test_a_shard_that_is_away_keeps_no_other_center_from_being_mended(centers, redis_cluster, now):
    first, second = centers
    watcher = service.Watcher()
    redis_cluster.kill_master_of(first.key)
    client = store.find_connections().patient
    client.zincrby(
        names.board(second.label, 1, f"{second.station.path}:all:all"),
        2**25,
        second.person.id.bytes,
    )
    # Its time is over: it is swept away too.
    client.zadd(names.trash(second.label), {7: 1})

    assert watcher.look(now=now) > 0
    assert service.mend(now=now) >= 1

    epochs = next(each for each in list_epochs() if each.center == second.label)
    assert epochs.find_state().epoch == 2
    assert client.zscore(names.trash(second.label), 7) is None


def test_a_replica_that_knew_less_is_brought_forward(centers, redis_cluster, now):
    first, _ = centers
    master = redis_cluster.client.get_node_from_key(first.key)
    replica = next(
        node
        for node in redis_cluster.nodes
        if node.client.info("replication").get("master_port") == master.port
    )
    pid = replica.client.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        # Or what is on its way would still arrive.
        [node] = [node for node in redis_cluster.nodes if node.port == master.port]
        node.call("CLIENT", "KILL", "TYPE", "replica")
        for _ in range(5):
            first.earn()
        service.follow(now=now)
        redis_cluster.kill_master_of(first.key)
    finally:
        os.kill(pid, signal.SIGCONT)

    redis_cluster.wait_until_whole()
    client = redis_cluster.client
    behind = client.hget(names.state(first.label, 1), "wm")
    bring_up_to_date(now)

    assert int(behind) == 2
    assert verify() == ()
    assert {state.epoch for state in list_states()} == {1}
