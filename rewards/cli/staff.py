"""flask staff: accounts of staff and their roles."""

import sys

import click
from flask.cli import AppGroup

from rewards.access.types import Role, SystemActor
from rewards.core import clock
from rewards.identity import queries, service
from rewards.identity.errors import GrantNotFoundError, StaffNotFoundError
from rewards.identity.types import Staff
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantNotFoundError

from .refusals import in_plain_words

staff = AppGroup("staff", help="Accounts of staff and their roles.")


@staff.command("add")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@in_plain_words
def add_command(name: str, *, password_stdin: bool) -> None:
    """Add an account; give it a role next."""
    added = service.create_staff(
        actor=SystemActor(),
        name=name,
        password=_read_password(is_from_stdin=password_stdin),
        now=clock.now(),
    )
    click.echo(f"{added.name} was added. Next: flask staff grant {added.name} ROLE NODE")


@staff.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@in_plain_words
def password_command(name: str, *, password_stdin: bool) -> None:
    """Change a password and end every sign-in of the account."""
    account = _get_staff(name)
    service.set_password(
        actor=SystemActor(),
        staff_id=account.id,
        password=_read_password(is_from_stdin=password_stdin),
        now=clock.now(),
    )
    click.echo(f"{account.name} has a new password; every sign-in was ended.")


@staff.command("totp")
@click.argument("name")
@in_plain_words
def totp_command(name: str) -> None:
    """Ask an account for one-time codes from now on; print what the app reads, once."""
    click.echo(service.set_totp(actor=SystemActor(), staff_id=_get_staff(name).id, now=clock.now()))


@staff.command("grant")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.argument("node")
@in_plain_words
def grant_command(name: str, role: str, node: str) -> None:
    """Give a role at NODE and everywhere below: a label, a name, or a path of names."""
    account, place = _get_staff(name), _get_node(node)
    service.grant_role(
        actor=SystemActor(),
        staff_id=account.id,
        role=Role(role),
        node_id=place.id,
        now=clock.now(),
    )
    click.echo(f"{account.name} is {role} at {place.name}.")


@staff.command("end-role")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.argument("node")
@in_plain_words
def end_role_command(name: str, role: str, node: str) -> None:
    """Take a role at NODE away."""
    account, place = _get_staff(name), _get_node(node)
    for grant in queries.list_grants(account.id):
        if grant.role.value == role and grant.node_id == place.id:
            service.end_role(
                actor=SystemActor(), staff_id=account.id, grant_id=grant.id, now=clock.now()
            )
            click.echo(f"{account.name} is {role} at {place.name} no more.")
            return
    raise GrantNotFoundError


@staff.command("link")
@click.argument("name")
@click.argument("number", required=False)
@in_plain_words
def link_command(name: str, number: str | None) -> None:
    """Keep that an account is the participant of NUMBER's own; without one, nobody's.

    Staff decide nothing about points and hours of their own.
    """
    account = _get_staff(name)
    person = participants.find_by_number(number) if number else None
    if number and person is None:
        raise ParticipantNotFoundError
    service.link_participant(
        actor=SystemActor(),
        staff_id=account.id,
        participant_id=person.id if person else None,
        now=clock.now(),
    )
    click.echo(f"{account.name} is participant {person.number}." if person else "No link is kept.")


@staff.command("disable")
@click.argument("name")
@in_plain_words
def disable_command(name: str) -> None:
    """Close an account for good and end every sign-in of it."""
    account = _get_staff(name)
    service.disable_staff(actor=SystemActor(), staff_id=account.id, now=clock.now())
    click.echo(f"{account.name} was disabled; every sign-in was ended.")


@staff.command("list")
def list_command() -> None:
    """Print the accounts and the roles they hold."""
    names = {node.id: node.name for node in network.list_branch("")}
    for account in queries.list_staff():
        state = "disabled" if account.disabled_at else "totp" if account.has_totp else "password"
        click.echo(f"{account.name}  [{state}]")
        for grant in queries.list_grants(account.id):
            click.echo(f"  {grant.role.value} at {names[grant.node_id]}")


def _read_password(*, is_from_stdin: bool) -> str:
    if is_from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _get_staff(name: str) -> Staff:
    account = queries.find_staff(name)
    if account is None:
        raise StaffNotFoundError
    return account


def _get_node(text: str) -> Node:
    return network.find_node_by_label(text) or network.get_node_by_names(text)
