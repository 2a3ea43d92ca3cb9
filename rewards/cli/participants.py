"""flask participants: bring people in from a list."""

from pathlib import Path

import click
from flask.cli import AppGroup

from rewards.access.types import SystemActor
from rewards.core import clock
from rewards.identity import service
from rewards.identity.errors import ParticipantsNotImportedError

from . import spreadsheets
from .importing import run_import

COLUMNS = {
    "name": frozenset({"姓名"}),
    "phone": frozenset({"手机号", "手机", "电话"}),
    "node": frozenset({"站点", "所属站点"}),
    "birth_year": frozenset({"出生年份"}),
    "number": frozenset({"编号"}),
}
REQUIRED = frozenset({"name", "phone", "node"})

participants = AppGroup("participants", help="People who take part.")


@participants.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave out bad rows instead of stopping at them.")
def import_command(file: Path, *, skip_bad: bool) -> None:
    """Register the people of a CSV or XLSX file: name, phone, node, birth_year, number.

    The node is a path of names from its center, 中心/所/站, or a name that is
    unique. The last two columns may be missing. Import only people who agreed
    to the account being kept.
    """
    rows = [
        service.ParticipantLine(line=line.number, **line.cells)
        for line in spreadsheets.read(file, columns=COLUMNS, required=REQUIRED)
    ]
    run_import(
        "Participants",
        rows,
        ParticipantsNotImportedError,
        lambda on_progress: service.import_participants(
            actor=SystemActor(),
            rows=rows,
            skip_bad=skip_bad,
            now=clock.now(),
            on_progress=on_progress,
        ),
    )


@participants.command("remask")
def remask_command() -> None:
    """Mask all stored names anew, after the rule of masking has changed. May be repeated."""
    after, total = service.remask_names(after=None)
    while after is not None:
        after, changed = service.remask_names(after=after)
        total += changed
    click.echo(f"Names masked anew: {total}.")


@participants.command("index-names")
def index_command() -> None:
    """Enter all names in the index by which staff find them. May be repeated."""
    after, total = service.index_names(after=None)
    while after is not None:
        after, entered = service.index_names(after=after)
        total += entered
    click.echo(f"Names entered: {total}.")
