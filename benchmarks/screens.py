"""The command `python -m benchmarks.screens`: a thousand screens beside people who check in."""

import multiprocessing
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import click

from rewards.core import clock
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.secrecy import hash_token
from rewards.core.unit import use_case
from rewards.leaderboards import queries as board_queries
from rewards.leaderboards import service as leaderboards
from rewards.leaderboards.types import Kind, Period
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset, BoardKind, EntryDraft, Reason
from rewards.network import queries as network_queries
from rewards.network import service as network
from rewards.network.types import Level, Node
from rewards.processes.defaults import with_defaults
from rewards.processes.supervisor import StopRequested, Supervisor
from rewards.screens import rules
from rewards.screens.types import Programme

from . import cases, database, load, memory, report, services, watchers, world
from .load import HOST
from .services import Product
from .watchers import Seen
from .world import Person

STREAMS = "streams"
# A fresh process: what this one holds would count as the other's.
CONTEXT = multiprocessing.get_context("spawn")
CHECK_INS_PER_SECOND_MAX = 700
MARK_FIRST = 9_000_000
MARK_SECONDS = 0.5
SETTLE_SECONDS = 8.0
WAKE_SECONDS = 2.0
BOARD_SECONDS_MAX = 10.0
BOARD_LOOK_SECONDS = 0.05
BACK_SECONDS_MAX = 60.0
SHARES = (0.5, 0.95, 0.99, 1.0)


@dataclass(slots=True)
class Findings:
    """What a run found."""

    lines: list[tuple[str, str]] = field(default_factory=list)

    def add(self, what: str, value: str) -> None:
        """Add a line, and tell it."""
        self.lines.append((what, value))
        click.echo(f"… {what}: {value}", err=True)


@dataclass(slots=True)
class District:
    """The stations of one center, somebody at each who is always first, and who checks in."""

    stations: list[Node]
    leaders: list[Person]
    people: list[Person]
    tokens: list[tuple[int, str]]


@click.command()
@click.option("--screens", type=click.IntRange(1, 4000), default=1_000, show_default=True)
@click.option("--stations", type=click.IntRange(1, 500), default=50, show_default=True)
@click.option("--seconds", type=click.FloatRange(2, 60), default=4.0, show_default=True)
@click.option("--rounds", type=click.IntRange(1, 9), default=5, show_default=True)
@click.option("--connections", type=click.IntRange(1, 64), default=16, show_default=True)
def main(*, screens: int, stations: int, seconds: float, rounds: int, connections: int) -> None:
    """Measure streams to many screens: delivery, memory, processor, check-ins, a restart."""
    folder = Path(tempfile.mkdtemp(prefix="rewards-screens-"))
    found = Findings()
    try:
        with ExitStack() as stack:
            supervisor = stack.enter_context(services.open_supervisor(folder / "supervisor"))
            url = stack.enter_context(database.private_postgresql())
            product = stack.enter_context(services.open_product("PostgreSQL", url, folder / "p"))
            with services.output_to(folder / "log"), product.app.app_context():
                count = int((2 * rounds * seconds + 20) * CHECK_INS_PER_SECOND_MAX)
                district = fill(stations, screens, people=count)
            product.start()
            streams = _Streams(supervisor, product, folder)
            run = _Run(product, district, streams, found, connections)
            run.measure(seconds=seconds, rounds=rounds)
    except StopRequested:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    machine = ", ".join(f"{name} {value}" for name, value in report.describe_machine().items())
    click.echo(f"{screens} screens at {stations} stations; {machine}\n")
    click.echo("| What | Found |\n|---|---|")
    for what, value in found.lines:
        click.echo(f"| {what} | {value} |")


class _Streams:
    """The server for streams, as `flask up` starts it, on a port of its own."""

    def __init__(self, supervisor: Supervisor, product: Product, folder: Path) -> None:
        self._supervisor = supervisor
        self._folder = folder
        self.port = services.find_free_ports()
        self.pid = 0
        own = with_defaults(dict(product.environ))
        self._environ = {
            **os.environ,
            **own,
            "PORT": str(self.port),
            "WEB_WORKERS": "1",
            "WEB_THREADS": "1040",
            "STREAMS_MAX": "1000",
        }
        self._command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        with services.output_to(self._folder / "log"):
            self._supervisor.start(STREAMS, self._command, environ=self._environ)
        self.pid = int((self._folder / "supervisor" / f"{STREAMS}.pid").read_text().split()[0])
        services.wait_for_port(self.port)
        # The port is open before anybody answers on it.
        with urllib.request.urlopen(f"http://{HOST}:{self.port}/healthz", timeout=60):
            pass

    def stop(self) -> float:
        """Stop it; return how long that took."""
        began = time.perf_counter()
        self._supervisor.stop_one(STREAMS)
        return time.perf_counter() - began

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Have it do nothing meanwhile; its streams stay open."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for pid in memory.list_with_descendants([self.pid]):
            os.kill(pid, number)

    def megabytes(self) -> float:
        """Return what it holds."""
        return memory.sum_megabytes([self.pid]) or 0.0

    def processor_seconds(self) -> float:
        """Return the time of a processor that it has used."""
        return memory.sum_processor_seconds([self.pid])


