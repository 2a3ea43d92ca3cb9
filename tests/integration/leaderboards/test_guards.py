"""Each check inside a script stands for one fault, and without it that fault does harm.

No database is needed: what is tried is what Redis itself refuses.
"""

from datetime import UTC, date, datetime

import pytest
from redis.exceptions import OutOfMemoryError, ResponseError

from rewards.leaderboards import store
from rewards.leaderboards.store import names, read_scripts, scripts
from rewards.leaderboards.types import Asked, BoardKey, Cell, Gain, Kind, Period
from rewards.ledger.types import Asset
from tests.factories.boards import read_board

pytestmark = pytest.mark.every_engine

CENTER = "c0"
NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ALL_TIME = f"{CENTER}/:all:all"
KEY = BoardKey(
    node_path=f"{CENTER}/",
    asset=Asset.POINTS,
    kind=Kind.ALL,
    period=Period.ALL,
    start=None,
    end=None,
)
SPAN = 2**25
ONE, OTHER = b"1" * 16, b"2" * 16


class Engine:
    """The epochs of one center, and a way to break them."""

    def __init__(self, server):
        self.server = server
        self.client = store.find_connections().patient
        self.epochs = store.Epochs(self.client, CENTER)

    def build(self, epoch, *chunks, nonce="n"):
        """Build an epoch of *chunks*, each one cell, and give it its watermark."""
        assert self.epochs.begin(epoch, nonce) == epoch
        for number, cell in enumerate(chunks, start=1):
            assert self.epochs.build(epoch, nonce=nonce, number=number, cells=[cell])
        return self.finish(epoch, chunks=len(chunks), nonce=nonce)

    def finish(self, epoch, *, chunks, nonce="n"):
        return self.epochs.finish(
            epoch, nonce=nonce, chunks=chunks, end=(7, "h7"), day=TODAY, now=NOW
        )

    def apply(self, epoch, *gains, start=(7, "h7"), end=(8, "h8")):
        return self.epochs.apply(epoch, start=start, end=end, gains=gains, now=NOW)

    def find_cells(self, epoch):
        """Return the value of each member on the board of all time."""
        cells = read_board(self.epochs, epoch, ALL_TIME)
        return {member: score // SPAN for member, score in cells.items()}

    def read(self):
        """Return the values that a reader sees, or None if there is nothing to read."""
        lines = store.find_lines(Asked(key=KEY, limit=10), today=None)
        return None if lines is None else [line.value for line in lines.lines]


@pytest.fixture
def engine(redis_server):
    store.connect(redis_server.url)
    yield Engine(redis_server)
    store.connect(None)


def cell(member, value, board=ALL_TIME):
    return Cell(board, member, value * SPAN)


def gain(member, delta, board=ALL_TIME):
    return Gain(board, member, delta, 5)


def send_a_batch_twice(engine):
    engine.build(1, cell(ONE, 10))

    assert [engine.apply(1, gain(ONE, 5)) for _ in range(2)] == [8, 8]
    assert engine.find_cells(1) == {ONE: 15}


def let_a_zombie_wake_up(engine):
    engine.build(1, cell(ONE, 10))
    engine.apply(1, gain(ONE, 5))
    engine.apply(1, gain(ONE, 5), start=(8, "h8"), end=(9, "h9"))

    assert engine.apply(1, gain(ONE, 5)) == 9
    assert engine.find_cells(1) == {ONE: 20}


def apply_another_history(engine):
    engine.build(1, cell(ONE, 10))

    assert engine.apply(1, gain(ONE, 5), start=(7, "other")) == store.FOREIGN
    assert engine.find_cells(1) == {ONE: 10}


def apply_to_an_epoch_that_is_lost(engine):
    engine.build(1, cell(ONE, 10))
    engine.server.client.flushall()

    assert engine.apply(1, gain(ONE, 5)) == store.LOST
    assert engine.find_cells(1) == {}


def apply_to_an_epoch_laid_out_otherwise(engine):
    engine.build(1, cell(ONE, 10))
    engine.client.hset(names.state(CENTER, 1), "layout", store.LAYOUT + 1)

    assert engine.apply(1, gain(ONE, 5)) == store.FOREIGN
    assert engine.find_cells(1) == {ONE: 10}


def meet_a_key_that_is_no_board(engine):
    engine.build(1, cell(ONE, 10), cell(OTHER, 10))
    broken = f"{CENTER}/:study:all"
    engine.client.set(names.board(CENTER, 1, broken), "no board")

    with pytest.raises(ResponseError, match="WRONGTYPE"):
        engine.apply(1, gain(ONE, 5), gain(OTHER, -10), gain(ONE, 5, broken))
    assert engine.find_cells(1) == {ONE: 10, OTHER: 10}


def lose_a_chunk(engine):
    engine.epochs.begin(1, "n")
    engine.epochs.build(1, nonce="n", number=1, cells=[cell(ONE, 10)])
    engine.client.hset(names.build(CENTER, 1), "chunks", 0)
    engine.client.delete(names.board(CENTER, 1, ALL_TIME))

    assert not engine.epochs.build(1, nonce="n", number=2, cells=[cell(OTHER, 10)])
    assert not engine.finish(1, chunks=2)


def end_a_build_too_early(engine):
    engine.epochs.begin(1, "n")
    engine.epochs.build(1, nonce="n", number=1, cells=[cell(ONE, 10)])

    assert not engine.finish(1, chunks=2)
    assert engine.epochs.publish(1) == store.LOST


def send_a_chunk_twice(engine):
    engine.epochs.begin(1, "n")
    for _ in range(2):
        engine.epochs.build(1, nonce="n", number=1, cells=[cell(ONE, 10)])

    assert engine.client.hget(names.sizes(CENTER, 1), ALL_TIME) == b"1"
    assert engine.finish(1, chunks=1)


def mix_the_chunks_of_two_builders(engine):
    engine.epochs.begin(1, "first")
    engine.epochs.build(1, nonce="first", number=1, cells=[cell(ONE, 10)])
    engine.server.client.flushall()
    # A restored database has given the same number to another builder.
    engine.epochs.begin(1, "second")
    engine.epochs.build(1, nonce="second", number=1, cells=[cell(OTHER, 3)])

    assert not engine.epochs.build(1, nonce="first", number=2, cells=[cell(ONE, 5)])
    assert engine.finish(1, chunks=1, nonce="second")
    assert engine.find_cells(1) == {OTHER: 3}


def take_a_number_that_was_used(engine):
    engine.build(3, cell(ONE, 10))
    engine.epochs.publish(3)

    assert engine.epochs.begin(3, "another") == 4
    assert engine.read() == [10]
    assert not engine.client.exists(names.build(CENTER, 3))


def publish_an_older_epoch_late(engine):
    engine.build(1, cell(ONE, 10))
    engine.build(2, cell(ONE, 20))
    engine.epochs.publish(2)

    assert engine.epochs.publish(1) == 2
    assert engine.read() == [20]


def publish_an_epoch_that_is_not_whole(engine):
    engine.build(1, cell(ONE, 10))
    engine.epochs.publish(1)
    engine.epochs.begin(2, "n")

    assert engine.epochs.publish(2) == store.LOST
    assert engine.read() == [10]


def sweep_the_epoch_in_use(engine):
    engine.build(1, cell(ONE, 10))
    engine.epochs.publish(1)
    engine.client.zadd(names.trash(CENTER), {1: 1})

    engine.epochs.sweep()

    assert engine.read() == [10]


def read_an_epoch_whose_state_is_lost(engine):
    engine.build(1, cell(ONE, 10))
    engine.epochs.publish(1)
    engine.client.delete(names.state(CENTER, 1), names.board(CENTER, 1, ALL_TIME))

    assert engine.read() is None


def read_an_epoch_laid_out_otherwise(engine):
    engine.build(1, cell(ONE, 10))
    engine.epochs.publish(1)
    engine.client.hset(names.state(CENTER, 1), "layout", store.LAYOUT + 1)

    assert engine.read() is None


def move_an_epoch_back_to_a_day_before(engine):
    engine.build(1, cell(ONE, 10))

    assert not engine.epochs.move_day(1, date(2026, 11, 20))


WATERMARK = "if tonumber(wm) ~= tonumber(ARGV[1]) then return tonumber(wm) end"
HASH = "if redis.call('HGET', KEYS[1], 'h') ~= ARGV[3] then return -2 end"
WRITE_LATER = "table.insert(cells, {key, member,"
NONCE = "if build[1] ~= ARGV[1] then return -1 end"
CHUNK = "if tonumber(build[2]) ~= tonumber(ARGV[2]) - 1 then return -1 end"
WHOLE = "if build[1] ~= ARGV[1] or build[2] ~= ARGV[2] then return -1 end"
UNREAD = "if not state[1] or state[4] ~= ARGV[3] then return false end"
DAY = "if not day or day >= ARGV[1] then return 0 end"

# What is tried, and what is left of the script without the check: pairs of a
# script's name, a part of it, and what stands in its place.
FAULTS = {
    # The hash would notice a batch sent twice as well.
    send_a_batch_twice: [("APPLY", WATERMARK, ""), ("APPLY", HASH, "")],
    let_a_zombie_wake_up: [("APPLY", WATERMARK, ""), ("APPLY", HASH, "")],
    apply_another_history: [("APPLY", HASH, "")],
    apply_to_an_epoch_that_is_lost: [
        ("APPLY", "if not wm then return -1 end", "wm = wm or ARGV[1]"),
        ("APPLY", HASH, ""),
        ("APPLY", "'layout') ~= ARGV[6]", "'layout') == ARGV[6]"),
    ],
    apply_to_an_epoch_laid_out_otherwise: [
        ("APPLY", "if redis.call('HGET', KEYS[1], 'layout') ~= ARGV[6] then return -2 end", "")
    ],
    meet_a_key_that_is_no_board: [
        ("APPLY", WRITE_LATER, f"redis.call('ZREM', key, member) {WRITE_LATER}")
    ],
    lose_a_chunk: [("BUILD", CHUNK, "")],
    end_a_build_too_early: [("FINISH", WHOLE, "")],
    send_a_chunk_twice: [
        ("BUILD", "if build[2] == ARGV[2] then return 1 end", ""),
        ("BUILD", CHUNK, ""),
    ],
    mix_the_chunks_of_two_builders: [("BUILD", NONCE, "")],
    take_a_number_that_was_used: [("BEGIN", "if epoch <= highest then", "if false then")],
    publish_an_older_epoch_late: [
        ("PUBLISH", "tonumber(current) > tonumber(ARGV[1])", "tonumber(current) < 0")
    ],
    publish_an_epoch_that_is_not_whole: [
        ("PUBLISH", "if not redis.call('HGET', KEYS[2], 'wm') then return -1 end", "")
    ],
    sweep_the_epoch_in_use: [("LIST_TRASH", "if epoch ~= current then", "if true then")],
    read_an_epoch_whose_state_is_lost: [
        ("READ", UNREAD, "state[2] = state[2] or '2026-11-21' state[3] = state[3] or '1'")
    ],
    read_an_epoch_laid_out_otherwise: [("READ", UNREAD, "")],
    move_an_epoch_back_to_a_day_before: [("MOVE_DAY", DAY, "")],
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_no_harm_is_done(engine, fault):
    fault(engine)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_without_the_check_there_is_harm(engine, fault, monkeypatch):
    for name, check, instead in FAULTS[fault]:
        module = read_scripts if name == "READ" else scripts
        script = getattr(module, name)
        assert script.count(check) == 1
        monkeypatch.setattr(module, name, script.replace(check, instead))

    with pytest.raises(AssertionError):
        fault(engine)


def test_a_server_without_memory_refuses_a_batch_as_a_whole_and_takes_it_later(engine):
    engine.build(1, cell(ONE, 10), cell(OTHER, 10))
    batch = [gain(OTHER, -10), gain(ONE, 5)]
    engine.server.client.config_set("maxmemory", 1)
    try:
        with pytest.raises(OutOfMemoryError):
            engine.apply(1, *batch)
        with pytest.raises(OutOfMemoryError):
            engine.epochs.begin(2, "n")
        assert engine.find_cells(1) == {ONE: 10, OTHER: 10}
    finally:
        engine.server.client.config_set("maxmemory", 0)

    assert engine.apply(1, *batch) == 8
    assert engine.find_cells(1) == {ONE: 15, OTHER: 0}
    assert engine.client.hget(names.sizes(CENTER, 1), ALL_TIME) == b"2"


def test_an_epoch_that_its_builder_left_is_swept_away(engine):
    engine.build(1, cell(ONE, 10))
    engine.epochs.publish(1)
    engine.epochs.begin(2, "n")
    engine.epochs.build(2, nonce="n", number=1, cells=[cell(ONE, 10)])
    until = engine.client.zscore(names.trash(CENTER), 2)

    assert engine.epochs.sweep() == 0
    engine.client.zadd(names.trash(CENTER), {2: 1})
    assert engine.epochs.sweep() == 1

    now = engine.server.client.time()[0]
    assert 0 < until - now <= store.epochs.BUILD_SECONDS_MAX
    assert engine.server.client.keys(f"{names.prefix(CENTER)}:2:*") == []
