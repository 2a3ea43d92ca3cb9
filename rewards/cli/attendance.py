"""flask attendance: bring in who was there from a list."""

from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup

from rewards.access.types import SystemActor
from rewards.activities.types import OccasionId
from rewards.checkins import service
from rewards.checkins.errors import AttendanceNotImportedError
from rewards.core import clock

from . import spreadsheets
from .importing import run_import
from .refusals import in_plain_words

COLUMNS = {
    "person": frozenset({"编号", "志愿者编号", "手机号", "手机", "电话", "number", "phone"}),
    # For whoever reads the file; people are told apart by what is unique.
    "name": frozenset({"姓名"}),
}
REQUIRED = frozenset({"person"})

attendance = AppGroup("attendance", help="Who was there.")


@attendance.command("import")
@click.argument("occasion", type=click.UUID)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave out bad rows instead of stopping at them.")
@in_plain_words
def import_command(occasion: UUID, file: Path, *, skip_bad: bool) -> None:
    """Check in the people of a CSV or XLSX file, by number or phone, to OCCASION.

    Only to one that gives no points and needs no check-out, such as duty by
    rota: what is worth something is entered by somebody who answers for it.
    Whoever is in already stays so.
    """
    rows = [
        service.AttendanceLine(line=line.number, person=line.cells["person"])
        for line in spreadsheets.read(file, columns=COLUMNS, required=REQUIRED)
    ]
    run_import(
        "Attendance",
        rows,
        AttendanceNotImportedError,
        lambda on_progress: service.import_attendance(
            actor=SystemActor(),
            occasion_id=OccasionId(occasion),
            rows=rows,
            skip_bad=skip_bad,
            now=clock.now(),
            on_progress=on_progress,
        ),
    )