class _Run:
    def __init__(
        self,
        product: Product,
        district: District,
        streams: _Streams,
        found: Findings,
        connections: int,
    ) -> None:
        self._product = product
        self._district = district
        self._streams = streams
        self._found = found
        self._connections = connections
        self._waiting = iter(district.people)
        self._marked = 0

    def measure(self, *, seconds: float, rounds: int) -> None:
        """Measure everything; with and without screens in turn."""
        self._streams.start()
        self._found.add("memory of the server, no screen", f"{self._streams.megabytes():.0f} MB")
        with self._watching() as pipe:
            self._rest(pipe, seconds)
            self._check_in(seconds / 2)
            self._compare(pipe, seconds, rounds)
            self._restart(pipe)

    def _compare(self, pipe: Connection, seconds: float, rounds: int) -> None:
        """Let people check in while the screens are served and while their server sleeps, in turn.

        So both are measured within seconds of each other, with everything else alike.
        """
        ratios, slower = [], []
        for number in range(rounds):
            with self._streams.asleep():
                without = self._check_in(seconds)
            time.sleep(WAKE_SECONDS)
            beside = self._under_load(pipe, seconds)
            ratios.append(beside.per_second / without.per_second)
            slower.append(_p95(beside) / _p95(without))
            told = f"{beside.per_second:.0f} ÷ {without.per_second:.0f} a second"
            times = f"p95 {_p95(beside):.0f} ms, {_p95(without):.0f} ms without"
            errors = f"{beside.errors} and {without.errors} errors"
            self._found.add(
                f"check-ins with screens ÷ without, round {number + 1}",
                f"{told}, {times}, {errors}",
            )
        self._found.add("check-ins with screens ÷ without, median", f"{median(ratios):.2f}")
        self._found.add("their p95 with screens ÷ without, median", f"{median(slower):.2f}")

    @contextmanager
    def _watching(self) -> Iterator[Connection]:
        before = self._streams.megabytes()
        process, pipe = watchers.start(CONTEXT, self._streams.port, self._district.tokens)
        try:
            seen = _gather(pipe, Seen(), until=len(self._district.tokens), seconds=60)
            time.sleep(SETTLE_SECONDS)
            total = len(self._district.tokens)
            self._found.add(
                f"first slide to {total} screens that came at once", _quantiles(seen.firsts)
            )
            self._found.add("answers", ", ".join(f"{k}: {v}" for k, v in seen.statuses.items()))
            after = self._streams.megabytes()
            each = (after - before) * 1024 / total
            told = f"{after:.0f} MB, {each:.0f} kB a screen"
            self._found.add("memory of the server, all screens", told)
            _ask(pipe)
            yield pipe
        finally:
            pipe.send("stop")
            process.join(10)
            process.kill()
            time.sleep(1)

    def _rest(self, pipe: Connection, seconds: float) -> None:
        began, used = time.perf_counter(), self._streams.processor_seconds()
        time.sleep(max(seconds, 15.0))
        share = (self._streams.processor_seconds() - used) / (time.perf_counter() - began)
        _, seen = _ask(pipe)
        self._found.add("processor of the server while nothing happens", f"{share:.1%} of one")
        self._found.add("events in that time", _events(seen))
        marker = _Marker(self._product, self._district, self._marked)
        marker.start()
        time.sleep(max(seconds, 10.0))
        self._tell_deliveries("nothing else", marker, pipe)

    def _under_load(self, pipe: Connection, seconds: float) -> load.Load:
        marker = _Marker(self._product, self._district, self._marked)
        marker.start()
        began, used = time.perf_counter(), self._streams.processor_seconds()
        found = self._check_in(seconds)
        share = (self._streams.processor_seconds() - used) / (time.perf_counter() - began)
        self._found.add("processor of the server beside check-ins", f"{share:.0%} of one")
        self._found.add("memory of the server then", f"{self._streams.megabytes():.0f} MB")
        self._tell_deliveries("people checking in", marker, pipe)
        return found

    def _tell_deliveries(self, beside: str, marker: "_Marker", pipe: Connection) -> None:
        posted = marker.stop()
        self._marked += len(posted)
        time.sleep(5)
        _, seen = _ask(pipe)
        delays: list[float] = []
        whole = wanted = 0
        for (station, mark), at in posted.items():
            screens = sum(each == station for each, _ in self._district.tokens)
            wanted += screens
            # A slide that shows a later mark shows this one, too.
            came = _first_at_least(seen, station, mark, screens)
            whole += len(came)
            delays += [moment - at for moment in came]
        self._found.add(
            f"from the commit to the screen, beside {beside}",
            f"{_quantiles(delays)}; {whole} of {wanted} deliveries",
        )
        self._found.add(
            f"of that until the board has it, beside {beside}", _quantiles(marker.projected)
        )

    def _check_in(self, seconds: float) -> load.Load:
        people = [next(self._waiting) for _ in range(int(seconds * CHECK_INS_PER_SECOND_MAX))]
        with self._product.app.app_context():
            occasions = [
                occasion
                for station in self._district.stations[: cases.SPREAD]
                for occasion in world.add_occasions(station, 1, clock.now())
            ]
            db.session.remove()
            run = cases.check_in_run(self._product, cases.SPREAD_CHECK_IN, people, occasions)
            return run(seconds, self._connections)

    def _restart(self, pipe: Connection) -> None:
        _ask(pipe)
        took = self._streams.stop()
        down = time.perf_counter()
        self._streams.start()
        self._found.add("the server stops in", f"{took:.1f} s")
        self._found.add("the server is back after", f"{time.perf_counter() - down:.1f} s")
        seen = _gather(pipe, Seen(), until=len(self._district.tokens), seconds=BACK_SECONDS_MAX)
        back, _ = _ask(pipe)
        attempts = sorted(seen.attempts)
        answered = max(seen.statuses.values(), default=0)
        spread = attempts[-1] - attempts[0] if attempts else 0.0
        busiest = max((_count_within(attempts, each, 1.0) for each in attempts), default=0)
        self._found.add("screens lost and back", f"{seen.lost} lost, {back} back")
        self._found.add("their attempts", f"{len(attempts)} in {spread:.1f} s, {answered} served")
        self._found.add("most attempts in a second", str(busiest))
        self._found.add("first slide after the restart", _quantiles(seen.firsts))


