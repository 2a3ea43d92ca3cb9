"""The boards in Redis stay equal to the books, whatever is lost, repeated or late.

What each single check is good for is tried in `test_guards`.
"""

import socket
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from redis.exceptions import ConnectionError as RedisConnectionError

from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.leaderboards import projector, service, store
from rewards.leaderboards.errors import BoardsUnavailableError
from rewards.leaderboards.projector import rebuilding, verifying
from rewards.leaderboards.service import projecting, shared
from rewards.leaderboards.store import names, scripts
from rewards.leaderboards.types import Cause, Gain
from rewards.ledger import queries as ledger
from rewards.ledger.models import SealHeadRow, SealRow
from rewards.ledger.types import Asset, BoardKind
from rewards.network.types import Level
from tests.factories.boards import list_epochs, read_cells
from tests.factories.books import post
from tests.factories.world import build_node, build_participant, build_station

pytestmark = [pytest.mark.every_engine, pytest.mark.usefixtures("redis_server")]


def ignore_progress(_done, _total):
    pass


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def people(station, now):
    return [build_participant(station, now=now) for _ in range(4)]


@pytest.fixture
def history(people, station, now):
    """Ten days of entries of all kinds, in two centers."""
    elsewhere = build_node(Level.CENTER)
    for day in range(10):
        for number, person in enumerate(people):
            moment = now - timedelta(days=10 - day, minutes=number)
            post(person, station, amount=5 + number, board=BoardKind.STUDY, now=moment)
            post(person, elsewhere, amount=3, asset=Asset.SERVICE_MINUTES, now=moment)
        post(people[0], station, amount=-2, now=now - timedelta(days=10 - day))


def find_largest():
    """Return the epochs of the center with the most boards; the names of centers are no order."""

    def count_boards(epochs):
        return sum(1 for _ in epochs.list_boards(epochs.find_state().epoch))

    return max(list_epochs(), key=count_boards)


def project(now):
    return service.project(now=now)


def verify():
    return service.verify(on_progress=ignore_progress)


def rebuild(epochs, now):
    """Make one center anew over *epochs*, and number its epochs as the service does."""

    def number_epoch(highest, seq):
        return projecting._open_epoch(
            center=epochs.center, cause=Cause.ASKED, above=highest, seq=seq, now=now
        )

    return projector.rebuild(
        epochs, number_epoch=number_epoch, now=now, on_progress=ignore_progress
    )


def apply_first(epochs, state):
    """Apply the entry after *state* as the projector does, and return the answer."""
    [posting] = ledger.list_sealed(after=state.seq, limit=1)
    gain = Gain("b", b"m" * 16, posting.amount, 7)
    return epochs.apply(
        state.epoch,
        start=(state.seq, state.hash),
        end=(posting.seq, posting.hash),
        gains=[gain],
        now=posting.posted_at,
    )


@pytest.mark.usefixtures("history")
def test_the_boards_are_what_the_books_say(now):
    project(now)

    assert len(read_cells()) > 100
    assert verify() == ()


@pytest.mark.usefixtures("history")
def test_following_step_by_step_and_making_anew_come_to_the_same_bytes(people, station, now):
    project(now)
    for person in people:
        post(person, station, amount=9, board=BoardKind.SERVICE, now=now)
        project(now)
    followed = read_cells()

    service.rebuild(now=now, on_progress=ignore_progress)

    assert read_cells() == followed
    assert [epochs.find_state().epoch for epochs in list_epochs()] == [2, 2]


def test_a_batch_sent_twice_counts_once(people, station, now):
    project(now)
    post(people[0], station, now=now)
    service.seal_pending()
    epochs = next(each for each in list_epochs() if station.path.startswith(each.center))
    state = epochs.find_state()

    answers = [apply_first(epochs, state), apply_first(epochs, state)]

    assert answers == [1, 1]
    assert read_cells()["b", b"m" * 16] == 10 * 2**25 + 7


