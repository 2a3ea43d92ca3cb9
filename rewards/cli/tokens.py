"""flask tokens: tokens of programs that use the API."""

from uuid import UUID

import click
from flask.cli import AppGroup

from rewards.access.types import SystemActor
from rewards.core import clock
from rewards.identity import queries, service
from rewards.identity.errors import StaffNotFoundError
from rewards.identity.types import SignIn

from .refusals import in_plain_words

tokens = AppGroup("tokens", help="Tokens of programs that use the API.")

staff_option = click.option("--staff", "staff_name", metavar="NAME", help="Act for this staff.")
participant_option = click.option(
    "--participant", "participant_id", type=click.UUID, help="Act for this participant."
)


@tokens.command("issue")
@staff_option
@participant_option
@click.option("--name", "label", required=True, metavar="LABEL", help="What the token is for.")
@in_plain_words
def issue_command(staff_name: str | None, participant_id: UUID | None, label: str) -> None:
    """Print a new token. It is shown this once."""
    _check_one(staff_name, participant_id)
    click.echo(
        service.issue_token(
            actor=SystemActor(),
            staff_name=staff_name,
            participant_id=participant_id,
            label=label,
            now=clock.now(),
        )
    )


@tokens.command("list")
@staff_option
@participant_option
@in_plain_words
def list_command(staff_name: str | None, participant_id: UUID | None) -> None:
    """Print the sign-ins of somebody, tokens and browsers, with their ids."""
    _check_one(staff_name, participant_id)
    for sign_in in _list_sign_ins(staff_name, participant_id):
        used_at = sign_in.used_at.isoformat(timespec="minutes")
        click.echo(f"{sign_in.id}  {sign_in.channel.value}  {sign_in.label}  used {used_at}")


@tokens.command("revoke")
@click.argument("sign_in_id", type=click.UUID, metavar="ID")
@in_plain_words
def revoke_command(sign_in_id: UUID) -> None:
    """End the token of that id; `flask tokens list` tells the ids."""
    service.revoke_token(actor=SystemActor(), sign_in_id=sign_in_id, now=clock.now())
    click.echo("Revoked.")


def _list_sign_ins(staff_name: str | None, participant_id: UUID | None) -> tuple[SignIn, ...]:
    now = clock.now()
    if participant_id is not None:
        return queries.list_participant_sign_ins(participant_id, now=now)
    account = queries.find_staff(staff_name or "")
    if account is None:
        raise StaffNotFoundError
    return queries.list_staff_sign_ins(account.id, now=now)


def _check_one(staff_name: str | None, participant_id: UUID | None) -> None:
    if (staff_name is None) == (participant_id is None):
        raise click.UsageError("Give either --staff or --participant.")