class _Marker:
    """Gives the first of a station one more point twice a second, in a process of its own."""

    def __init__(self, product: Product, district: District, done: int) -> None:
        self.projected: list[float] = []
        self._pipe, other = CONTEXT.Pipe()
        self._process = CONTEXT.Process(
            target=_mark_until_told,
            args=(
                other,
                dict(product.environ),
                [(leader.id, node.id, node.path) for leader, node in zip(
                    district.leaders, district.stations, strict=True)],
                done,
            ),
            daemon=True,
        )  # fmt: skip

    def start(self) -> None:
        """Begin, and wait until it has begun."""
        self._process.start()
        self._pipe.recv()

    def stop(self) -> dict[tuple[int, int], float]:
        """End, and return when each mark was committed."""
        self._pipe.send("stop")
        posted, self.projected = self._pipe.recv()
        self._process.join(10)
        return dict(posted)


def _mark_until_told(pipe: Connection, environ: dict[str, str], leaders: Any, done: int) -> None:
    app = services.open_app(environ)
    posted: dict[tuple[int, int], float] = {}
    projected: list[float] = []
    with app.app_context():
        db.session.remove()
        pipe.send("begun")
        while not pipe.poll(MARK_SECONDS):
            station = random.randrange(len(leaders))  # noqa: S311 - chooses a board
            mark = done + len(posted) + 1
            _give_up_to(leaders[station], mark)
            posted[station, mark] = time.time()
            db.session.remove()
            if _comes_to_board(leaders[station][1], MARK_FIRST + mark):
                projected.append(time.time() - posted[station, mark])
    pipe.recv()
    pipe.send((posted, projected))


def _comes_to_board(node_id: Any, points: int) -> bool:
    deadline = time.monotonic() + BOARD_SECONDS_MAX
    while time.monotonic() < deadline:
        now = clock.now()
        board = board_queries.get_board(
            node=network_queries.get_node(node_id),
            kind=Kind.STUDY,
            period=Period.MONTH,
            day=clock.local_date(now, clock.zone()),
            limit=1,
            now=now,
        )
        db.session.remove()
        if board.items and board.items[0].value >= points:
            return True
        time.sleep(BOARD_LOOK_SECONDS)
    return False


