"""Units of work: committed once or not at all, misuse is loud, threads lose nothing."""

from dataclasses import dataclass

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from rewards import app as app_module
from rewards.app import create_app
from rewards.core import unit
from rewards.core.db import db, reading
from rewards.core.unit import joined, operation, record, use_case
from rewards.network.models import NodeRow
from tests.conftest import build_settings

from .counting import add_one, count, head, increment

THREADS = 8


@dataclass(frozen=True)
class Counted:
    number: int


@pytest.fixture
def heard():
    """Everything that a subscriber to `Counted` was told, with what was committed by then."""
    heard = []
    unit.connect({Counted: [lambda event: heard.append((event.number, count()))]})
    yield heard
    unit.connect({})


@pytest.fixture
def unprepared_app(tmp_path, make_database, monkeypatch):
    """The application on SQLite as its driver comes, without what `prepare_engine` sets."""
    monkeypatch.setattr(app_module, "prepare_engine", lambda engine: None)
    app = create_app(build_settings(tmp_path, make_database("sqlite").url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_what_a_use_case_did_is_committed(app):
    assert increment() == 1
    assert count() == 1


def test_a_use_case_that_raises_leaves_nothing(app):
    @use_case
    def fail():
        add_one()
        raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert count() == 0


def test_a_use_case_inside_another_is_refused(app):
    @use_case
    def outer():
        add_one()
        increment()

    with pytest.raises(RuntimeError, match="inside a unit of work"):
        outer()

    assert count() == 0


def test_joined_use_cases_are_committed_together(app):
    @use_case
    def increment_twice():
        joined(increment)()
        joined(increment)()

    before = count()
    increment_twice()

    assert count() == before + 2


def test_joined_use_cases_leave_nothing_when_the_unit_raises(app):
    @use_case
    def increment_and_fail():
        joined(increment)()
        raise ValueError

    before = count()
    with pytest.raises(ValueError):  # noqa: PT011 - the one raised above
        increment_and_fail()

    assert count() == before


def test_a_joined_use_case_outside_a_unit_is_refused(app):
    with pytest.raises(RuntimeError, match="outside a unit of work"):
        joined(increment)()


def test_an_answer_inside_a_unit_is_refused(app):
    @use_case
    def outer():
        add_one()
        unit.answer_once(increment, request=None, render=lambda number: (200, {"n": number}))

    with pytest.raises(RuntimeError, match="inside a unit of work"):
        outer()

    assert count() == 0


def test_an_operation_outside_a_unit_is_refused(app):
    @operation
    def operate():
        add_one()

    with pytest.raises(RuntimeError, match="outside a unit of work"):
        operate()


def test_recording_outside_a_unit_is_refused(app):
    with pytest.raises(RuntimeError, match="outside a unit of work"):
        record(Counted(1))


def test_changes_made_before_a_unit_are_refused(app):
    db.session.add(NodeRow())

    with pytest.raises(RuntimeError, match="outside a unit of work"):
        increment()


def test_reading_apart_inside_a_unit_is_refused(app):
    @use_case
    def read():
        with reading():
            pass

    with pytest.raises(RuntimeError, match="inside a unit of work"):
        read()


def test_reading_apart_sees_what_was_committed(app):
    increment()

    with reading() as connection:
        seen = connection.execute(sa.select(head().c.seq)).scalar_one()

    assert seen == 1


def test_events_are_heard_after_the_commit(app, heard):
    @use_case
    def count_up():
        record(Counted(add_one()))

    count_up()

    assert heard == [(1, 1)]


def test_events_of_a_unit_that_raised_are_not_heard(app, heard):
    @use_case
    def fail():
        record(Counted(1))
        raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert heard == []


def test_a_failing_subscriber_does_not_fail_the_use_case(app, heard):
    told = []

    def fail(event):
        raise LookupError

    unit.connect({Counted: [fail, told.append]})

    @use_case
    def count_up():
        record(Counted(add_one()))

    count_up()

    assert told == [Counted(1)]
    assert count() == 1


def test_a_deadlock_is_tried_again_without_the_events_of_the_first_try(app, heard):
    tries = []

    @use_case
    def collide_once():
        tries.append(add_one())
        record(Counted(len(tries)))
        if len(tries) == 1:
            raise OperationalError("", None, psycopg.errors.DeadlockDetected())

    collide_once()

    assert tries == [1, 1]
    assert heard == [(2, 1)]


def test_a_deadlock_is_not_tried_for_ever(app):
    tries = []

    @use_case
    def collide():
        tries.append(add_one())
        raise OperationalError("", None, psycopg.errors.DeadlockDetected())

    with pytest.raises(OperationalError):
        collide()

    assert len(tries) == unit.ATTEMPTS_MAX
    assert count() == 0


def test_threads_lose_no_update(app, race):
    numbers = race(THREADS, lambda _: increment())

    assert sorted(numbers) == list(range(1, THREADS + 1))
    assert count() == THREADS


@pytest.mark.databases("postgresql")
def test_control_without_the_row_lock_postgresql_loses_updates(app, race):
    race(THREADS, lambda _: increment(lock=False))

    assert count() < THREADS


@pytest.mark.databases("sqlite")
def test_sqlite_loses_no_update_even_without_a_row_lock(app, race):
    race(THREADS, lambda _: increment(lock=False))

    assert count() == THREADS


def test_control_sqlite_as_its_driver_comes_loses_updates(unprepared_app, race_in):
    race_in(unprepared_app, THREADS, lambda _: increment())

    assert count() < THREADS


def test_who_follows_an_event_may_refuse_what_is_done(app):
    def refuse(_event):
        raise LookupError

    @use_case
    def announce():
        add_one()
        unit.announce(Counted(number=1))

    unit.connect({}, {Counted: [refuse]})

    with pytest.raises(LookupError):
        announce()

    assert count() == 0


def test_nothing_is_announced_outside_a_unit(app):
    with pytest.raises(RuntimeError):
        unit.announce(Counted(number=1))
