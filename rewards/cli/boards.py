"""flask boards: make the boards in Redis anew, and compare them with the books."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from rewards.core import clock
from rewards.leaderboards import service
from rewards.leaderboards.errors import BoardsUnavailableError
from rewards.leaderboards.projector import OnProgress
from rewards.leaderboards.types import Difference, FaultKind

from .worker import is_outage

EXIT_DIFFERENCES = 1
EXIT_NOT_CHECKED = 2
LINES_MAX = 20

_FAULTS = {
    FaultKind.CHANGED: "changed since it was closed",
    FaultKind.MISSING: "missing",
    FaultKind.SURPLUS: "there, though nobody stood on it",
    FaultKind.WRONG: "not what the books say",
    FaultKind.FOREIGN: "closed with another history of the books",
}

boards = AppGroup("boards", help="The boards in Redis.")


@boards.command("rebuild")
def rebuild_command() -> None:
    """Make every board anew from the books; readers keep the old ones until then."""
    with _refusing(), _show_progress("Entries") as on_progress:
        service.rebuild(now=clock.now(), on_progress=on_progress)
    click.echo("The boards were made anew.")


@boards.command("verify")
def verify_command() -> None:
    """Compare every cell of every board with the books, and prove what was closed.

    Exit code 0: all are right. 1: some are not. 2: they could not be compared.
    """
    with _refusing(), _show_progress("Closed periods") as on_progress:
        faults = service.verify_closed(on_progress=on_progress)
    _echo([f"{fault.name}: {_FAULTS[fault.kind]}" for fault in faults])
    if faults:
        click.echo(f"{len(faults)} faults in closed periods; see docs/production.md.")
    exit_code = EXIT_DIFFERENCES if faults else EXIT_NOT_CHECKED
    with _refusing(exit_code), _show_progress("Entries") as on_progress:
        differences = service.verify(on_progress=on_progress)
    _echo([_describe(difference) for difference in differences])
    if differences:
        click.echo(f"{len(differences)} cells are wrong; `flask boards rebuild` mends them.")
    if faults or differences:
        raise SystemExit(EXIT_DIFFERENCES)
    click.echo("Every cell of every board is what the books say, and so is all that was closed.")


def _echo(lines: Sequence[str]) -> None:
    for line in lines[:LINES_MAX]:
        click.echo(line)
    if len(lines) > LINES_MAX:
        click.echo(f"… and {len(lines) - LINES_MAX} more.")


def _describe(difference: Difference) -> str:
    if difference.stored is None and difference.expected is None:
        return f"{difference.board}: no board of these books"
    stored, expected = (
        "nothing" if pair is None else f"{pair[0]} (tie {pair[1]})"
        for pair in (difference.stored, difference.expected)
    )
    return f"{difference.board} {difference.member}: {stored}, should be {expected}"


@contextmanager
def _refusing(exit_code: int = EXIT_NOT_CHECKED) -> Iterator[None]:
    try:
        yield
    except BoardsUnavailableError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(exit_code) from error
    except Exception as error:
        if not is_outage(error):
            raise
        # Messages of the database may quote what it holds; their kind tells enough.
        click.echo(f"Error: The check broke off: {type(error).__name__}.", err=True)
        raise SystemExit(exit_code) from error


@contextmanager
def _show_progress(label: str) -> Iterator[OnProgress]:
    """Show a bar on the error stream. It starts again when a center does."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def on_progress(done: int, total: int) -> None:
            if done < bar.pos:
                bar.pos = 0
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield on_progress
