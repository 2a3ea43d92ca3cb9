"""Nobody is in two places at once: the program says so, and the database by itself too."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.activities.types import OccasionKind
from rewards.checkins import queries, service
from rewards.checkins.errors import OverlappingCheckInError
from rewards.checkins.models import CheckInRow
from rewards.checkins.operations import attending, holding
from rewards.checkins.types import Receipt
from rewards.core.db import db, is_sqlite
from rewards.ledger import operations as ledger_operations
from rewards.ledger import queries as ledger
from tests.factories.world import act_as, build_occasion, build_participant, build_station

MINUTE = timedelta(minutes=1)
AT_ONCE = 6


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def careless(monkeypatch):
    """Take out what the program itself looks at, so that the database alone is left."""
    monkeypatch.setattr(attending, "check_elsewhere", lambda *_args, **_options: None)


@contextmanager
def changed(*statements, back):
    db.session.rollback()
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    try:
        yield
    finally:
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(sa.text(back))


def without_guard():
    if is_sqlite():
        drops = [f"DROP TRIGGER check_ins__no_overlap_on_{each}" for each in ("insert", "update")]
        return changed(*drops, back="SELECT 1")
    alter = "ALTER TABLE check_ins {} TRIGGER check_ins__no_overlap"
    return changed(alter.format("DISABLE"), back=alter.format("ENABLE"))


def build_shift(station, now, **details):
    return build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now, **details)


def check_in(person, occasion, now):
    code = queries.get_display_code(occasion, now=now).token
    return service.check_in_by_code(actor=act_as(person), code=code, now=now)


def count():
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(CheckInRow))


@pytest.mark.usefixtures("careless")
def test_the_database_by_itself_refuses_two_places_at_once(station, person, now):
    check_in(person, build_shift(station, now), now)

    with pytest.raises(OverlappingCheckInError):
        check_in(person, build_shift(station, now, starts_in=20), now + MINUTE)

    assert count() == 1


@pytest.mark.usefixtures("careless")
def test_without_the_guard_the_database_takes_both(station, person, now):
    """The control."""
    check_in(person, build_shift(station, now), now)

    with without_guard():
        check_in(person, build_shift(station, now, starts_in=20), now + MINUTE)

    assert count() == 2


@pytest.mark.usefixtures("careless")
def test_the_guard_lets_people_go_from_one_to_the_next(station, person, now):
    check_in(person, build_shift(station, now, minutes=30), now)

    assert check_in(person, build_shift(station, now, starts_in=30), now + MINUTE).is_new
    assert check_in(build_participant(station, now=now), build_shift(station, now), now).is_new


@pytest.mark.usefixtures("careless")
def test_a_check_out_that_runs_into_the_next_occasion_is_refused(station, person, now):
    first, second = build_shift(station, now, minutes=30), build_shift(station, now, starts_in=30)
    check_in(person, first, now)
    check_in(person, second, now + MINUTE)

    with pytest.raises(OverlappingCheckInError):
        move(first.id, now + 40 * MINUTE)

    move(first.id, now + 30 * MINUTE)


def move(occasion_id, until):
    row = db.session.execute(
        sa.select(CheckInRow.id).where(CheckInRow.occasion_id == occasion_id)
    ).one()
    try:
        holding.close(row.id, {"attended_until": until})
        db.session.commit()
    except OverlappingCheckInError:
        db.session.rollback()
        raise


@pytest.fixture
def unlocked(monkeypatch):
    """Take out the account's lock, which stands in front of the guard."""
    monkeypatch.setattr(
        ledger_operations,
        "lock_account",
        lambda *, participant_id, asset: ledger.get_balance(participant_id, asset=asset),
    )


def rush(race, now):
    station = build_station()
    person = build_participant(station, now=now)
    shifts = [build_shift(station, now, starts_in=each) for each in range(AT_ONCE)]
    outcomes = race(AT_ONCE, lambda number: check_in(person, shifts[number], now))
    return [each for each in outcomes if isinstance(each, Receipt)]


@pytest.mark.usefixtures("careless", "unlocked")
def test_of_many_places_at_the_same_moment_the_database_takes_one(race, now):
    assert len(rush(race, now)) == count() == 1


# On SQLite one unit runs after the other, and there is nothing to wait for.
@pytest.mark.databases("postgresql")
@pytest.mark.usefixtures("careless", "unlocked")
def test_without_the_persons_lock_units_at_the_same_moment_do_not_see_each_other(race, now):
    """The control: the same guard, but nobody waits, and everybody has time to look."""
    whole = db.session.scalar(sa.text("SELECT pg_get_functiondef('refuse_overlap'::regproc)"))
    slow, found = re.subn(r"PERFORM pg_advisory_xact_lock\(.*\);", "", whole)
    slow = slow.replace("RETURN NEW", "PERFORM pg_sleep(0.1); RETURN NEW")

    with changed(slow, back=whole):
        came = rush(race, now)

    assert found == 1
    assert len(came) == count() > 1
