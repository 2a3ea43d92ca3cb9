"""Epochs are numbered once and for ever, and the database knows how far the boards have come."""

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.core.db import db
from rewards.leaderboards import queries, service, store
from rewards.leaderboards.errors import BoardsUnavailableError
from rewards.leaderboards.models import EpochRow
from rewards.leaderboards.projector import rebuilding
from rewards.leaderboards.service import shared
from rewards.leaderboards.store import names
from rewards.leaderboards.types import Cause
from tests.factories.boards import list_epochs
from tests.factories.books import post
from tests.factories.world import build_participant, build_station

pytestmark = pytest.mark.usefixtures("redis_server")


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def person(station, now):
    person = build_participant(station, now=now)
    post(person, station, now=now)
    service.project(now=now)
    return person


@pytest.fixture
def epochs(person):
    [epochs] = list_epochs()
    return epochs


def list_rows():
    db.session.rollback()
    query = sa.select(EpochRow.epoch, EpochRow.cause, EpochRow.seq).order_by(EpochRow.epoch)
    return [tuple(row) for row in db.session.execute(query)]


def rebuild(now):
    service.rebuild(now=now, on_progress=lambda *_: None)


def test_each_epoch_is_noted_with_its_cause(epochs, redis_server, now):
    rebuild(now)
    redis_server.client.hset(names.state(epochs.center, 2), "h", "f" * 64)
    service.project(now=now)
    redis_server.client.hset(names.state(epochs.center, 3), "layout", 1)
    service.project(now=now)

    assert list_rows() == [
        (1, Cause.LOST, 1),
        (2, Cause.ASKED, 1),
        (3, Cause.FOREIGN, 1),
        (4, Cause.LAYOUT, 1),
    ]


def test_a_redis_that_forgot_everything_gives_no_number_again(epochs, redis_server, now):
    rebuild(now)
    redis_server.client.flushall()

    service.project(now=now)

    assert epochs.find_state().epoch == 3


def test_a_database_that_was_restored_gives_no_number_again(epochs, redis_server, now):
    redis_server.client.set(names.counter(epochs.center), 41)

    rebuild(now)

    assert epochs.find_state().epoch == 42


def test_an_epoch_that_a_newer_program_keeps_is_left_to_it(epochs, person, station, now):
    client = store.find_connections().patient
    client.hset(names.state(epochs.center, 1), "layout", store.LAYOUT + 1)
    post(person, station, now=now)

    service.project(now=now)

    assert (epochs.find_state().epoch, epochs.find_state().seq) == (1, 1)
    # Nobody confirms it any more: the newer program is gone.
    service.project(now=now + timedelta(minutes=2))
    assert (epochs.find_state().epoch, epochs.find_state().seq) == (2, 2)


def test_an_epoch_without_a_layout_is_made_anew(epochs, redis_server, now):
    redis_server.client.hdel(names.state(epochs.center, 1), "layout", "at")

    service.project(now=now)

    assert epochs.find_state().epoch == 2
    assert list_rows()[-1][1] is Cause.LAYOUT


def test_the_database_is_told_how_far_the_boards_have_come(epochs, person, station, now):
    [before] = queries.list_progress()
    waiting = now + timedelta(minutes=3)
    post(person, station, now=waiting)
    [behind] = queries.list_progress()
    service.follow(now=waiting)
    [after] = queries.list_progress()

    assert (before.epoch, before.seq, before.behind, before.behind_since) == (1, 1, 0, None)
    assert (behind.behind, behind.behind_since) == (1, waiting)
    assert (after.seq, after.behind, after.followed_at) == (2, 0, waiting)
    assert after.rebuilds[Cause.LOST] == 1


def test_following_alone_makes_nothing_anew(epochs, redis_server, now):
    redis_server.client.flushall()

    service.follow(now=now)
    assert epochs.find_state() is None

    assert service.mend(now=now) == 1
    assert service.mend(now=now) == 0


def test_a_build_that_failed_leaves_nothing_in_redis(epochs, redis_server, now, monkeypatch):
    monkeypatch.setattr(store.Epochs, "finish", lambda *_, **__: False)
    with pytest.raises(BoardsUnavailableError):
        rebuild(now)

    assert redis_server.client.keys("*:2:*") == []
    assert epochs.find_state().epoch == 1


def slow_down(monkeypatch, act):
    """Let the database sort for long, before the first part and before the last one."""

    def fold(original=rebuilding.fold, **details):
        *parts, last = original(**details)
        for part in (parts, [last]):
            time.sleep(0.6)
            act()
            yield from part

    monkeypatch.setattr(rebuilding, "fold", fold)


def test_whoever_makes_boards_anew_keeps_the_lease_while_the_database_sorts(
    epochs, redis_server, now, monkeypatch
):
    def take_it():
        taken.append(
            store.hold_lease(client, store.keeper(epochs.center), holder="x", milliseconds=1)
        )

    taken, client = [], store.find_connections().patient
    monkeypatch.setattr(shared, "LEASE_MILLISECONDS", 300)
    slow_down(monkeypatch, take_it)
    redis_server.client.delete(names.current(epochs.center))

    assert service.mend(now=now) == 1
    assert taken == [False, False]
    assert epochs.find_state().epoch == 2


def test_whoever_lost_the_lease_leaves_the_boards_to_the_other(
    epochs, redis_server, now, monkeypatch
):
    def take_it_over():
        redis_server.client.set(names.keeper(epochs.center), "another")

    monkeypatch.setattr(shared, "LEASE_MILLISECONDS", 300)
    slow_down(monkeypatch, take_it_over)
    redis_server.client.delete(names.current(epochs.center))

    with pytest.raises(BoardsUnavailableError):
        service.mend(now=now)
    assert epochs.find_state() is None
    assert redis_server.client.get(names.keeper(epochs.center)) == b"another"


def test_an_epoch_is_not_swept_away_while_the_database_sorts(
    epochs, redis_server, now, monkeypatch
):
    def sweep_soon():
        if redis_server.client.exists(names.build(epochs.center, 2)):
            redis_server.client.zadd(names.trash(epochs.center), {2: 1})
            time.sleep(0.3)
            swept.append(epochs.sweep())

    swept = []
    monkeypatch.setattr(rebuilding, "KEEP_SECONDS", 0.05)
    slow_down(monkeypatch, sweep_soon)

    rebuild(now)

    assert swept == [0]
    assert epochs.find_state().epoch == 2


def test_metrics_tell_how_far_the_boards_have_come(epochs, person, station, client, now):
    post(person, station, now=now)

    lines = client.get("/metrics").get_data(as_text=True).splitlines()

    of_center = f'{{center="{epochs.center}"}}'
    assert f"rewards_boards_lag_entries{of_center} 1.0" in lines
    assert f"rewards_boards_epoch{of_center} 1.0" in lines
    lost = f'rewards_boards_rebuilds_total{{cause="lost",center="{epochs.center}"}} 1.0'
    other = f'rewards_boards_rebuilds_total{{center="{epochs.center}",cause="lost"}} 1.0'
    assert lost in lines or other in lines
