"""The one SQLAlchemy handle, column types, and what SQLite needs to be safe.

Both engines are first class. On SQLite the driver's own transactions lose
updates, so they are switched off: a unit of work begins IMMEDIATE, which
takes the write lock before the first read; any other transaction only reads.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase

from rewards.core.checks import FOUND_MAX

# True while a unit of work is open in this context.
writing: ContextVar[bool] = ContextVar("writing", default=False)
_reading: ContextVar[sa.Connection | None] = ContextVar("reading", default=None)

SQLITE_BUSY_MILLISECONDS = 30_000

E = TypeVar("E", bound=StrEnum)


class Base(DeclarativeBase):
    # Every constraint gets a predictable name, so a migration can drop it and
    # `constraint_of` can recognise it.
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s__%(column_0_N_name)s",
            "uq": "uq_%(table_name)s__%(column_0_N_name)s",
            "ck": "ck_%(table_name)s__%(constraint_name)s",
            "fk": "fk_%(table_name)s__%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


@event.listens_for(sa.Column, "after_parent_attach")
def _type_foreign_key(column: sa.Column[Any], table: sa.Table) -> None:
    # A foreign key would get its type when the table it points to is known, and
    # a parameter compared with it before then would be bound without one. Every
    # key that another table points to is an identifier.
    has_no_type = isinstance(column.type, sa.types.NullType)
    if has_no_type and column.foreign_keys and table.metadata is Base.metadata:
        column.type = sa.Uuid()


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment, stored in UTC; naive values are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Convert to UTC before storing."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("naive datetime")
        moment = value.astimezone(UTC)
        # SQLite keeps no zone; without it the stored texts sort as moments do.
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the stored moment, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


# SQLite fills in a missing key only for INTEGER, PostgreSQL wants 64 bits.
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def enum_column(members: type[E]) -> sa.Enum:
    """Return a column type that stores the values of *members* and checks them."""
    return sa.Enum(
        members,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=members.__name__.lower(),
        values_callable=lambda enum: [member.value for member in enum],
    )


db = SQLAlchemy(model_class=Base)


def insert(table: Any) -> Any:
    """Return an INSERT of the engine in use, so that ON CONFLICT can be said."""
    if db.engine.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def is_sqlite() -> bool:
    """Tell whether the engine in use is SQLite."""
    return bool(db.engine.dialect.name == "sqlite")


@contextmanager
def reading() -> Iterator[sa.Connection]:
    """Open a connection for reads outside any unit of work.

    On PostgreSQL it needs no BEGIN and no COMMIT, which halves the round trips
    of a look-up that stands on the path of every request. Inside another
    `reading` it is the same connection.
    """
    if writing.get():
        # On SQLite it would wait for the lock that the unit itself holds.
        raise RuntimeError("reading was called inside a unit of work")
    opened = _reading.get()
    if opened is not None:
        yield opened
        return
    with db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        token = _reading.set(connection)
        try:
            yield connection
        finally:
            _reading.reset(token)


@contextmanager
def looking() -> Iterator[sa.Connection]:
    """Open a connection for a read: that of the session if it is at work, else as `reading`."""
    if writing.get() or db.session().in_transaction():
        yield db.session.connection()
        return
    with reading() as connection:
        yield connection


@contextmanager
def snapshot() -> Iterator[sa.Connection]:
    """Open a connection that only reads, and sees the database as it is at its first read.

    It has no time limit, unlike those of requests: it may read the whole of the books.
    """
    engine: sa.Engine = db.engine
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    with engine.connect() as connection, connection.begin():
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        yield connection


def open_owner(url: str | None) -> sa.Engine:
    """Return the engine of whoever owns the tables: that of *url*, else the application's own."""
    if url is None:
        return db.engine
    return sa.create_engine(url, poolclass=sa.pool.NullPool, hide_parameters=True)


def list_repeated(
    connection: sa.Connection, column: sa.Column[Any], *conditions: sa.ColumnElement[bool]
) -> tuple[UUID, ...]:
    """Return a row of each value that several rows have in *column*, by its key.

    With *conditions*, of the values that some row has which meets them. The
    value itself may be a secret, and is not told.
    """
    judged = sa.select(column).where(column.is_not(None), *conditions)
    rows = connection.execute(
        sa.select(column.table.c.id, column).where(
            column.in_(
                sa.select(column)
                .where(column.in_(judged))
                .group_by(column)
                .having(sa.func.count() > 1)
                .limit(FOUND_MAX)
            )
        )
    )
    return tuple({value: key for key, value in rows}.values())


def table_of(row: type[Base]) -> sa.Table:
    """Return the table of a row class, for statements that need no ORM."""
    table = row.__table__
    assert isinstance(table, sa.Table)
    return table


class Steps:
    """Changes that belong together, the last of which may return rows.

    PostgreSQL gets them as one statement, because on the path of a check-in
    every round trip costs more than the work it asks for; SQLite, which has
    no such statement and no round trips, gets them one by one. Every value is
    a named bind parameter, none named like a column; what the steps share has
    one name.
    """

    def __init__(self, *steps: Any) -> None:
        self._steps = steps
        *others, last = steps
        names = (f"step_{number}" for number in range(len(others)))
        together = [step.cte(name) for step, name in zip(others, names, strict=True)]
        self._together = last.add_cte(*together)
        self._names = [set(step.compile().params) for step in steps]

    def execute(self, values: dict[str, Any]) -> sa.CursorResult[Any]:
        """Run the steps in the open unit of work; return the result of the last."""
        connection = db.session.connection()
        if connection.dialect.name != "sqlite":
            return connection.execute(self._together, values)
        for step, names in zip(self._steps, self._names, strict=True):
            # Literals in a step are parameters too, which have their values already.
            given = {name: values[name] for name in names if name in values}
            result = connection.execute(step, given)
        return result


def prepare_engine(engine: sa.Engine) -> None:
    """Give *engine* the settings that lose nothing, once, when it is made."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the constraint that *error* broke, or an empty string."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return str(diagnostics.constraint_name or "")
    return _sqlite_constraint(str(error.orig))


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # Or INSERT OR REPLACE would delete a row past the trigger that refuses it.
    cursor.execute("PRAGMA recursive_triggers=ON")
    cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MILLISECONDS}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


def _sqlite_constraint(message: str) -> str:
    # SQLite names a CHECK, but says only the columns of a key or a unique index.
    kind, _, rest = message.partition(" constraint failed: ")
    if kind == "CHECK":
        return rest
    if kind != "UNIQUE":
        return ""
    columns = [column.strip().rpartition(".") for column in rest.split(",")]
    table = Base.metadata.tables.get(columns[0][0])
    names = [name for _, _, name in columns]
    unique = [] if table is None else _unique_things(table)
    return next((str(name) for name, parts in unique if parts == names), "")


def _unique_things(table: sa.Table) -> list[tuple[object, list[str]]]:
    keys = (sa.UniqueConstraint, sa.PrimaryKeyConstraint)
    things = [item for item in table.constraints if isinstance(item, keys)]
    indexes = [index for index in table.indexes if index.unique]
    return [(thing.name, [column.name for column in thing.columns]) for thing in things + indexes]
