"""How long the check of the books takes over a long history: `python -m benchmarks.books`."""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click
import flask_migrate
from flask import Flask

from rewards.app import create_app
from rewards.core import clock
from rewards.core.db import db
from rewards.core.settings import Settings
from rewards.verification import service as verification
from rewards.verification.types import Report

from . import database, history, report, services, world

POSTINGS = 500_000
POSTINGS_OF_AN_ENTRY = 2
ENTRIES_OF_A_PERSON = 60
REWARDS = 50
FAST_SECONDS_MAX = 1.0
FULL_SECONDS_MAX = 60.0
FAST_RUNS = 5
POSTGRESQL = "PostgreSQL"
SQLITE = "SQLite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one database took."""

    engine: str
    postings: int
    full: float
    fast_new: float
    fast: float
    new: int


@click.command()
@click.option("--postings", type=click.IntRange(min=1_000), default=POSTINGS, show_default=True)
@click.option("--sqlite/--no-sqlite", default=True, show_default=True)
@click.option("--postgresql/--no-postgresql", default=True, show_default=True)
@click.option("--database", "url", help="An empty database to use instead of both; it is filled.")
def main(*, postings: int, sqlite: bool, postgresql: bool, url: str | None) -> None:
    """Fill empty databases with a long history, and time the check of the books over it."""
    folder = Path(tempfile.mkdtemp(prefix="rewards-books-"))
    try:
        with ExitStack() as stack:
            wanted = [url] if url else []
            if not url and postgresql and database.has_postgresql():
                wanted.append(stack.enter_context(database.private_postgresql()))
            if not url and sqlite:
                wanted.append(f"sqlite:///{folder / 'rewards.db'}")
            found = [_measure(each, folder, postings) for each in wanted]
    except world.NotEmptyError as error:
        raise click.ClickException(str(error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    click.echo("\n".join(_lines(found)))


def _measure(url: str, folder: Path, postings: int) -> Found:
    with _open(url, folder) as app, app.app_context():
        engine = SQLITE if db.engine.dialect.name == "sqlite" else POSTGRESQL
        written = _fill(engine, postings)
        before = written.seq
        full = _time(lambda: verification.verify_full(folder=folder, now=clock.now(), **_QUIET))
        # What comes in a minute of the busiest hour, many times over.
        history.write_more(written, clock.local_date(clock.now(), clock.zone()))
        fast_new = _time(_verify_fast)
        fast = max(_time(_verify_fast) for _ in range(FAST_RUNS))
        return Found(
            engine=engine,
            postings=written.seq * POSTINGS_OF_AN_ENTRY,
            full=full,
            fast_new=fast_new,
            fast=fast,
            new=written.seq - before,
        )


def _fill(engine: str, postings: int) -> history.History:
    world.check_empty()
    now = clock.now()
    entries = postings // POSTINGS_OF_AN_ENTRY
    station = world.add_station("杏花岭", now)
    people = world.add_people(
        station, max(entries // ENTRIES_OF_A_PERSON, 6), number_from=1, now=now
    )
    rewards = world.add_rewards(station, REWARDS, now)
    written = history.History(station, people, rewards)
    yesterday = clock.local_date(now, clock.zone()) - timedelta(days=1)
    with click.progressbar(length=entries, label=f"Filling {engine}", file=sys.stderr) as bar:
        history.write(
            written,
            last_day=yesterday,
            entries=entries,
            on_day=lambda done: bar.update(done - bar.pos),
        )
    return written


def _time(check: Callable[[], Report]) -> float:
    start = time.perf_counter()
    found = check()
    if found.violations:
        raise click.ClickException(f"The books are not right: {found.violations[0]}")
    return time.perf_counter() - start


def _verify_fast() -> Report:
    return verification.verify_fast(now=clock.now(), **_QUIET)


def _lines(found: list[Found]) -> Iterator[str]:
    yield ", ".join(f"{name} {value}" for name, value in report.describe_machine().items())
    yield ""
    yield "| | " + " | ".join(f"{each.engine}" for each in found) + " |"
    yield "|---|" + "---:|" * len(found)
    rows: tuple[tuple[str, Callable[[Found], str]], ...] = (
        ("postings", lambda each: f"{each.postings:,}"),
        (f"`--full`, at most {FULL_SECONDS_MAX:g} s", lambda each: f"{each.full:.1f} s"),
        (
            f"`--fast`, at most {FAST_SECONDS_MAX:g} s, with that many new seals",
            lambda each: f"{each.fast_new:.2f} s with {each.new:,}",
        ),
        (f"`--fast`, nothing new, slowest of {FAST_RUNS}", lambda each: f"{each.fast:.2f} s"),
    )
    for label, shown in rows:
        yield f"| {label} | " + " | ".join(map(shown, found)) + " |"


@contextmanager
def _open(url: str, folder: Path) -> Iterator[Flask]:
    environ = {
        "DATABASE_URL": url,
        "SECRET_KEY": services.SECRET_KEY,
        "DATA_KEY": services.DATA_KEY,
        "INSTANCE_PATH": str(folder),
        "LOG_LEVEL": "WARNING",
        "DEMO_MODE": "false",
    }
    app = create_app(Settings.from_env(environ))
    with app.app_context():
        with services.output_to(folder / "log"):
            flask_migrate.upgrade()
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


_QUIET = {"on_progress": lambda _done, _total: None}

if __name__ == "__main__":
    main()