@use_case
def give(participant_id: Any, node: Node, amount: int, board: BoardKind) -> None:
    """Book points of *board* that somebody earned at *node*."""
    account = ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    _post(account, participant_id, (node.id, node.path), amount, board)


@use_case
def _give_up_to(leader: Any, mark: int) -> None:
    # How much there is decides how much is missing.
    participant_id, *place = leader
    account = ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    amount = MARK_FIRST + mark - account.available
    _post(account, participant_id, place, amount, BoardKind.STUDY)


def _post(account: Any, participant_id: Any, place: Any, amount: int, board: BoardKind) -> None:
    now = clock.now()
    node_id, node_path = place
    draft = EntryDraft(
        participant_id=participant_id,
        asset=Asset.POINTS,
        amount=amount,
        reason=Reason.ATTENDANCE,
        source_id=new_id(),
        occasion_id=None,
        rule_code="STUDY_JOIN",
        rule_version=1,
        board=board,
        node_id=node_id,
        node_path=node_path,
        actor="system",
        occurred_at=now,
        business_date=clock.local_date(now, clock.zone()),
        details={},
    )
    ledger.post_entry(draft, account=account, now=now)


def fill(stations: int, screens: int, *, people: int) -> District:
    """Make stations, people, and screens that are paired, in turn at one station and another."""
    now = clock.now()
    center = network.create_node(
        actor=world.SYSTEM, level=Level.CENTER, name="万柏林", parent_id=None, now=now
    )
    institute = network.create_node(
        actor=world.SYSTEM, level=Level.INSTITUTE, name="千峰", parent_id=center.id, now=now
    )
    nodes = [
        network.create_node(
            actor=world.SYSTEM,
            level=Level.STATION,
            name=f"第{number}社区",
            parent_id=institute.id,
            now=now,
        )
        for number in range(stations)
    ]
    leaders = world.add_people(nodes[0], stations, number_from=0, now=now)
    everybody = world.add_people(nodes[0], people, number_from=stations, now=now)
    leaderboards.project(now=now)
    tokens = [(number % stations, secrets.token_urlsafe(32)) for number in range(screens)]
    slides = [rules.dump_slide(each) for each in rules.PROGRAMMES[Programme.ROTATION]]
    world.insert_rows(
        "screens",
        [
            {
                "id": new_id(),
                "node_id": nodes[station].id,
                "node_path": nodes[station].path,
                "name": "大厅",
                "token_hash": hash_token(token),
                "slides": slides,
                "version": 1,
                "paired_at": now,
                "paired_by": "system",
            }
            for station, token in tokens
        ],
    )
    return District(nodes, leaders, everybody, tokens)


def _ask(pipe: Connection) -> tuple[int, Seen]:
    pipe.send("report")
    answer: tuple[int, Seen] = pipe.recv()
    return answer


def _gather(pipe: Connection, seen: Seen, *, until: int, seconds: float) -> Seen:
    """Add to *seen* what the screens see until *until* of them have a slide."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        count, more = _ask(pipe)
        seen.attempts += more.attempts
        seen.firsts += more.firsts
        seen.statuses += more.statuses
        seen.lost += more.lost
        if count >= until:
            break
        time.sleep(0.5)
    return seen


def _first_at_least(seen: Seen, station: int, mark: int, most: int) -> list[float]:
    moments = sorted(
        moment
        for (place, number), all_moments in seen.marks.items()
        if place == station and number == mark
        for moment in all_moments
    )
    if moments:
        return moments[:most]
    later = [n for (place, n) in seen.marks if place == station and n > mark]
    return sorted(seen.marks[station, min(later)])[:most] if later else []


def _count_within(moments: Sequence[float], start: float, seconds: float) -> int:
    return sum(start <= each < start + seconds for each in moments)


def _quantiles(values: Sequence[float]) -> str:
    if not values:
        return "none"
    ordered = sorted(values)
    places = (min(int(len(ordered) * share), len(ordered) - 1) for share in SHARES)
    p50, p95, p99, most = (ordered[place] for place in places)
    return f"p50 {p50:.2f} s, p95 {p95:.2f} s, p99 {p99:.2f} s, last {most:.2f} s"


def _events(seen: Seen) -> str:
    kinds = ", ".join(f"{count} {name}" for name, count in sorted(seen.events.items()))
    return f"{kinds}; {seen.received_bytes / 1e6:.1f} MB"


def _p95(found: load.Load) -> float:
    ordered = sorted(found.latencies)
    return ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)] * 1000 if ordered else 0.0


if __name__ == "__main__":
    main()
