"""The command `python -m benchmarks.day`: whether a day of updates makes anything grow.

The clock of the service and that of a real browser run faster alike. Something
is booked every simulated minute; each simulated hour the memory of both is
looked at, after their garbage was collected.
"""

import json
import os
import random
import secrets
import shutil
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Page, sync_playwright

from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.core.db import db
from rewards.leaderboards import service as leaderboards
from rewards.ledger.types import BoardKind
from rewards.processes.defaults import with_defaults
from rewards.processes.supervisor import StopRequested

from . import fast, screens, services, watchers, world
from .load import HOST

HOURS = 24
MINUTE = 60.0
PEOPLE = 40
WATCHERS = 20
OCCASION_HOURS = 2
THREADS = 64
# The first hours fill what is kept on purpose: pictures, statements, templates.
WARM_HOURS = 2
HOURS_COMPARED = 5
# The day itself fills: there are more occasions and arrivals in the evening.
GROWTH_MAX = 0.10
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
COLUMNS = (
    "Hour",
    "JS heap kB",
    "DOM nodes",
    "listeners",
    "server: traced kB",
    "RSS MB",
    "objects",
    "files",
    "threads",
    "slides to the others",
)

FAST_BROWSER = """
(() => {
  const Real = Date, began = %f, then = %f, speed = %f;
  const now = () => then + (Real.now() - began) * speed;
  window.Date = class extends Real {
    constructor(...given) { if (given.length) { super(...given); } else { super(now()); } }
    static now() { return now(); }
  };
  for (const name of ['setTimeout', 'setInterval']) {
    const real = window[name];
    window[name] = (act, ms, ...rest) => real(act, Math.max((ms || 0) / speed, 4), ...rest);
  }
  const kept = localStorage.counts || '{"slide": 0, "beat": 0, "opened": 0, "loaded": 0}';
  const counts = JSON.parse(kept);
  const count = (name) => { counts[name] += 1; localStorage.counts = JSON.stringify(counts); };
  count('loaded');
  const Source = window.EventSource;
  window.EventSource = class extends Source {
    constructor(...given) {
      super(...given);
      count('opened');
      for (const name of ['slide', 'beat']) {
        this.addEventListener(name, () => count(name));
      }
    }
  };
})();
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """What both hold after an hour."""

    hour: int
    heap: int
    nodes: int
    listeners: int
    traced: int
    resident: int
    objects: int
    files: int
    threads: int
    slides: int


@click.command()
@click.option("--minutes", type=click.FloatRange(1, 240), default=12.0, show_default=True)
def main(*, minutes: float) -> None:
    """Let a day pass in some minutes, and tell what the screen and the server hold."""
    folder = Path(tempfile.mkdtemp(prefix="rewards-day-"))
    speed = HOURS * 60 / minutes
    try:
        with ExitStack() as stack:
            samples, counts = _run(stack, folder, speed)
    except StopRequested:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    click.echo(_table(samples))
    click.echo(f"\nThe screen: {json.dumps(counts)}; the clock ran {speed:.0f} times as fast.")
    grown = _growth(samples)
    for name, share in grown.items():
        click.echo(f"{name}: {share:+.1%} from the first hours to the last")
    sys.exit(any(share > GROWTH_MAX for share in grown.values()))


def _run(stack: ExitStack, folder: Path, speed: float) -> tuple[list[Sample], dict[str, int]]:
    supervisor = stack.enter_context(services.open_supervisor(folder / "supervisor"))
    product = stack.enter_context(
        services.open_product("SQLite", f"sqlite:///{folder / 'rewards.db'}", folder / "p")
    )
    # From just after midnight to just before the next: at midnight a screen loads its page anew.
    midnight = clock.day_bounds(clock.local_date(clock.now(), clock.zone()), clock.zone())[0]
    began = time.time()
    setting = f"{began} {(midnight + timedelta(minutes=2)).isoformat()} {speed}"
    fast.run_fast(setting)
    with services.output_to(folder / "log"), product.app.app_context():
        district = screens.fill(1, WATCHERS + 1, people=PEOPLE)
        db.session.remove()
    port = services.find_free_ports()
    environ = {
        **os.environ,
        **with_defaults(dict(product.environ)),
        fast.VARIABLE: setting,
        "PORT": str(port),
        "WEB_WORKERS": "1",
        "WEB_THREADS": str(THREADS),
        "STREAMS_MAX": str(THREADS),
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "benchmarks.fast:app"]
    with services.output_to(folder / "log"):
        supervisor.start("day", command, environ=environ)
        services.wait_for_port(port)
    (_station, token), *others = district.tokens
    process, pipe = watchers.start(screens.CONTEXT, port, others)
    stack.callback(process.kill)
    stop = threading.Event()
    feeder = threading.Thread(target=_live, args=(product, district, stop, speed))
    feeder.start()
    try:
        return _watch(port, token, speed, pipe)
    finally:
        stop.set()
        feeder.join()


def _live(product: Any, district: Any, stop: threading.Event, speed: float) -> None:
    """Have something happen every simulated minute."""
    station, people = district.stations[0], district.people
    with product.app.app_context():
        occasion, until = None, clock.now()
        while not stop.wait(MINUTE / speed):
            now = clock.now()
            if now >= until:
                occasion, until = world.add_occasions(station, 1, now)[0], now + timedelta(hours=2)
                coming = iter(people)
            person = next(coming, None)
            if person is not None and random.random() < 0.5:  # noqa: S311 -- no secret
                checkins.check_in_by_staff(
                    actor=world.SYSTEM, occasion_id=occasion.id, participant_id=person.id, now=now
                )
            else:
                chosen = random.choice(people)  # noqa: S311 -- no secret
                screens.give(chosen.id, station, 1 + secrets.randbelow(9), BoardKind.STUDY)
            leaderboards.project(now=now)
            db.session.remove()


def _watch(port: int, token: str, speed: float, pipe: Any) -> tuple[list[Sample], dict[str, int]]:
    start = clock.now()
    samples: list[Sample] = []
    with sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, CHROMIUM)))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        address = f"http://{HOST}:{port}"
        context.add_cookies([{"name": "screen_token", "value": token, "url": address}])
        page = context.new_page()
        milliseconds = clock.now().timestamp() * 1000
        page.add_init_script(FAST_BROWSER % (time.time() * 1000, milliseconds, speed))
        page.goto(f"{address}/screen")
        for hour in range(1, HOURS):
            due = start + timedelta(hours=hour)
            page.wait_for_timeout(max((due - clock.now()).total_seconds() / speed, 0.0) * 1000)
            pipe.send("report")
            _count, seen = pipe.recv()
            samples.append(_sample(page, hour, port, seen.events["slide"]))
            click.echo(f"… {samples[-1]}", err=True)
        counts: dict[str, int] = json.loads(page.evaluate("localStorage.counts"))
        browser.close()
    return samples, counts


def _sample(page: Page, hour: int, port: int, slides: int) -> Sample:
    session = page.context.new_cdp_session(page)
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    counters = session.send("Memory.getDOMCounters")
    session.detach()
    with urllib.request.urlopen(f"http://{HOST}:{port}/memory") as answer:
        told = json.load(answer)
    return Sample(
        hour=hour,
        heap=int(heap),
        nodes=counters["nodes"],
        listeners=counters["jsEventListeners"],
        traced=told["traced"],
        resident=told["resident"],
        objects=told["objects"],
        files=told["files"],
        threads=told["threads"],
        slides=slides,
    )


def _table(samples: list[Sample]) -> str:
    lines = [
        f"| {' | '.join(COLUMNS)} |",
        "|---:" * len(COLUMNS) + "|",
    ]
    lines += [
        f"| {each.hour} | {each.heap / 1024:,.0f} | {each.nodes} | {each.listeners}"
        f" | {each.traced / 1024:,.0f} | {each.resident / 1e6:.0f} | {each.objects:,}"
        f" | {each.files} | {each.threads} | {each.slides:,} |"
        for each in samples
    ]
    return "\n".join(lines)


def _growth(samples: list[Sample]) -> dict[str, float]:
    first, last = samples[WARM_HOURS : WARM_HOURS + HOURS_COMPARED], samples[-HOURS_COMPARED:]

    def grown(name: str) -> float:
        # The least of some hours: what was thrown away just before a look counts for nothing.
        before = min(getattr(each, name) for each in first)
        return float(min(getattr(each, name) for each in last) / before - 1)

    return {
        "JS heap": grown("heap"),
        "DOM nodes": grown("nodes"),
        "traced memory of the server": grown("traced"),
        "RSS of the server": grown("resident"),
    }


if __name__ == "__main__":
    main()
