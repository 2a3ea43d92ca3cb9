"""Look-ups on the path of every request, sent past what SQLAlchemy does around a statement.

That costs several times what the driver itself takes. Only reads of one row by
one text are made so; all else stays with SQLAlchemy, and a look-up that fails
is made again its way, so that failures are told as those of any statement.
"""

from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import pysqlite

from rewards.core.db import db, reading, writing

WANTED = "wanted"

# The text for the driver, and what turns each value into that of its column.
_Ready = tuple[str, tuple[Callable[[Any], Any] | None, ...]]


class Lookup:
    """A SELECT of at most one row, whose only parameter is the text `wanted`."""

    def __init__(self, statement: sa.Select[Any]) -> None:
        self._statement = statement
        self._ready: dict[str, _Ready] = {}
        columns = statement.selected_columns.keys()
        self._row: Any = namedtuple("Row", columns)  # type: ignore[misc]

    def find(self, wanted: str) -> Any:
        """Return the row by the names of its columns, or None if there is none."""
        if writing.get():
            # On SQLite it would wait for the lock that the unit itself holds.
            raise RuntimeError("a look-up was made inside a unit of work")
        engine = db.engine
        try:
            values = self._ask(engine, wanted)
        except engine.dialect.loaded_dbapi.Error:
            values = self._ask_again(wanted)
        return None if values is None else self._row(*values)

    def _ask(self, engine: sa.Engine, wanted: str) -> tuple[Any, ...] | None:
        text, processors = self._prepare(engine.dialect)
        pooled = engine.raw_connection()
        driver: Any = pooled.driver_connection
        try:
            with _no_transaction(engine.dialect, driver), closing(driver.cursor()) as cursor:
                rows = cursor.execute(text, {WANTED: wanted}).fetchmany(2)
        except engine.dialect.loaded_dbapi.Error:
            pooled.invalidate()
            raise
        finally:
            pooled.close()
        if not rows:
            return None
        return tuple(
            value if processor is None else processor(value)
            for value, processor in zip(rows[0], processors, strict=True)
        )

    def _ask_again(self, wanted: str) -> tuple[Any, ...] | None:
        with reading() as connection:
            row = connection.execute(self._statement, {WANTED: wanted}).one_or_none()
            return None if row is None else tuple(row)

    def _prepare(self, dialect: sa.Dialect) -> _Ready:
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = _prepare(self._statement, dialect)
        return ready


class _no_transaction:  # noqa: N801 -- read as a statement
    """Keeps psycopg from sending a BEGIN of its own; sqlite3 was told when it connected."""

    def __init__(self, dialect: sa.Dialect, driver: Any) -> None:
        self._driver = None if dialect.name == "sqlite" else driver

    def __enter__(self) -> None:
        if self._driver is not None:
            self._driver.autocommit = True

    def __exit__(self, *_failure: object) -> None:
        if self._driver is not None:
            self._driver.autocommit = False


def _prepare(statement: sa.Select[Any], dialect: sa.Dialect) -> _Ready:
    # One way of naming a parameter for both drivers.
    named = pysqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
    text = str(statement.compile(dialect=named))
    processors = tuple(
        column.type.dialect_impl(dialect).result_processor(dialect, None)
        for column in statement.selected_columns
    )
    return text, processors
