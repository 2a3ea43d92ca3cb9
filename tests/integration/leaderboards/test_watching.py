"""Boards that somebody changed by hand are seen at the next look, and made anew."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.leaderboards import operations, queries, service, store
from rewards.leaderboards.models import EpochRow
from rewards.leaderboards.projector import watching
from rewards.leaderboards.store import names
from rewards.leaderboards.types import Cause
from rewards.ledger.types import BoardKind
from tests.factories.boards import list_epochs
from tests.factories.books import post
from tests.factories.world import build_participant, build_station

pytestmark = pytest.mark.usefixtures("redis_server")

SPAN = 2**25


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def people(station, now):
    """Six people with points of several days, some of them for a team."""
    people = [build_participant(station, now=now) for _ in range(6)]
    team_id = new_id()
    for number, person in enumerate(people):
        for day in range(3):
            moment = now - timedelta(days=day, minutes=number)
            team = {"team_id": team_id} if number % 2 else {}
            post(person, station, amount=5 + number, board=BoardKind.STUDY, now=moment, **team)
    service.project(now=now)
    return people


@pytest.fixture
def epochs(people):
    [epochs] = list_epochs()
    return epochs


@pytest.fixture
def key_of(epochs, station):
    """Return a function that names the key of a board of the station."""
    return lambda board: names.board(epochs.center, 1, f"{station.path}:{board}")


@pytest.fixture
def watcher():
    return service.Watcher()


@pytest.fixture
def small_parts(monkeypatch):
    """Every board with three different values counts as a large one."""
    monkeypatch.setattr(watching, "VALUES_MAX", 3)
    monkeypatch.setattr(store.cells, "VALUES_MAX", 3)


def find_wrong(watch, epochs):
    """Return the boards found wrong, by their sizes and sums or by single cells."""
    _, seen = watch.look(epochs, hold=lambda: service.shared.following)
    return {*seen.boards, *(difference.board for difference in seen.differences)}


@pytest.mark.usefixtures("people")
def test_boards_that_are_right_are_found_so(watcher, now):
    assert watcher.look(now=now) == 0
    assert watcher.look(now=now) == 0

    [progress] = queries.list_progress()
    assert progress.verified_at == now
    assert progress.verified_cells > 100
    assert progress.wrong_cells == 0


@pytest.mark.usefixtures("small_parts")
def test_large_boards_are_added_up_in_parts(watcher, epochs, people, station, now, key_of):
    assert watcher.look(now=now) == 0
    store.find_connections().patient.zincrby(key_of("all:all"), SPAN, people[3].id.bytes)

    assert watcher.look(now=now) > 0


@pytest.mark.parametrize("is_large", [False, True])
def test_what_is_earned_while_boards_are_compared_is_no_fault(
    watcher, people, station, now, monkeypatch, is_large, request
):
    if is_large:
        request.getfixturevalue("small_parts")
    methods = ("measure", "add_up", "read_part", "read")
    for name in methods:
        original = getattr(store.Cells, name)

        def earn_and_read(self, *args, original=original, **details):
            if len(earned) < 40:
                earned.append(1)
                post(people[len(earned) % 6], station, amount=3, now=now)
                service.projecting._seal_all()
                epochs = store.Epochs(self._client, self.center)
                service.projecting._add_new(epochs, self._client, now=now)
            return original(self, *args, **details)

        monkeypatch.setattr(store.Cells, name, earn_and_read)
    earned = []

    assert watcher.look(now=now) == 0
    assert len(earned) > 4


def delete_board(client, key_of, people):
    client.delete(key_of("all:2026-11"))
    return "all:2026-11"


def write_a_wrong_score(client, key_of, people):
    client.zincrby(key_of("study:2026"), SPAN, people[2].id.bytes)
    return "study:2026"


def add_a_stranger_without_points(client, key_of, people):
    client.zadd(key_of("all:all"), {new_id().bytes: 17})
    return "all:all"


def give_a_place_to_a_stranger(client, key_of, people):
    key = key_of("all:2026-11-21")
    score = client.zscore(key, people[0].id.bytes)
    client.zrem(key, people[0].id.bytes)
    client.zadd(key, {new_id().bytes: score})
    return "all:2026-11-21"


def change_who_was_first(client, key_of, people):
    client.zincrby(key_of("all:2026"), -1, people[4].id.bytes)
    return "all:2026"


def write_a_board_that_nobody_earned_on(client, key_of, people):
    client.zadd(key_of("minutes:2026-11"), {people[0].id.bytes: 9 * SPAN})
    return "minutes:2026-11"


def write_what_is_no_member(client, key_of, people):
    client.zadd(key_of("all:2026-W47"), {b"nobody": 9 * SPAN})
    return "all:2026-W47"


FAULTS = [
    delete_board,
    write_a_wrong_score,
    add_a_stranger_without_points,
    give_a_place_to_a_stranger,
    change_who_was_first,
    write_a_board_that_nobody_earned_on,
    write_what_is_no_member,
]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_seen_and_mended(fault, watcher, epochs, people, station, key_of, now):
    board = fault(store.find_connections().patient, key_of, people)

    with capture_logs() as lines:
        wrong = watcher.look(now=now)
    mended = service.mend(now=now)

    [line] = [line for line in lines if line["event"] == "boards.drifted"]
    assert f"{station.path}:{board}" in str(line)
    assert (wrong > 0, mended) == (True, 1)
    assert epochs.find_state().epoch == 2
    assert db.session.scalar(sa.select(EpochRow.cause).where(EpochRow.epoch == 2)) is Cause.DRIFT
    assert watcher.look(now=now) == 0
    assert service.verify(on_progress=lambda *_: None) == ()
    assert service.mend(now=now) == 0


def see_by_size(watch, epochs, monkeypatch):
    monkeypatch.setattr(watching, "_list_sums", lambda *_, **__: ())
    monkeypatch.setattr(watching, "_compare_people", lambda *_: (0, []))
    monkeypatch.setattr(watching, "PARTS_MAX", 0)


def see_by_sum(watch, epochs, monkeypatch):
    monkeypatch.setattr(
        watching, "_measure", lambda _cells, boards: (dict.fromkeys(boards, 1), set())
    )
    monkeypatch.setattr(watching, "_compare_people", lambda *_: (0, []))
    monkeypatch.setattr(watching, "PARTS_MAX", 0)


def see_by_people(watch, epochs, monkeypatch):
    monkeypatch.setattr(
        watching, "_measure", lambda _cells, boards: (dict.fromkeys(boards, 1), set())
    )
    monkeypatch.setattr(watching, "_list_sums", lambda *_, **__: ())
    monkeypatch.setattr(watching, "PARTS_MAX", 0)


def see_by_turns(watch, epochs, monkeypatch):
    monkeypatch.setattr(
        watching, "_measure", lambda _cells, boards: (dict.fromkeys(boards, 1), set())
    )
    monkeypatch.setattr(watching, "_list_sums", lambda *_, **__: ())
    monkeypatch.setattr(watching, "_compare_people", lambda *_: (0, []))
    monkeypatch.setattr(watching, "BOARDS_MAX", 1000)


# Which way of looking sees which fault alone; what is not named is blind to it.
SEEN_BY = {
    see_by_size: {
        delete_board,
        add_a_stranger_without_points,
        write_a_board_that_nobody_earned_on,
        write_what_is_no_member,
    },
    see_by_sum: {
        delete_board,
        write_a_wrong_score,
        write_a_board_that_nobody_earned_on,
        write_what_is_no_member,
    },
    see_by_people: {
        delete_board,
        write_a_wrong_score,
        give_a_place_to_a_stranger,
        change_who_was_first,
    },
    see_by_turns: set(FAULTS) - {delete_board},
}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("way", SEEN_BY, ids=lambda way: way.__name__)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_each_way_of_looking_sees_what_it_is_for(
    way, fault, epochs, people, station, key_of, monkeypatch
):
    watch = watching.Watch(epochs.center)
    way(watch, epochs, monkeypatch)
    board = fault(store.find_connections().patient, key_of, people)

    found = find_wrong(watch, epochs)

    assert found == ({f"{station.path}:{board}"} if fault in SEEN_BY[way] else set())


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("subject", ["team", "node"])
def test_boards_of_teams_and_nodes_are_looked_at_too(subject, watcher, epochs, now):
    client = store.find_connections().patient
    key = names.board(epochs.center, 1, f"{epochs.center}/:{subject}:all:all")
    [member] = client.zrange(key, 0, -1)
    assert watcher.look(now=now) == 0
    client.zincrby(key, 2**25, member)

    assert watcher.look(now=now) > 0


def test_a_key_that_is_no_board_is_mended(watcher, epochs, key_of, now):
    client = store.find_connections().patient
    client.delete(key_of("all:all"))
    client.set(key_of("all:all"), "no board")

    assert watcher.look(now=now) == 1
    assert service.mend(now=now) == 1
    assert watcher.look(now=now) == 0


def test_a_board_of_a_stranger_is_seen_and_goes(watcher, epochs, now):
    client = store.find_connections().patient
    client.zadd(names.board(epochs.center, 1, "junk"), {b"x" * 16: 1})

    assert watcher.look(now=now) == 1
    assert service.mend(now=now) == 1
    assert watcher.look(now=now) == 0


@pytest.mark.usefixtures("people")
def test_boards_that_are_lost_are_left_to_be_mended(watcher, redis_server, now):
    redis_server.client.flushall()

    assert watcher.look(now=now) == 0
    assert queries.list_progress()[0].verified_at is None


@pytest.mark.usefixtures("people")
def test_without_redis_nothing_is_looked_at(watcher, now):
    for url in (None, "unix:///nowhere/s"):
        store.connect(url)
        assert watcher.look(now=now) == 0


def test_boards_that_are_wrong_each_time_are_made_anew_ever_more_rarely(
    watcher, epochs, people, station, now
):
    client = store.find_connections().patient
    mended = []
    for minute in range(21):
        moment = now + timedelta(minutes=minute)
        board = f"{station.path}:all:all"
        key = names.board(epochs.center, epochs.find_state().epoch, board)
        client.zincrby(key, SPAN, people[2].id.bytes)
        assert watcher.look(now=moment) > 0
        if service.mend(now=moment):
            mended.append(minute)

    # A look each minute: what rests for 2, 4, 8 is mended at the look after that.
    assert mended == [0, 1, 2, 5, 10, 19]


def test_boards_that_are_wrong_each_time_rest_for_an_hour_at_most(epochs, now):
    def find_wrong(epoch):
        use_case(operations.mark_verified)(
            center=epochs.center, epoch=epoch, cells=9, wrong=1, now=now
        )

    def is_due(minutes, epoch):
        later = now + timedelta(minutes=minutes)
        return queries.is_drifted(center=epochs.center, epoch=epoch, now=later)

    for epoch in range(1, 30):
        find_wrong(epoch)
    assert (is_due(59, 29), is_due(61, 29)) == (False, True)
    use_case(operations.mark_verified)(center=epochs.center, epoch=29, cells=9, wrong=0, now=now)
    find_wrong(29)
    assert is_due(0, 29)