def test_a_batch_of_another_history_is_refused(people, station, now):
    project(now)
    post(people[0], station, now=now)
    service.seal_pending()
    epochs = list_epochs()[0]
    state = epochs.find_state()
    foreign = store.State(
        epoch=state.epoch,
        seq=state.seq,
        hash="f" * 64,
        day=state.day,
        as_of=state.as_of,
        layout=state.layout,
    )

    assert apply_first(epochs, foreign) == store.FOREIGN
    assert read_cells() == {}


def test_a_zombie_that_wakes_up_late_changes_nothing(people, station, now):
    project(now)
    epochs = list_epochs()[0]
    old = epochs.find_state()
    for _ in range(3):
        post(people[0], station, now=now)
    project(now)
    before = read_cells()

    assert apply_first(epochs, old) == 3
    assert read_cells() == before


def test_a_lost_answer_is_asked_for_again_and_counts_once(people, station, now, lossy_url):
    project(now)
    post(people[0], station, now=now)
    service.seal_pending()
    client = store.Connections(lossy_url).patient
    epochs = store.Epochs(client, station.path.split("/")[0])

    projector.follow(epochs, state=epochs.find_state(), head=ledger.get_head(), now=now)

    assert verify() == ()
    assert len(read_cells()) == 3 * 5 + 2 * 5


@pytest.fixture
def single_server(redis_server):
    if redis_server.name == "cluster":
        pytest.skip("there is no single way to a cluster")
    return redis_server


