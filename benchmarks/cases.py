"""What is asked of the service, case by case."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, cycle
from uuid import UUID

from rewards.activities.types import Occasion
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.core.ids import new_id
from rewards.network.types import Node

from . import load, world
from .load import Load, NextRequest
from .raw import RawCheckIn
from .services import Product
from .world import Person

SPREAD = 32
CAPACITY = 100_000
BOARD_LIMIT = 100
BURST = 1_000
BURST_SECONDS = 30.0
# More than any machine like this one was seen to take in a second.
CHECK_INS_PER_SECOND_MAX = 1_500

HELLO = "hello"
CHECK_IN = "check-in"
SPREAD_CHECK_IN = "check-in-spread"
CAPACITY_CHECK_IN = "check-in-capacity"
KEYED_CHECK_IN = "check-in-keyed"
RAW = "raw"
BOARD = "board"
BOARD_UNCHANGED = "board-unchanged"
AROUND = "around"
RESERVE = "reserve"
RESERVE_ONE = "reserve-one-item"
SQLITE_CHECK_IN = "check-in-sqlite"
SQLITE_RAW = "raw-sqlite"
BURST_CHECK_IN = "burst"

LABELS = {
    HELLO: "bare Flask hello",
    CHECK_IN: "check-in, one occasion",
    SPREAD_CHECK_IN: f"check-in, {SPREAD} occasions",
    CAPACITY_CHECK_IN: "check-in, one with capacity",
    KEYED_CHECK_IN: "check-in, with Idempotency-Key",
    RAW: "its transaction through the driver",
    BOARD: "leaderboard, top 100",
    BOARD_UNCHANGED: "the same with If-None-Match",
    AROUND: "leaderboard, around=me",
    RESERVE: f"redemption, reserve, {SPREAD} items",
    RESERVE_ONE: "redemption, reserve, one item",
    SQLITE_CHECK_IN: "check-in, one occasion, SQLite",
    SQLITE_RAW: "its transaction through sqlite3",
    BURST_CHECK_IN: f"{BURST} check-ins at the same instant",
}
ON_SQLITE = (SQLITE_CHECK_IN, SQLITE_RAW)
CHECK_INS = frozenset({CHECK_IN, SPREAD_CHECK_IN, CAPACITY_CHECK_IN, KEYED_CHECK_IN, RAW})

Run = Callable[[float, int], Load]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to ask for: *run* takes the seconds and the number of connections."""

    name: str
    run: Run

    @property
    def label(self) -> str:
        """Return the words for it."""
        return LABELS[self.name]


def build_hello(port: int) -> Case:
    """Return the case that the others are divided by."""
    request = _get("/", b"")

    def run(seconds: float, connections: int) -> Load:
        return _load(port, lambda _etag: request, seconds, connections, {200})

    return Case(HELLO, run)


def build_check_ins(product: Product, names: list[str], *, seconds: float) -> list[Case]:
    """Return cases of people who check in, each once; *seconds* is how long one runs in all."""
    now = clock.now()
    station = world.add_station("万柏林", now)
    count = int(seconds * CHECK_INS_PER_SECOND_MAX)
    cases = []
    for number, name in enumerate(names):
        size = BURST if name == BURST_CHECK_IN else count
        people = world.add_people(station, size, number_from=number * count, now=now)
        occasions = world.add_occasions(
            station,
            SPREAD if name == SPREAD_CHECK_IN else 1,
            now,
            capacity=CAPACITY if name == CAPACITY_CHECK_IN else None,
        )
        cases.append(Case(name, check_in_run(product, name, people, occasions)))
    return cases


