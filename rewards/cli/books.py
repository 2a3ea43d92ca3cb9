"""flask books: whether the books, and all that hangs on them, are right."""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
import structlog
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from rewards.access.types import SystemActor
from rewards.core import clock
from rewards.core.checks import Violation
from rewards.core.settings import Settings
from rewards.leaderboards import service as leaderboards
from rewards.leaderboards.errors import BoardsUnavailableError
from rewards.leaderboards.types import Difference
from rewards.verification import service
from rewards.verification.errors import AnchorUnreadableError, ThawRefusedError
from rewards.verification.queries import OnProgress
from rewards.verification.types import Report

EXIT_CLEAN = 0
EXIT_VIOLATED = 1
EXIT_NOT_CHECKED = 2
LINES_MAX = 50
LOGGED_MAX = 5

RESULTS = {EXIT_CLEAN: "clean", EXIT_VIOLATED: "violated", EXIT_NOT_CHECKED: "not checked"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found: in the books, in the boards, and what could not be looked at and why.

    `is_complete` False: something should have been looked at and could not.
    """

    report: Report
    violations: tuple[Violation, ...]
    unchecked: dict[str, str] = field(default_factory=dict)
    is_complete: bool = True

    @property
    def status(self) -> int:
        """Return the exit code."""
        if self.violations:
            return EXIT_VIOLATED
        return EXIT_CLEAN if self.is_complete else EXIT_NOT_CHECKED


books = AppGroup("books", help="The books of points and minutes.")


@books.command("verify")
@click.option("--fast", "depth", flag_value="fast", default="fast", help="What is new. [default]")
@click.option("--full", "depth", flag_value="full", help="Everything, from the first entry on.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def verify_command(depth: str, *, is_json: bool) -> None:
    """Check the books against every invariant they have.

    Exit code 0: clean. 1: violated, and by which rows. 2: could not be checked.
    """
    started = time.monotonic()
    try:
        outcome = _verify_all() if depth == "full" else _verify_new()
    except (SQLAlchemyError, AnchorUnreadableError, OSError) as error:
        _give_up(error, is_json=is_json)
    seconds = round(time.monotonic() - started, 2)
    if is_json:
        click.echo(json.dumps(_describe(outcome, seconds), ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(outcome, seconds)))
    if outcome.status != EXIT_CLEAN:
        raise SystemExit(outcome.status)


@books.command("thaw")
@click.option("--reason", required=True, help="What was found and done; no names. Audited.")
def thaw_command(reason: str) -> None:
    """Let points come and go again, after a full check that finds no money wrong."""
    try:
        with _show_progress() as on_progress:
            report = service.thaw(
                actor=SystemActor(),
                reason=reason,
                folder=_folder(),
                now=clock.now(),
                on_progress=on_progress,
            )
    except ThawRefusedError as refusal:
        raise click.ClickException(str(refusal)) from None
    except (SQLAlchemyError, AnchorUnreadableError, OSError) as error:
        _give_up(error, is_json=False)
    if report.violations:
        click.echo("Found, but not about where points and goods are:")
        click.echo("\n".join(_list_violations(report.violations)))
    click.echo("The books are in use again; credit that was withheld follows within minutes.")


def watch_books(*, now: datetime) -> None:
    """Check what is new, and log each invariant that is broken; for the worker."""
    report = service.verify_fast(now=now, on_progress=_ignore)
    if report.violations:
        log.error(
            "books.violated",
            invariants=sorted({each.invariant for each in report.violations}),
            count=len(report.violations),
            first=[asdict(each) for each in report.violations[:LOGGED_MAX]],
        )


def anchor_books(*, now: datetime) -> None:
    """Leave an anchor of the chain in the instance folder; for the worker."""
    left = service.leave_anchor(folder=_folder(), now=now)
    if left is not None:
        # Also a copy outside the host, wherever its log goes.
        log.info("books.anchored", seq=left.seq, hash=left.hash)


def _verify_new() -> Outcome:
    with _show_progress() as on_progress:
        report = service.verify_fast(now=clock.now(), on_progress=on_progress)
    return Outcome(report, report.violations)


def _verify_all() -> Outcome:
    with _show_progress() as on_progress:
        report = service.verify_full(folder=_folder(), now=clock.now(), on_progress=on_progress)
    if _settings().redis_url is None:
        unchecked = {"I15": "There are no boards in Redis: none is configured."}
        return Outcome(report, report.violations, unchecked)
    try:
        differences = leaderboards.verify(on_progress=_ignore)
    except BoardsUnavailableError as error:
        return Outcome(report, report.violations, {"I15": str(error)}, is_complete=False)
    report = replace(report, invariants=(*report.invariants, "I15"))
    return Outcome(report, (*report.violations, *map(_judge_cell, differences)))


def _judge_cell(difference: Difference) -> Violation:
    if difference.stored is None and difference.expected is None:
        return Violation(
            invariant="I15",
            subject=f"board:{difference.board}",
            expected="no such board",
            found="a key",
        )
    stored, expected = (
        "nothing" if pair is None else f"{pair[0]} (tie {pair[1]})"
        for pair in (difference.stored, difference.expected)
    )
    return Violation(
        invariant="I15",
        subject=f"board:{difference.board} member:{difference.member}",
        expected=expected,
        found=stored,
    )


def _describe(outcome: Outcome, seconds: float) -> dict[str, Any]:
    report = outcome.report
    return {
        "result": RESULTS[outcome.status],
        "depth": "full" if report.is_whole else "fast",
        "seals": {"after": report.after, "through": report.seq, "last": report.last},
        "anchors": report.anchors,
        "checked": _sort(report.invariants),
        "unchecked": outcome.unchecked,
        "violations": [asdict(each) for each in outcome.violations],
        "seconds": seconds,
    }


def _lines(outcome: Outcome, seconds: float) -> Iterator[str]:
    report = outcome.report
    depth = "full" if report.is_whole else "fast"
    span = f"{report.after + 1} to {report.seq}" if report.seq > report.after else "none new"
    yield f"{depth} · seals {span}, of {report.last} · {seconds} s"
    if report.anchors is not None:
        yield f"anchors compared: {report.anchors}"
    yield f"checked: {' '.join(_sort(report.invariants))}"
    for name, reason in outcome.unchecked.items():
        yield f"not checked: {name}. {reason}"
    yield from _list_violations(outcome.violations)
    count = len(outcome.violations)
    yield f"{RESULTS[outcome.status]}: {count} {'violation' if count == 1 else 'violations'}"


def _list_violations(violations: Sequence[Violation]) -> Iterator[str]:
    for each in violations[:LINES_MAX]:
        yield f"{each.invariant:<4} {each.subject}: expected {each.expected}; found {each.found}"
    if len(violations) > LINES_MAX:
        yield f"… and {len(violations) - LINES_MAX} more"


def _give_up(error: Exception, *, is_json: bool) -> NoReturn:
    # Messages of the database may quote what it holds; their kind tells enough.
    is_ours = isinstance(error, AnchorUnreadableError)
    reason = str(error) if is_ours else f"The check broke off: {type(error).__name__}."
    if is_json:
        click.echo(json.dumps({"result": RESULTS[EXIT_NOT_CHECKED], "reason": reason}))
    else:
        click.echo(f"Error: {reason}", err=True)
    raise SystemExit(EXIT_NOT_CHECKED) from error


def _sort(invariants: Iterable[str]) -> list[str]:
    return sorted(invariants, key=lambda name: int(name[1:]))


@contextmanager
def _show_progress() -> Iterator[OnProgress]:
    with click.progressbar(length=1, label="Verifying", file=sys.stderr) as bar:

        def on_progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield on_progress


def _ignore(_done: int, _total: int) -> None:
    return


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _folder() -> Path:
    return _settings().instance_path
