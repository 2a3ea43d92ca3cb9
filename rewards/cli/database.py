"""flask database: what the role of the application may do on PostgreSQL."""

import click
from flask import current_app
from flask.cli import AppGroup

from rewards.core import grants
from rewards.core.db import db, open_owner
from rewards.core.settings import Settings

database = AppGroup("database", help="The roles of a PostgreSQL database.")


@database.command("grants")
@click.option("--role", required=True, help="The role that the application signs in as.")
@click.option("--apply", "is_applied", is_flag=True, help="Run the statements as the owner.")
def grants_command(role: str, *, is_applied: bool) -> None:
    """Print the SQL that gives a role what the application needs, and takes all else from it."""
    if not is_applied:
        for statement in grants.list_statements(role, grants.PRIVILEGES):
            click.echo(f"{statement};")
        return
    if db.engine.dialect.name == "sqlite":
        raise click.ClickException("SQLite has no roles; whoever can write the file can do all.")
    settings: Settings = current_app.extensions["settings"]
    with open_owner(settings.migration_database_url).begin() as connection:
        grants.grant(connection, role)
    click.echo(f"{role} may do what the application needs, and nothing else.")
