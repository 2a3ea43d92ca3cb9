"""How large the boards may be: `python -m benchmarks.sizes`.

A district is built, its boards are made by `flask boards rebuild` at a quarter
of the attendances and at all of them, and boards of several sizes are read
through the whole application, one request after another.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import flask_migrate
from flask import Flask

from rewards.app import create_app
from rewards.core import clock
from rewards.core.db import db
from rewards.core.settings import Settings
from tests.engines import redis as engines

from . import boards, crowd, database, memory, reads, report, services
from .services import PROJECT_FOLDER

PEOPLE = 127_500
ATTENDANCES = 1_200_000
MEMBERS = 10_000_000
FEW_MEMBERS = 10_000
MONTH_DAYS = 31
LOOK_SECONDS = 0.2
KILOBYTES_OF_A_MEGABYTE = 1024
REBUILD_SECONDS_MAX = 180


@dataclass(slots=True)
class Rebuild:
    """What one `flask boards rebuild` took."""

    entries: int
    seconds: float
    processor_seconds: float
    command_megabytes: float
    database_megabytes: float
    bar: str


@dataclass(slots=True)
class Found:
    """Everything that was found."""

    people: int = 0
    attendances: int = 0
    rebuilds: list[Rebuild] = field(default_factory=list)
    boards: int = 0
    cells: int = 0
    bytes_per_person: float = 0
    active: int = 0
    bytes_per_active: float = 0
    bytes_per_member: float = 0
    asked: list[reads.Reads] = field(default_factory=list)


@click.command()
@click.option("--people", type=click.IntRange(min=100), default=PEOPLE, show_default=True)
@click.option("--attendances", type=click.IntRange(min=400), default=ATTENDANCES, show_default=True)
@click.option("--members", type=click.IntRange(min=0), default=MEMBERS, show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Where to write it all.")
def main(*, people: int, attendances: int, members: int, json_file: Path | None) -> None:
    """Measure the boards of a large district, and one board of a great many members."""
    if not database.has_postgresql() or not engines.find_engines():
        raise click.ClickException("PostgreSQL and Redis are needed.")
    folder = Path(tempfile.mkdtemp(prefix="rewards-sizes-"))
    found = Found()
    try:
        with ExitStack() as stack:
            url = stack.enter_context(database.private_postgresql())
            redis = engines.Redis(next(iter(engines.find_engines())))
            stack.callback(redis.stop)
            environ = _environ(folder, url, redis.url)
            app = stack.enter_context(_open(environ, folder))
            _measure(app, environ, redis.client, found, (people, attendances, members))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    click.echo("\n".join(_lines(found)))
    if json_file is not None:
        json_file.write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")


def _measure(
    app: Flask, environ: dict[str, str], client: Any, found: Found, sizes: tuple[int, int, int]
) -> None:
    people, attendances, members = sizes
    now = clock.now()
    with app.app_context():
        district = crowd.add_people(people, now)
        found.people = district.people
        empty = int(client.info("memory")["used_memory"])
        for share in (attendances // 4, attendances):
            with _bar("Attendances", attendances) as on_progress:
                crowd.attend(district, share, end=now, on_progress=on_progress)
            # Boards that readers were shown before stay a minute beside the new ones.
            client.flushall()
            found.rebuilds.append(_rebuild(environ, crowd.count_entries()))
            _tell(f"made anew: {asdict(found.rebuilds[-1])}")
        found.attendances = district.attendances
        taken = int(client.info("memory")["used_memory"]) - empty
        month = clock.local_date(now, clock.zone()) - timedelta(days=MONTH_DAYS)
        found.active = crowd.count_active(month)
        found.boards, found.cells = boards.count_cells(client)
        found.bytes_per_person = taken / found.people
        found.bytes_per_active = taken / found.active
        _tell(f"{found.boards:,} boards, {found.cells:,} cells, {taken:,} bytes")
        center, size = max(district.centers, key=lambda each: each[1])
        asking = [(f"{size:,}", center, reads.give_tokens(crowd.list_people(center, reads.ASKERS)))]
        for name, count in (("迎新", FEW_MEMBERS), ("迎众", members)):
            if count:
                before = int(client.info("memory")["used_memory"])
                with _bar("Members", count) as on_progress:
                    node, tokens = boards.add_board(client, name, count, on_progress=on_progress)
                found.bytes_per_member = (
                    int(client.info("memory")["used_memory"]) - before
                ) / count
                asking.append((f"{count:,}", node, tokens))
        db.session.remove()
    found.asked = reads.measure(app, asking, on_round=_tell)


def _rebuild(environ: dict[str, str], entries: int) -> Rebuild:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "boards", "rebuild"]
    highest = [0.0]
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(  # noqa: S603 -- our own program
            command, cwd=PROJECT_FOLDER, env=environ, stdout=said, stderr=said
        )
        watching = threading.Thread(target=_watch, args=(process, highest))
        watching.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        watching.join()
        said.seek(0)
        text = said.read()
    if process.returncode:
        raise click.ClickException(f"The boards were not made anew: {text[-2000:]}")
    bar = [line for line in text.replace("\r", "\n").splitlines() if "Entries" in line]
    return Rebuild(
        entries=entries,
        seconds=seconds,
        processor_seconds=usage.ru_utime + usage.ru_stime,
        command_megabytes=usage.ru_maxrss / KILOBYTES_OF_A_MEGABYTE,
        database_megabytes=highest[0],
        bar=bar[-1].strip() if bar else "",
    )


def _watch(process: subprocess.Popen[bytes], highest: list[float]) -> None:
    """Note the most that the connections of the database hold meanwhile."""
    while process.returncode is None:
        highest[0] = max(highest[0], memory.sum_connections_megabytes())
        time.sleep(LOOK_SECONDS)


def _lines(found: Found) -> Iterator[str]:
    yield ", ".join(f"{name} {value}" for name, value in report.describe_machine().items())
    yield ""
    yield f"{found.people:,} people, {found.attendances:,} attendances of a year"
    yield f"{found.boards:,} boards with {found.cells:,} cells in Redis"
    yield f"{found.bytes_per_person:,.0f} bytes for each person"
    yield f"{found.bytes_per_active:,.0f} bytes for each of {found.active:,} active in the month"
    yield f"{found.bytes_per_member:,.0f} bytes for each member of the widest board"
    yield ""
    heads = (f"s, at most {REBUILD_SECONDS_MAX}", "its processor s", "its MB", "database MB")
    yield f"| `flask boards rebuild` of | {' | '.join(heads)} |"
    yield "|---|---:|---:|---:|---:|"
    for each in found.rebuilds:
        yield (
            f"| {each.entries:,} entries | {each.seconds:.1f} | {each.processor_seconds:.1f}"
            f" | {each.command_megabytes:.0f} | {each.database_megabytes:.0f} |"
        )
    yield ""
    yield from reads.format_table(found.asked)


@contextmanager
def _bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)


@contextmanager
def _open(environ: dict[str, str], folder: Path) -> Iterator[Flask]:
    app = create_app(Settings.from_env(environ))
    with app.app_context():
        with services.output_to(folder / "log"):
            flask_migrate.upgrade()
        db.session.remove()
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


def _environ(folder: Path, database_url: str, redis_url: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": services.SECRET_KEY,
        "DATA_KEY": services.DATA_KEY,
        "INSTANCE_PATH": str(folder),
        "LOG_LEVEL": "ERROR",
        "DEMO_MODE": "false",
    }


def _tell(what: str) -> None:
    click.echo(f"… {what}", err=True)


if __name__ == "__main__":
    main()