@pytest.fixture
def lossy_url(single_server, tmp_path_factory):
    """A way to the server that loses the first answer to each script after the third."""
    folder = tmp_path_factory.mktemp("p", numbered=True)
    listener = socket.socket(socket.AF_UNIX)
    path = f"{folder}/s"
    listener.bind(path)
    listener.listen()
    scripts_seen = []

    def relay(near):
        far = socket.socket(socket.AF_UNIX)
        far.connect(single_server.url.removeprefix("unix://"))
        with near, far:
            while request := near.recv(1 << 20):
                far.sendall(request)
                answer = far.recv(1 << 20)
                if b"EVAL" in request and b"NOSCRIPT" not in answer:
                    scripts_seen.append(request)
                    if len(scripts_seen) == 2:
                        return
                near.sendall(answer)

    def serve():
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=relay, args=(near,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"unix://{path}"
    listener.close()
    assert len(scripts_seen) >= 3


@pytest.mark.usefixtures("history")
def test_boards_that_were_flushed_are_made_anew(now, redis_server):
    project(now)
    before = read_cells()
    redis_server.client.flushall()

    project(now)

    assert read_cells() == before
    assert verify() == ()


@pytest.mark.usefixtures("history")
def test_boards_of_another_database_are_made_anew(now, redis_server):
    project(now)
    before = read_cells()
    for epochs in list_epochs():
        state = epochs.find_state()
        redis_server.client.hset(f"rw:{{c{epochs.center}}}:{state.epoch}:st", "h", "f" * 64)
        redis_server.client.zadd(
            f"rw:{{c{epochs.center}}}:{state.epoch}:b:{epochs.center}/:all:all", {b"x" * 16: 1e9}
        )

    project(now)

    assert read_cells() == before


@pytest.mark.databases("sqlite")
def test_boards_ahead_of_a_restored_database_are_made_anew(people, station, now):
    post(people[0], station, now=now)
    project(now)
    post(people[1], station, now=now)
    project(now)

    @use_case
    def restore():
        for trigger in db.session.scalars(
            sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            db.session.execute(sa.text(f"DROP TRIGGER {trigger}"))
        db.session.execute(sa.delete(SealRow).where(SealRow.seq == 2))
        digest = db.session.scalar(sa.select(SealRow.hash).where(SealRow.seq == 1))
        db.session.execute(sa.update(SealHeadRow).values(seq=1, hash=digest))

    restore()
    project(now)

    assert {member for _, member in read_cells() if len(member) == 16} == {people[0].id.bytes}
    assert verify() == ()


def test_redis_that_went_back_with_its_watermark_is_brought_forward(
    people, station, now, redis_server
):
    post(people[0], station, now=now)
    project(now)
    kept = {key: redis_server.client.dump(key) for key in redis_server.client.keys("rw:{*")}
    post(people[1], station, now=now)
    project(now)
    before = read_cells()
    redis_server.client.flushall()
    for key, value in kept.items():
        redis_server.client.restore(key, 0, value)

    project(now)

    assert read_cells() == before
    assert [epochs.find_state().epoch for epochs in list_epochs()] == [1]


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(rebuilding, "CHUNK_SIZE", 20)


@pytest.mark.parametrize("chunk", [1, 2, 5])
@pytest.mark.usefixtures("history", "small_chunks")
def test_an_epoch_that_lost_a_chunk_is_never_published(now, redis_server, chunk):
    project(now)
    before = read_cells()
    epochs = find_largest()

    with pytest.raises(BoardsUnavailableError):
        _rebuild_and_lose(epochs, redis_server, chunk=chunk, now=now)

    assert epochs.find_state().epoch == 1
    assert read_cells() == before


@pytest.mark.parametrize("chunk", [1, 2, 5])
@pytest.mark.usefixtures("history", "small_chunks")
def test_without_the_check_of_the_chunks_holes_would_be_published(
    now, redis_server, chunk, monkeypatch
):
    for name, guards in (
        (
            "BUILD",
            (
                "if build[1] ~= ARGV[1] then return -1 end",
                "if build[2] == ARGV[2] then return 1 end",
                "if tonumber(build[2]) ~= tonumber(ARGV[2]) - 1 then return -1 end",
            ),
        ),
        ("FINISH", ("if build[1] ~= ARGV[1] or build[2] ~= ARGV[2] then return -1 end",)),
    ):
        for guard in guards:
            assert guard in getattr(scripts, name)
            monkeypatch.setattr(scripts, name, getattr(scripts, name).replace(guard, ""))

    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test_an_epoch_that_lost_a_chunk_is_never_published(now, redis_server, chunk)

    assert verify() != ()


def _rebuild_and_lose(epochs, redis_server, *, chunk, now):
    """Rebuild, and lose all keys of the new epoch after one chunk, as a restart would."""
    build = epochs.build

    def build_and_lose(epoch, *, number, **details):
        is_whole = build(epoch, number=number, **details)
        if number == chunk:
            redis_server.client.delete(*redis_server.client.keys(f"*:{epoch}:*"))
        return is_whole

    epochs.build = build_and_lose
    rebuild(epochs, now)


@pytest.mark.usefixtures("history", "small_chunks")
def test_a_rebuild_that_was_killed_leaves_readers_the_old_boards(now):
    project(now)
    before = read_cells()
    epochs = list_epochs()[0]

    def die(_epoch, **_details):
        raise RedisConnectionError

    epochs.build = die
    with pytest.raises(RedisConnectionError):
        rebuild(epochs, now)

    assert read_cells() == before
    service.rebuild(now=now, on_progress=ignore_progress)
    assert read_cells() == before


def test_projectors_at_once_count_everything_once(people, station, now, race, monkeypatch):
    # Without the lease all of them do the work, as zombies would.
    monkeypatch.setattr(store, "hold_lease", lambda *_, **__: True)
    project(now)

    def post_and_project(number):
        for _ in range(5):
            post(people[number], station, now=now)
            service.project(now=now)

    assert race(4, post_and_project) == [None] * 4
    project(now)

    assert verify() == ()
    assert (
        sum(
            score >> 25
            for (board, _), score in read_cells().items()
            if board.endswith(f"{station.path}:all:all")
        )
        == 200
    )


def test_one_projector_works_while_another_holds_the_lease(people, station, now, monkeypatch):
    project(now)
    monkeypatch.setattr(shared, "_holder", "another")
    post(people[0], station, now=now)

    assert project(now) == 1
    assert read_cells() == {}


@pytest.mark.usefixtures("history")
def test_the_old_epoch_is_swept_away_after_a_while(now, redis_server):
    project(now)
    service.rebuild(now=now, on_progress=ignore_progress)
    project(now)
    assert redis_server.client.keys("*:1:st") != []

    for key in redis_server.client.keys("*:trash"):
        for epoch in redis_server.client.zrange(key, 0, -1):
            redis_server.client.zadd(key, {epoch: 1})
    project(now)

    assert redis_server.client.keys("*:1:*") == []
    assert redis_server.client.keys("*:trash") == []
    assert verify() == ()


@pytest.mark.usefixtures("history")
def test_boards_of_past_periods_are_dropped_when_the_day_moves(now):
    project(now)
    later = now + timedelta(days=40)

    project(later)

    boards = {board for board, _ in read_cells()}
    assert boards == {board for board in boards if board.endswith((":2026", ":all", ":2026-11"))}
    assert verify() == ()


@pytest.mark.usefixtures("history")
def test_a_key_of_a_stranger_holds_up_no_change_of_the_day(now, redis_server):
    project(now)
    for epochs in list_epochs():
        for name in (b"junk", b"\xff"):
            key = names.board(epochs.center, 1, "").encode() + name
            redis_server.client.zadd(key, {b"x" * 16: 1})
    later = now + timedelta(days=1)

    service.follow(now=later)

    assert {epochs.find_state().day for epochs in list_epochs()} == {later.date()}


@pytest.mark.usefixtures("history")
def test_boards_of_past_periods_are_dropped_by_somebody_else_after_a_crash(now, monkeypatch):
    project(now)
    with monkeypatch.context() as patch:
        patch.setattr(store.Epochs, "drop_boards", lambda *_: None)
        project(now + timedelta(days=40))
    assert any(":2026-11-2" in board for board, _ in read_cells())

    assert service.Watcher().look(now=now + timedelta(days=40)) == 0

    boards = {board for board, _ in read_cells()}
    assert boards == {board for board in boards if board.endswith((":2026", ":all", ":2026-11"))}


def test_a_wrong_cell_is_found_and_told(people, station, now, redis_server):
    post(people[0], station, now=now)
    project(now)
    epochs = list_epochs()[0]
    key = f"rw:{{c{epochs.center}}}:1:b:{station.path}:all:2026-11"
    redis_server.client.zincrby(key, 2**25, people[0].id.bytes)
    redis_server.client.zadd(key, {people[1].id.bytes: 5 * 2**25})
    redis_server.client.delete(f"rw:{{c{epochs.center}}}:1:b:{station.path}:all:2026")

    found = {
        (each.board.rpartition(":")[2], each.member): (
            each.stored and each.stored[0],
            each.expected and each.expected[0],
        )
        for each in verify()
    }

    assert found == {
        ("2026-11", str(people[0].id)): (11, 10),
        ("2026-11", str(people[1].id)): (5, None),
        ("2026", str(people[0].id)): (None, 10),
    }


@pytest.mark.usefixtures("history")
def test_entries_sealed_while_boards_are_compared_are_no_difference(
    people, station, now, monkeypatch
):
    # One person at a time, so that those who come later have more than the fold says.
    monkeypatch.setattr(verifying, "LOOK_UP_SIZE", 1)
    project(now)

    def post_more(_done, _total):
        for person in people:
            post(person, station, now=now)
        project(now)

    assert service.verify(on_progress=post_more) == ()


def test_without_redis_entries_are_sealed_all_the_same(people, station, now):
    store.connect(None)
    post(people[0], station, now=now)

    assert project(now) == 1
    assert ledger.get_head().seq == 1


def test_with_a_redis_that_is_dead_entries_are_sealed_all_the_same(people, station, now):
    store.connect("unix:///nowhere/s")
    post(people[0], station, now=now)

    assert project(now) == 1
