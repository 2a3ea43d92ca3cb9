"""flask demo: an invented district that shows what the service does."""

import click
from flask import current_app
from flask.cli import AppGroup

from rewards.core import clock
from rewards.core.settings import Settings
from rewards.demo import service
from rewards.demo import sign_ins as sign_in_file
from rewards.demo.errors import DatabaseInUseError

demo_commands = AppGroup("demo", help="An invented district: people, a history, a programme.")


@demo_commands.command("load")
@click.option(
    "--size",
    type=click.Choice(sorted(service.HISTORY_DAYS)),
    default="demo",
    show_default=True,
    help="How much of it.",
)
def load_command(size: str) -> None:
    """Load the demo district into a database that has no participants yet."""
    try:
        load_demo(size=size)
    except DatabaseInUseError as error:
        raise click.ClickException(str(error)) from None
    for line in sign_ins():
        click.echo(line)


def load_demo(*, size: str) -> None:
    """Load the demo district under a progress bar, and keep its sign-ins in the instance folder.

    :raises DatabaseInUseError: if there are participants.
    """
    folder = _settings().instance_path
    with click.progressbar(length=1, label="Demo district") as bar:

        def on_progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        service.load(
            size=size,
            now=clock.now(),
            keep_sign_ins=lambda made: sign_in_file.write(folder, made),
            on_progress=on_progress,
        )


def sign_ins() -> tuple[str, ...]:
    """Return the lines that tell how to sign in to the demo district."""
    if not service.is_loaded():
        return ()
    made = sign_in_file.find(_settings().instance_path)
    if made is None:
        return (f"The demo's sign-ins were in {sign_in_file.FILE_NAME}, which is gone.",)
    width = max(len(each.role) for each in made.staff)
    return (
        "Console, by name and password:",
        *(f"  {each.role:<{width}}  {each.name}  {each.password}" for each in made.staff),
        "Phone page, by phone and the code that the page shows:",
        *(f"  {_grouped(each.phone)}  {each.name}" for each in made.participants),
    )


def _grouped(phone: str) -> str:
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
