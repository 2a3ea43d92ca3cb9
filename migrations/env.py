"""How migrations run: all of them in one transaction, on the application's own engine.

A migration that queues behind a long reader makes every later query queue
behind itself; so it gives up soon and is run again. Two that are started at
once run one after the other, and the second finds nothing left to do.
"""

import sqlalchemy as sa
from alembic import context
from alembic.util import CommandError
from flask import current_app

from rewards.core import grants
from rewards.core.db import UtcDateTime, open_owner, writing

LOCK_SECONDS_MAX = 5
STATEMENT_SECONDS_MAX = 600
ADVISORY_LOCK = 7_391_205
NOT_PERMITTED = "42501"
NOT_OWNER = (
    "The role of the database may not change its tables;"
    " name the one that may with MIGRATION_DATABASE_URL."
)


def render_item(kind, item, _autogenerate):
    """Write moments as plain SQL types: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def number_revision(_context, _revision, directives):
    """Give a new migration the next number."""
    head = context.script.get_current_head()
    directives[0].rev_id = f"{int(head or 0) + 1:04}"


def run_on_postgresql(connection, role):
    try:
        migrate_on_postgresql(connection, role)
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") == NOT_PERMITTED:
            raise CommandError(NOT_OWNER) from None
        raise


def migrate_on_postgresql(connection, role):
    with context.begin_transaction():
        for setting, seconds in (
            ("lock_timeout", LOCK_SECONDS_MAX),
            ("statement_timeout", STATEMENT_SECONDS_MAX),
        ):
            connection.execute(sa.text(f"SET LOCAL {setting} = '{seconds}s'"))
        connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        context.run_migrations()
        if role is not None:
            grants.grant(connection, role)


def run_on_sqlite(connection):
    # Most changes make a table anew, which its foreign keys would forbid. They
    # can only be switched outside a transaction, and are checked at the end.
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    locking = writing.set(True)
    try:
        with context.begin_transaction():
            context.run_migrations()
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration left rows that point nowhere: {broken}")
    finally:
        writing.reset(locking)
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def find_owner(engine):
    """Return the engine that migrates, and the role that needs its grants if that is another."""
    url = current_app.extensions["settings"].migration_database_url
    if url is None:
        return engine, None
    with engine.connect() as connection:
        role = connection.scalar(sa.text("SELECT current_user"))
    owner = open_owner(url)
    return owner, None if owner.url.username == role else role


def run():
    extension = current_app.extensions["migrate"]
    engine, role = find_owner(extension.db.engine)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=extension.db.metadata,
            transactional_ddl=True,
            render_item=render_item,
            process_revision_directives=number_revision,
            **extension.configure_args,
        )
        if connection.dialect.name == "sqlite":
            run_on_sqlite(connection)
        else:
            run_on_postgresql(connection, role)


run()