def build_reads(product: Product, people: list[Person], node_id: UUID) -> list[Case]:
    """Return cases of the board that *people* stand on."""
    tokens = cycle([person.token for person in people])
    top = f"/api/v1/leaderboards?node_id={node_id}&limit={BOARD_LIMIT}"
    around = f"/api/v1/leaderboards?node_id={node_id}&around=me"

    def read(path: str) -> Run:
        return lambda seconds, connections: _load(
            product.port, lambda _etag: _get(path, next(tokens)), seconds, connections, {200}
        )

    def read_again(seconds: float, connections: int) -> Load:
        def next_request(etag: bytes) -> bytes:
            return _get(top, next(tokens), b"If-None-Match: " + etag if etag else b"")

        return _load(product.port, next_request, seconds, connections, {200, 304})

    return [
        Case(BOARD, read(top)),
        Case(BOARD_UNCHANGED, read_again),
        Case(AROUND, read(around)),
    ]


def build_redemptions(product: Product, people: list[Person], station: Node) -> list[Case]:
    """Return cases of *people*, who have points, reserving reward items."""
    rewards = world.add_rewards(station, SPREAD, clock.now())
    tokens = cycle([person.token for person in people])

    def reserve(bodies: list[bytes]) -> Run:
        each = cycle(bodies)
        return lambda seconds, connections: _load(
            product.port,
            lambda _etag: _post("/api/v1/redemptions", next(tokens), next(each)),
            seconds,
            connections,
            {201},
        )

    bodies = [
        _json({"space_id": str(reward.space_id), "reward_id": str(reward.id)}) for reward in rewards
    ]
    return [Case(RESERVE, reserve(bodies)), Case(RESERVE_ONE, reserve(bodies[:1]))]


def check_in_run(
    product: Product, name: str, people: list[Person], occasions: list[Occasion]
) -> Run:
    """Return the run of the case *name*, in which *people* check in, each once."""
    waiting = iter(people)
    if name in {RAW, SQLITE_RAW}:
        transaction = RawCheckIn(occasions[0], next(waiting))
        return lambda seconds, connections: transaction.run(
            waiting, connections=connections, seconds=seconds
        )

    def run(seconds: float, connections: int) -> Load:
        next_request = _check_in_requests(waiting, occasions, is_keyed=name == KEYED_CHECK_IN)
        if name == BURST_CHECK_IN:
            return _load(product.port, next_request, BURST_SECONDS, BURST, {201})
        return _load(product.port, next_request, seconds, connections, {201})

    return run


def _check_in_requests(
    people: Iterator[Person], occasions: list[Occasion], *, is_keyed: bool
) -> NextRequest:
    # Codes are of now, and rounds shorter than a code lives.
    bodies = cycle([_code_body(occasion, clock.now()) for occasion in occasions])

    def next_request(_etag: bytes) -> bytes | None:
        person = next(people, None)
        if person is None:
            return None
        key = f'Idempotency-Key: "{new_id()}"'.encode() if is_keyed else b""
        return _post("/api/v1/check-ins", person.token, next(bodies), key)

    return next_request


def _code_body(occasion: Occasion, now: datetime) -> bytes:
    return _json({"code": checkins.get_display_code(occasion, now=now).token})


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _get(path: str, token: bytes, header: bytes = b"") -> bytes:
    return _lines(b"GET " + path.encode() + b" HTTP/1.1", token, header)


def _post(path: str, token: bytes, body: bytes, header: bytes = b"") -> bytes:
    start = b"POST " + path.encode() + b" HTTP/1.1"
    about = b"Content-Type: application/json\r\nContent-Length: %d" % len(body)
    return _lines(start, token, about, header) + body


def _lines(start: bytes, token: bytes, *headers: bytes) -> bytes:
    authorization = b"Authorization: Bearer " + token if token else b""
    given = filter(None, chain((authorization,), headers))
    return b"\r\n".join((start, b"Host: 127.0.0.1", *given, b"", b""))


def _load(
    port: int, next_request: NextRequest, seconds: float, connections: int, expected: set[int]
) -> Load:
    return load.run(port, next_request, connections=connections, seconds=seconds, expected=expected)
