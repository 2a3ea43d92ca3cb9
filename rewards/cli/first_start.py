"""What `flask up` puts into a database that holds nothing yet."""

import sys

import click

from rewards.core import clock
from rewards.demo import service as demo_service
from rewards.identity import queries as identity
from rewards.network import queries as network

from . import demo
from .setup import COMMAND, has_administrator, setup

DEMO_SIZE = "demo"


def fill_with_demo() -> bool:
    """Load the demo district into an empty database; return whether this one holds it.

    The database itself tells, because sign-in codes are shown on the page where
    it does: never in one that began without the demo.
    """
    if is_empty():
        demo.load_demo(size=DEMO_SIZE)
    demo_service.refresh_demo_occasions(now=clock.now())
    return demo_service.is_loaded()


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
