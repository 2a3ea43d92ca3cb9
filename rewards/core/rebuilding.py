"""Rebuilding tables of SQLite in migrations."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

_TRIGGERS = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid")


@contextmanager
def keeping_triggers(connection: sa.Connection) -> Iterator[None]:
    """Make the triggers of SQLite anew after what is done inside.

    To change a constraint, SQLite needs the table built anew, which drops every trigger
    that speaks of it. PostgreSQL needs nothing of this.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    triggers = [tuple(row) for row in connection.execute(_TRIGGERS)]
    for name, _sql in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _name, sql in triggers:
        connection.exec_driver_sql(sql)
