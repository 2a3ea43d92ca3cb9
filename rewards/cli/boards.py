"""flask boards: make the boards in Redis anew, and compare them with the books."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from rewards.core import clock
from rewards.leaderboards import service
from rewards.leaderboards.errors import BoardsUnavailableError
from rewards.leaderboards.projector import OnProgress
from rewards.leaderboards.types import Difference

EXIT_DIFFERENCES = 1
EXIT_NOT_CHECKED = 2
LINES_MAX = 20

boards = AppGroup("boards", help="The boards in Redis.")


@boards.command("rebuild")
def rebuild_command() -> None:
    """Make every board anew from the books; readers keep the old ones until then."""
    with _refusing(), _show_progress("Entries") as on_progress:
        service.rebuild(now=clock.now(), on_progress=on_progress)
    click.echo("The boards were made anew.")


@boards.command("verify")
def verify_command() -> None:
    """Compare every cell of every board with the books.

    Exit code 0: all are right. 1: some are not. 2: they could not be compared.
    """
    with _refusing(), _show_progress("Entries") as on_progress:
        differences = service.verify(on_progress=on_progress)
    if not differences:
        click.echo("Every cell of every board is what the books say.")
        return
    for difference in differences[:LINES_MAX]:
        click.echo(_describe(difference))
    if len(differences) > LINES_MAX:
        click.echo(f"… and {len(differences) - LINES_MAX} more.")
    click.echo(f"{len(differences)} cells are wrong; `flask boards rebuild` mends them.")
    raise SystemExit(EXIT_DIFFERENCES)


def _describe(difference: Difference) -> str:
    stored, expected = (
        "nothing" if pair is None else f"{pair[0]} (tie {pair[1]})"
        for pair in (difference.stored, difference.expected)
    )
    return f"{difference.board} {difference.member}: {stored}, should be {expected}"


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except BoardsUnavailableError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(EXIT_NOT_CHECKED) from error


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
