"""Commands of the flask program."""

from flask import Flask

from .boards import boards
from .network import network
from .participants import participants
from .staff import staff
from .tokens import tokens

COMMANDS = (boards, network, participants, staff, tokens)


def register(app: Flask) -> None:
    """Add this interface to *app*."""
    for command in COMMANDS:
        app.cli.add_command(command)
