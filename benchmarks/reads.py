"""Reading boards through the whole application, one request after another in one process."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import cycle
from statistics import median
from typing import Any
from uuid import UUID

from flask import Flask

from rewards.core import clock
from rewards.core.ids import new_label
from rewards.network.types import Node

from . import world

ASKERS = 500
ASKED = 300
ROUNDS = 5
MILLISECONDS = 1000
TOP = "top 100"
AROUND = "around=me"
QUERIES = {TOP: "limit=100", AROUND: "around=me"}

Asking = tuple[str, Node, Sequence[str]]


@dataclass(slots=True)
class Reads:
    """How long reading one board in one way took, all rounds."""

    size: str
    way: str
    seconds: list[float] = field(default_factory=list)

    def milliseconds(self, share: float) -> float:
        """Return the time within which *share* of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * MILLISECONDS


def give_tokens(participant_ids: Sequence[UUID]) -> list[str]:
    """Sign each of these people in, and return their tokens."""
    tokens = [new_label(40) for _ in participant_ids]
    world.add_sign_ins(zip(participant_ids, tokens, strict=True), now=clock.now())
    return tokens


def measure(app: Flask, asking: list[Asking], *, on_round: Callable[[str], object]) -> list[Reads]:
    """Ask for every board in every way, in rounds, so that a busy minute harms all alike."""
    found = {
        (size, way): (Reads(size, way), node, cycle(tokens))
        for size, node, tokens in asking
        for way in QUERIES
    }
    for number in range(ROUNDS):
        on_round(f"reading, round {number + 1} of {ROUNDS}")
        for (_, way), (each, node, tokens) in found.items():
            query = f"node_id={node.id}&{QUERIES[way]}"
            for _ in range(ASKED):
                started = time.perf_counter()
                _ask(app, query, next(tokens))
                each.seconds.append(time.perf_counter() - started)
    return [each for each, _, _ in found.values()]


def format_table(found: list[Reads]) -> Iterator[str]:
    """Yield the lines of a table; a ratio compares the median with that of the smallest board."""
    yield "| Members | asked for | p50 ms | p99 ms | speed ÷ that of the smallest |"
    yield "|---:|---|---:|---:|---:|"
    least = {way: _smallest(found, way) for way in QUERIES}
    for each in found:
        ratio = median(least[each.way].seconds) / median(each.seconds)
        yield (
            f"| {each.size} | {each.way} | {each.milliseconds(0.5):.2f}"
            f" | {each.milliseconds(0.99):.2f} | {ratio:.2f} |"
        )


def _smallest(found: list[Reads], way: str) -> Reads:
    mine = [each for each in found if each.way == way]
    return min(mine, key=lambda each: int(each.size.replace(",", "")))


def _ask(app: Flask, query: str, token: str) -> None:
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/api/v1/leaderboards",
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }

    def start_response(status: str, _headers: Any, _failure: Any = None) -> Callable[..., Any]:
        statuses.append(status)
        return lambda _data: None

    body = b"".join(app(environ, start_response))
    if not statuses[0].startswith("200"):
        raise RuntimeError(f"{statuses[0]}: {body[:500]!r}")
