"""The transaction of a check-in without the service: its own statements, through the driver alone.

They are recorded from one real check-in, so that they cannot fall behind it.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event

from rewards.activities.types import Occasion
from rewards.checkins import queries as checkins
from rewards.checkins import service
from rewards.core import clock
from rewards.core.db import Base, db, writing
from rewards.core.ids import new_id
from rewards.earning import queries as earning

from .load import ERRORS_MAX, Load
from .world import Person

Statement = tuple[str, Any]


class RawCheckIn:
    """The statements that one unit of work of a check-in sends, to be sent for other people."""

    def __init__(self, occasion: Occasion, model: Person) -> None:
        self._engine = db.engine
        # The rules are read once in a while, not for each check-in.
        earning.get_rule_set(clock.now())
        self._statements: list[Statement] = []
        event.listen(self._engine, "before_cursor_execute", self._note)
        try:
            now = clock.now()
            code = checkins.get_display_code(occasion, now=now).token
            receipt = service.check_in_by_code(actor=model.actor, code=code, now=now)
        finally:
            event.remove(self._engine, "before_cursor_execute", self._note)
        entries = Base.metadata.tables["ledger_entries"]
        entry_id = db.session.scalars(
            sa.select(entries.c.id).where(entries.c.source_id == receipt.check_in_id)
        ).one()
        db.session.rollback()
        self._model = (model.id, model.account_id, receipt.check_in_id, entry_id)

    def run(self, people: Iterator[Person], *, connections: int, seconds: float) -> Load:
        """Check *people* in over *connections* for *seconds*."""
        load = Load()
        start = time.perf_counter()
        shared = _Shared(people, start + seconds, load)
        threads = [threading.Thread(target=self._work, args=(shared,)) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        load.seconds = time.perf_counter() - start
        return load

    def _note(self, _connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if writing.get():
            self._statements.append((statement, values))

    def _work(self, shared: "_Shared") -> None:
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            while (person := shared.next()) is not None:
                began = time.perf_counter()
                # On SQLite the first of them begins; psycopg begins by itself.
                for statement, values in self._statements_of(person):
                    cursor.execute(statement, values)
                connection.commit()
                shared.load.latencies.append(time.perf_counter() - began)
        except self._engine.dialect.loaded_dbapi.Error as error:
            shared.fail(str(error))
        finally:
            connection.close()

    def _statements_of(self, person: Person) -> Iterator[Statement]:
        own = (person.id, person.account_id, new_id(), new_id())
        swapped: dict[Any, Any] = {}
        for theirs, mine in zip(self._model, own, strict=True):
            swapped |= {theirs: mine, theirs.hex: mine.hex}
        for statement, values in self._statements:
            if isinstance(values, dict):
                yield statement, {name: _swap(value, swapped) for name, value in values.items()}
            else:
                yield statement, _swap_all(values, swapped)


class _Shared:
    """What the threads of one run share."""

    def __init__(self, people: Iterator[Person], deadline: float, load: Load) -> None:
        self._people = people
        self._deadline = deadline
        self._lock = threading.Lock()
        self.load = load

    def next(self) -> Person | None:
        with self._lock:
            if time.perf_counter() >= self._deadline or self.load.errors >= ERRORS_MAX:
                return None
            return next(self._people, None)

    def fail(self, reason: str) -> None:
        with self._lock:
            self.load.errors += 1
            self.load.first_error = self.load.first_error or reason


def _swap_all(values: Sequence[Any], swapped: dict[Any, Any]) -> tuple[Any, ...]:
    return tuple(_swap(value, swapped) for value in values)


def _swap(value: Any, swapped: dict[Any, Any]) -> Any:
    return swapped.get(value, value) if isinstance(value, UUID | str) else value
