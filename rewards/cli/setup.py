"""flask setup: the center and its first administrator, on an empty database."""

import sys

import click
from flask.cli import with_appcontext

from rewards.access.types import Role, SystemActor
from rewards.core import clock
from rewards.identity import queries, service
from rewards.network import queries as network
from rewards.network import service as network_service
from rewards.network.types import Level

from .refusals import in_plain_words

COMMAND = "flask setup --center NAME --name NAME"


@click.command("setup")
@click.option("--center", prompt="Name of the center", help="The top of the network.")
@click.option("--name", prompt="Sign-in name of its administrator", help="A staff account.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_appcontext
@in_plain_words
def setup(center: str, name: str, *, password_stdin: bool) -> None:
    """Add the center and its first administrator."""
    if has_administrator():
        raise click.ClickException("There is an administrator; use flask staff instead.")
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    actor, now = SystemActor(), clock.now()
    # What can be refused comes first; after a failure half-way the same again succeeds.
    account = queries.find_staff(name) or service.create_staff(
        actor=actor, name=name, password=password, now=now
    )
    node = network.find_child(None, center) or network_service.create_node(
        actor=actor, level=Level.CENTER, name=center, parent_id=None, now=now
    )
    service.grant_role(
        actor=actor, staff_id=account.id, role=Role.CENTER_ADMIN, node_id=node.id, now=now
    )
    click.echo(f"{account.name} may now sign in to the console, as administrator of {node.name}.")


def has_administrator() -> bool:
    """Tell whether any staff account holds a role."""
    return any(queries.list_grants(account.id) for account in queries.list_staff())
