"""Boards of as many members as wanted, written to Redis without books behind them."""

import random
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from rewards.core import clock
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.leaderboards import rules, store
from rewards.leaderboards.types import Cell, Kind, Period, Subject
from rewards.ledger import rules as ledger
from rewards.ledger.types import Asset
from rewards.network.types import Node

from . import reads, world

CHUNK = 500
VALUES = 50_000


def add_board(
    client: Any, name: str, members: int, *, on_progress: Callable[[int], object]
) -> tuple[Node, list[str]]:
    """Add a center whose board of the month has *members*; return it and who may ask, by token."""
    now = clock.now()
    station = world.add_station(name, now)
    number_from = 3_000_000 + members % 1_000_003
    people = world.add_people(station, reads.ASKERS, number_from=number_from, now=now)
    db.session.rollback()
    path = f"{rules.find_center(station.path)}/"
    day = clock.local_date(now, clock.zone())
    key = rules.build_key(
        node_path=path, asset=Asset.POINTS, kind=Kind.ALL, period=Period.MONTH, day=day
    )
    epochs = store.Epochs(client, rules.find_center(station.path))
    nonce = new_id().hex
    epoch = epochs.begin(1, nonce)
    cells = _cells(rules.format_board(key), [person.id.bytes for person in people], members)
    chunks = 0
    while chunk := list(islice(cells, CHUNK)):
        chunks += 1
        if not epochs.build(epoch, nonce=nonce, number=chunks, cells=chunk):
            raise RuntimeError("Redis lost the board.")
        on_progress(chunks * CHUNK)
    end = (0, ledger.GENESIS_HASH)
    epochs.finish(epoch, nonce=nonce, chunks=chunks, end=end, day=day, now=now)
    epochs.publish(epoch)
    center = world.get_center(station)
    return center, [person.token.decode() for person in people]


def count_cells(client: Any) -> tuple[int, int]:
    """Return how many boards there are in Redis, and how many cells they have."""
    boards, cells = 0, 0
    for key in client.scan_iter(_type="zset", count=1_000):
        size = client.zcard(key)
        boards, cells = boards + 1, cells + size
    return boards, cells


def _cells(board: str, known: list[bytes], members: int) -> Iterator[Cell]:
    draws = random.Random(7)  # noqa: S311 -- the same board in every run
    span = rules.find_span(Subject.PARTICIPANT)
    for number in range(members):
        member = known[number] if number < len(known) else draws.randbytes(16)
        value = 1 + int(VALUES * draws.random() ** 3)
        yield Cell(board, member, rules.build_score(value, draws.randrange(span), span))
