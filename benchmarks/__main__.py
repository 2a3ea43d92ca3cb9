"""The command: `python -m benchmarks`."""

import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from rewards.core import clock
from rewards.core.environment import SettingsError
from rewards.leaderboards import service as leaderboards
from rewards.processes.preflight import PreflightError
from rewards.processes.serving import Serving
from rewards.processes.supervisor import PartEnded, StartError, StopRequested

from . import cases, database, measuring, report, services, world
from .cases import Case
from .report import Findings
from .services import Product

BOARD_PEOPLE = 10_000
QUICK_BOARD_PEOPLE = 500
QUICK_SECONDS = 0.2
ROUNDS = 3
SECONDS_MAX = 10.0
CONNECTIONS_MAX = 256
POSTGRESQL = "PostgreSQL"
SQLITE = "SQLite"
FAILED = (SettingsError, PreflightError, StartError, PartEnded, world.NotEmptyError)
BOARD_NAMES = (cases.BOARD, cases.BOARD_UNCHANGED, cases.AROUND)
RESERVE_NAMES = (cases.RESERVE, cases.RESERVE_ONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for."""

    seconds: float
    rounds: int
    connections: int
    database: str | None
    only: frozenset[str]
    board_people: int

    def wants(self, name: str) -> bool:
        """Tell whether a case is to be measured."""
        return not self.only or name in self.only


@click.command()
@click.option("--seconds", type=click.FloatRange(0.2, SECONDS_MAX), default=3.0, show_default=True)
@click.option("--rounds", type=click.IntRange(1, 9), default=ROUNDS, show_default=True)
@click.option(
    "--connections", type=click.IntRange(1, CONNECTIONS_MAX), default=16, show_default=True
)
@click.option("--database", "database_url", help="An empty database; it is filled.")
@click.option("--only", multiple=True, type=click.Choice([*cases.LABELS][1:]))
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Where to write it all.")
@click.option("--quick", is_flag=True, help="One short round with few people: does it run at all?")
def main(
    *,
    seconds: float,
    rounds: int,
    connections: int,
    database_url: str | None,
    only: tuple[str, ...],
    json_file: Path | None,
    quick: bool,
) -> None:
    """Measure the service beside a bare Flask route, and print the ratios."""
    options = Options(
        seconds=QUICK_SECONDS if quick else seconds,
        rounds=1 if quick else rounds,
        connections=connections,
        database=database_url,
        only=frozenset(only),
        board_people=QUICK_BOARD_PEOPLE if quick else BOARD_PEOPLE,
    )
    folder = Path(tempfile.mkdtemp(prefix="rewards-benchmarks-"))
    try:
        found = run(options, folder)
    except StopRequested:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except FAILED as error:
        raise click.ClickException(str(error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    click.echo(report.format_report(found))
    if json_file is not None:
        text = json.dumps(report.to_json(found), ensure_ascii=False, indent=1)
        json_file.write_text(text, encoding="utf-8")


def run(options: Options, folder: Path) -> Findings:
    """Start everything, measure, and stop everything."""
    with ExitStack() as stack:
        supervisor = stack.enter_context(services.open_supervisor(folder / "supervisor"))
        products = _open_products(options, folder, stack)
        main_product = products[0]
        found = Findings(main_product.engine, _settings(options))
        measured: list[Case] = []
        for product in products:
            _tell(f"filling {product.engine}")
            with services.output_to(product.folder / "log"), product.app.app_context():
                world.check_empty()
                measured += _build(product, options, found, is_main=product is main_product)
            product.start()
            if product.megabytes is not None:
                found.megabytes[product.engine] = product.megabytes
        hello = cases.build_hello(services.start_hello(supervisor, folder / "hello"))
        _measure(hello, measured, options, found)
        return found


def _open_products(options: Options, folder: Path, stack: ExitStack) -> list[Product]:
    products = []
    if options.database is not None:
        wanted = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
        engine = wanted.get(options.database.partition(":")[0].partition("+")[0], POSTGRESQL)
        products.append((engine, options.database))
    elif database.has_postgresql():
        _tell("starting PostgreSQL")
        products.append((POSTGRESQL, stack.enter_context(database.private_postgresql())))
    wants_sqlite = any(options.wants(name) for name in cases.ON_SQLITE)
    if not products or (products[0][0] == POSTGRESQL and wants_sqlite):
        products.append((SQLITE, f"sqlite:///{folder / 'rewards.db'}"))
    return [
        stack.enter_context(services.open_product(engine, url, folder / engine.lower()))
        for engine, url in products
    ]


def _build(product: Product, options: Options, found: Findings, *, is_main: bool) -> list[Case]:
    check_ins = [
        name
        for name in cases.LABELS
        if options.wants(name)
        and (name in cases.ON_SQLITE) is not is_main
        and name in {*cases.CHECK_INS, *cases.ON_SQLITE, cases.BURST_CHECK_IN}
    ]
    warm_up = min(measuring.WARM_UP_SECONDS, options.seconds)
    seconds = options.seconds * options.rounds + warm_up
    built = cases.build_check_ins(product, check_ins, seconds=seconds)
    if is_main and any(map(options.wants, (*BOARD_NAMES, *RESERVE_NAMES))):
        built += _build_board(product, options, found)
    order = list(cases.LABELS)
    return sorted(built, key=lambda case: order.index(case.name))


def _build_board(product: Product, options: Options, found: Findings) -> list[Case]:
    now = clock.now()
    station = world.add_station("杏花岭", now)
    # An empty board first: what follows is then added to it, not built anew.
    leaderboards.project(now=now)
    people = world.add_people(station, options.board_people, number_from=1_000_000, now=now)
    world.credit_people(people, station, now)
    found.projected_per_second = _project()
    built = [
        *cases.build_reads(product, people, station.id),
        *cases.build_redemptions(product, people, station),
    ]
    return [case for case in built if options.wants(case.name)]


def _project() -> float:
    start, done = time.perf_counter(), 0
    while sealed := leaderboards.project(now=clock.now()):
        done += sealed
    return done / (time.perf_counter() - start)


def _measure(hello: Case, built: list[Case], options: Options, found: Findings) -> None:
    found.add(
        measuring.measure(
            hello,
            [case for case in built if case.name != cases.BURST_CHECK_IN],
            rounds=options.rounds,
            seconds=options.seconds,
            connections=options.connections,
            on_run=lambda case: _tell(case.label),
        )
    )
    for case in built:
        if case.name == cases.BURST_CHECK_IN:
            _tell(case.label)
            load = case.run(0, 0)
            found.burst_seconds, found.burst_errors = load.seconds, load.errors


def _settings(options: Options) -> dict[str, object]:
    serving = Serving.from_env(os.environ)
    return {
        "workers": f"{serving.web_workers} with {serving.web_threads} threads each",
        "connections": options.connections,
        "seconds": options.seconds,
        "rounds": options.rounds,
    }


def _tell(what: str) -> None:
    click.echo(f"… {what}", err=True)


if __name__ == "__main__":
    main()
