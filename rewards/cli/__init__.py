"""Commands of the flask program."""

from flask import Flask

from .attendance import attendance
from .boards import boards
from .books import books
from .database import database
from .demo import demo_commands
from .network import network
from .occasions import occasions
from .participants import participants
from .setup import setup
from .staff import staff
from .teams import teams
from .tokens import tokens
from .up import up
from .webhooks import webhooks
from .worker import worker

COMMANDS = (
    attendance,
    boards,
    books,
    database,
    demo_commands,
    network,
    occasions,
    participants,
    setup,
    staff,
    teams,
    tokens,
    up,
    webhooks,
    worker,
)


def register(app: Flask) -> None:
    """Add this interface to *app*."""
    for command in COMMANDS:
        app.cli.add_command(command)
