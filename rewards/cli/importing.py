"""What every import shows: a bar while it runs, then the result and each bad row."""

from collections.abc import Callable, Sequence

import click

from rewards.core.errors import RewardsError
from rewards.core.importing import ImportReport, OnProgress


def run_import(
    label: str,
    rows: Sequence[object],
    refused: type[RewardsError],
    import_rows: Callable[[OnProgress], ImportReport],
) -> None:
    """Run *import_rows* under a progress bar and tell what came of it.

    :raises click.ClickException: naming every bad row, if nothing was imported.
    """
    with click.progressbar(length=len(rows), label=label) as bar:

        def on_progress(done: int) -> None:
            bar.update(done - bar.pos)

        try:
            report = import_rows(on_progress)
        except refused as error:
            faults = error.members["faults"]
            report = None
    if report is None:
        assert isinstance(faults, list)
        for line, _, title in faults:
            click.echo(f"line {line}: {title}", err=True)
        raise click.ClickException(
            f"{len(faults)} of {len(rows)} rows are bad; nothing was imported. "
            "Mend them, or leave them out with --skip-bad."
        )
    for fault in report.faults:
        click.echo(f"line {fault.line}: left out: {fault.title}", err=True)
    click.echo(
        f"{report.added} added, {report.unchanged} already there, {len(report.faults)} left out."
    )
