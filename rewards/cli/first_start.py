"""What `flask up` puts into a database that holds nothing yet."""

import hashlib
import sys
from pathlib import Path

import click

from rewards.identity import queries as identity
from rewards.network import queries as network

from . import demo
from .setup import COMMAND, has_administrator, setup

DEMO_SIZE = "demo"
DEMO_MARK = "demo"


def fill_with_demo(instance: Path, database_url: str) -> bool:
    """Load the demo district into an empty database; return whether this one holds it.

    The instance folder remembers that, because sign-in codes are shown on the
    page where it does: never in a database that began without it.
    """
    mark = instance / DEMO_MARK
    name = hashlib.sha256(database_url.encode()).hexdigest()
    if is_empty():
        demo.load_demo(size=DEMO_SIZE)
        if not is_empty():
            mark.write_text(name, encoding="utf-8")
    return mark.exists() and mark.read_text(encoding="utf-8") == name


def ask_for_administrator() -> None:
    """Ask on the terminal for the first administrator, or say how to add one without."""
    if has_administrator():
        return
    if sys.stdin.isatty():
        click.echo("Nobody can sign in to the console yet.")
        setup.main(args=[], standalone_mode=False)
    else:
        click.echo(f"Nobody can sign in to the console yet; to change that: {COMMAND}")


def is_empty() -> bool:
    """Tell whether the database holds neither a network nor staff."""
    return not network.list_centers() and not identity.list_staff()
