"""Readers who look at a board all the time while things break."""

import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException

from redis import Redis
from redis.exceptions import RedisError

from . import fold
from .checks import LIMIT
from .clients import Client
from .world import POINTS_OF_EACH, open_app

PAUSE_SECONDS = 0.05
OK = 200

# The board of a center of all time, with the state that it has in the same moment.
LOOK = """
local epoch = redis.call('GET', ARGV[1] .. ':cur')
if not epoch then return false end
local state = redis.call('HMGET', ARGV[1] .. ':' .. epoch .. ':st', 'wm', 'h')
if not state[1] then return false end
local board = ARGV[1] .. ':' .. epoch .. ':b:' .. ARGV[2]
return {epoch, state[1], state[2], redis.call('ZRANGE', board, 0, -1, 'WITHSCORES')}
"""


@dataclass
class Shown:
    """What the API showed: how often from where, and each answer that was not whole."""

    sources: Counter = field(default_factory=Counter)
    partial: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    seconds: list = field(default_factory=list)
    # The greatest value there ever was.
    most: int = 0

    def __str__(self):
        return (
            f"read {self.sources.total()} boards {dict(self.sources)}, partial {len(self.partial)},"
            f" errors {dict(Counter(map(_name_error, self.errors)))},"
            f" slowest {max(self.seconds):.2f} s"
        )


@contextmanager
def reading(instance, world):
    """Ask the API for the board of the center all the time; yield what it shows.

    Everybody has points from the beginning, so a whole board has all of them,
    with no less than that.
    """
    shown, client = Shown(), Client(instance.port, None)
    path = f"/api/v1/leaderboards?node_id={world.center_id}&period=all&limit={LIMIT}"

    def look():
        begun = time.monotonic()
        try:
            status, content = client.get(path, world.people[0].token)
        except (OSError, HTTPException, ValueError) as error:
            shown.errors.append(error)
            return
        shown.seconds.append(time.monotonic() - begun)
        if status != OK:
            shown.errors.append(content)
            return
        shown.sources[content["source"]] += 1
        values = [item["value"] for item in content["items"]]
        shown.most = max(shown.most, 0, *values)
        if len(values) != len(world.people) or min(values) < POINTS_OF_EACH:
            shown.partial.append(content)

    with _repeating(look):
        yield shown


@contextmanager
def watching(url, center):
    """Read the same board straight from Redis, again and again, each time of one moment."""
    seen = []
    client = Redis.from_url(url, socket_timeout=1)

    def look():
        with suppress(RedisError):
            answer = client.eval(LOOK, 0, f"rw:{{c{center}}}", f"{center}/:all:all")
            if answer is not None:
                epoch, seq, digest, flat = answer
                seen.append((int(epoch), int(seq), digest.decode(), _scores(flat)))

    with _repeating(look):
        yield seen
    client.close()


def find_mixed(settings, center, seen):
    """Return each look that was not just what the books were at its watermark."""
    looks = defaultdict(list)
    for look in seen:
        looks[look[1]].append(look)
    mixed, values = [], Counter()
    with open_app(settings):
        entries = fold.list_entries(center)
    for seq in sorted(looks):
        while entries and entries[0].seq <= seq:
            entry = entries.pop(0)
            values[entry.participant_id.bytes] += entry.amount * (entry.asset == "points")
        mixed += [look for look in looks[seq] if look[3] != values]
    return mixed


@contextmanager
def _repeating(look):
    stop = threading.Event()

    def run():
        while not stop.wait(PAUSE_SECONDS):
            look()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _name_error(error):
    return type(error).__name__ if isinstance(error, Exception) else error["type"]


def _scores(flat):
    return {
        member: int(score) // fold.TIES for member, score in zip(flat[::2], flat[1::2], strict=True)
    }
