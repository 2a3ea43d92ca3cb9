"""The service by a clock that runs faster, for `python -m benchmarks.day`; gunicorn loads it.

What the service does every so many seconds it does as much more often, so that
a day of updates passes in minutes. `/memory` tells what this process holds.
"""

import gc
import os
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify

from rewards.core import clock
from rewards.pages.screen import hub, streams
from rewards.pages.screen.feeds import Feeds, Pace

VARIABLE = "FAST_CLOCK"
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def run_fast(setting: str) -> float:
    """Have the clock run as *setting* says; return how many times as fast.

    It names a moment of the real clock, the moment that it is then, and the speed.
    """
    began, then, speed = setting.split()
    start, factor, real = datetime.fromisoformat(then), float(speed), float(began)

    def now() -> datetime:
        return start + timedelta(seconds=(time.time() - real) * factor)

    clock.now = now
    return factor


def hurry(app: Flask, speed: float) -> None:
    """Have the streams of *app* do everything as many times more often."""
    pace = Pace()
    app.extensions[streams.EXTENSION] = hub.Hub(
        streams.Service(app),
        feeds=Feeds(
            pace=Pace(
                changed=pace.changed / speed,
                arrives_within=pace.arrives_within,
                quiet=pace.quiet / speed,
            )
        ),
    )
    hub.LOOK_SECONDS /= speed
    streams.HEARTBEAT_SECONDS /= speed


def tell_memory() -> Response:
    """Return what this process holds, once everything that can go has gone."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return jsonify(
        traced=tracemalloc.get_traced_memory()[0],
        resident=pages * PAGE_BYTES,
        objects=len(gc.get_objects()),
        files=len(list(Path("/proc/self/fd").iterdir())),
        threads=len(list(Path("/proc/self/task").iterdir())),
        now=clock.now().isoformat(),
    )


def add_date(response: Response) -> Response:
    """Give an answer the moment of the fast clock."""
    response.headers["Date"] = clock.now().astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return response


def load() -> Any:
    """Return the application."""
    speed = run_fast(os.environ[VARIABLE])
    from wsgi import app  # noqa: PLC0415 -- the clock first

    hurry(app, speed)
    app.add_url_rule("/memory", "memory", tell_memory)
    app.after_request(add_date)
    tracemalloc.start()
    return app


if VARIABLE in os.environ:
    app = load()
