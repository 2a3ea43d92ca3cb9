"""Look-ups that go past SQLAlchemy find what its statements find, and fail as they fail."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from rewards.core.db import db, reading, table_of
from rewards.core.lookups import WANTED, Lookup
from rewards.core.unit import use_case
from rewards.participants.models import ParticipantRow
from rewards.participants.types import BoardDisplay
from tests.factories.world import build_participant, build_station

_participants = table_of(ParticipantRow)
_by_number = sa.select(
    _participants.c.id,
    _participants.c.board_display,
    _participants.c.registered_at,
    _participants.c.closed_at,
).where(_participants.c.number == sa.bindparam(WANTED))


@pytest.fixture
def person(app, now):
    with app.app_context():
        return build_participant(build_station(), now=now)


def test_a_row_is_the_one_that_sqlalchemy_finds(person, now):
    row = Lookup(_by_number).find(person.number)

    with reading() as connection:
        expected = connection.execute(_by_number, {WANTED: person.number}).one()
    assert tuple(row) == tuple(expected)
    assert isinstance(row.id, UUID)
    assert row.board_display is BoardDisplay.HIDDEN
    assert row.registered_at == now
    assert row.registered_at.tzinfo is not None
    assert row.closed_at is None


def test_what_is_not_there_is_none(person):
    assert Lookup(_by_number).find("00000000") is None


def test_it_sees_at_once_what_another_has_committed(person):
    lookup = Lookup(_by_number)
    assert lookup.find(person.number).closed_at is None
    moment = datetime(2026, 11, 21, tzinfo=UTC)

    @use_case
    def close():
        db.session.execute(sa.update(_participants).values(closed_at=moment))

    close()

    assert lookup.find(person.number).closed_at == moment


def test_the_next_to_use_the_connection_can_still_take_back_what_it_did(person):
    Lookup(_by_number).find(person.number)

    with db.engine.connect() as connection:
        connection.execute(sa.update(_participants).values(nickname="山花"))
        connection.rollback()
        found = connection.execute(sa.select(_participants.c.nickname)).scalars().all()

    assert set(found) == {""}


def test_it_is_refused_inside_a_unit_of_work(person):
    @use_case
    def look():
        Lookup(_by_number).find(person.number)

    with pytest.raises(RuntimeError):
        look()


@pytest.mark.databases("postgresql")
def test_a_connection_that_was_cut_is_not_used_again(person):
    lookup = Lookup(_by_number)
    # One connection alone, whatever tests before have left open.
    db.session.remove()
    db.engine.dispose()
    lookup.find(person.number)
    db.session.remove()
    kept = db.engine.raw_connection()
    pid = kept.driver_connection.info.backend_pid
    kept.close()
    with db.engine.connect() as connection:
        other = sa.create_engine(db.engine.url, poolclass=sa.pool.NullPool)
        assert connection.connection.driver_connection.info.backend_pid == pid
    with other.connect() as connection:
        connection.execute(sa.select(sa.func.pg_terminate_backend(pid)))

    assert lookup.find(person.number).id == person.id


@pytest.mark.databases("postgresql")
def test_a_statement_that_fails_fails_as_any_other(person):
    broken = sa.select(sa.cast(_participants.c.number, sa.Uuid)).where(
        _participants.c.number == sa.bindparam(WANTED)
    )

    with pytest.raises(DBAPIError):
        Lookup(broken).find(person.number)

    assert Lookup(_by_number).find(person.number).id == person.id
