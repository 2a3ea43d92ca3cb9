"""A moment has one day, week and month: the same in Python, in the books and in SQL."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

import rewards
from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.core.db import db, is_sqlite
from rewards.core.periods import Period as CapPeriod
from rewards.leaderboards import queries as boards
from rewards.leaderboards.rules import periods
from rewards.leaderboards.types import Kind, Period
from rewards.ledger.models import EntryRow
from rewards.ledger.queries import capping
from rewards.ledger.types import Asset
from tests.factories.world import (
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

# Moment, and its day, week and month in Shanghai.
VECTORS = (
    (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), date(2026, 12, 31), "2026-W53", "2026-12"),
    # The year of an ISO week is not always that of its days.
    (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), date(2027, 1, 1), "2026-W53", "2027-01"),
    (datetime(2027, 1, 3, 15, 59, 59, tzinfo=UTC), date(2027, 1, 3), "2026-W53", "2027-01"),
    (datetime(2027, 1, 3, 16, 0, 0, tzinfo=UTC), date(2027, 1, 4), "2027-W01", "2027-01"),
    (datetime(2028, 2, 28, 16, 0, 0, tzinfo=UTC), date(2028, 2, 29), "2028-W09", "2028-02"),
    (datetime(2028, 2, 29, 15, 59, 59, tzinfo=UTC), date(2028, 2, 29), "2028-W09", "2028-02"),
    (datetime(2028, 2, 29, 16, 0, 0, tzinfo=UTC), date(2028, 3, 1), "2028-W09", "2028-03"),
    (datetime(2027, 2, 28, 16, 0, 0, tzinfo=UTC), date(2027, 3, 1), "2027-W09", "2027-03"),
)
# In the summers of 1986 to 1991 clocks in Shanghai were an hour ahead, so that days began at 15:00.
IN_SUMMER_TIME = (
    (datetime(1986, 5, 3, 15, 59, 59, tzinfo=UTC), date(1986, 5, 3)),
    (datetime(1986, 5, 4, 14, 59, 59, tzinfo=UTC), date(1986, 5, 4)),
    (datetime(1986, 5, 4, 15, 0, 0, tzinfo=UTC), date(1986, 5, 5)),
    (datetime(1988, 7, 1, 15, 30, 0, tzinfo=UTC), date(1988, 7, 2)),
    (datetime(1988, 12, 1, 15, 30, 0, tzinfo=UTC), date(1988, 12, 1)),
    (datetime(1991, 9, 14, 15, 0, 0, tzinfo=UTC), date(1991, 9, 15)),
    (datetime(1991, 9, 15, 15, 59, 59, tzinfo=UTC), date(1991, 9, 15)),
    (datetime(1991, 9, 15, 16, 0, 0, tzinfo=UTC), date(1991, 9, 16)),
)
LATER = datetime(2028, 6, 1, tzinfo=UTC)
ALL = tuple((moment, day) for moment, day, *_ in VECTORS) + IN_SUMMER_TIME


def name_week(day):
    return periods.format_period(Period.WEEK, periods.period_bounds(Period.WEEK, day)[0])


@pytest.mark.parametrize(("moment", "day"), ALL)
def test_python_finds_the_local_day(moment, day):
    zone = clock.zone()

    assert clock.local_date(moment, zone) == day
    start, end = clock.day_bounds(day, zone)
    assert start <= moment < end


@pytest.mark.databases("postgresql")
def test_postgresql_finds_the_same_day_where_it_is_told_the_zone(app):
    found = [
        db.session.scalar(
            sa.text("SELECT (CAST(:moment AS timestamptz) AT TIME ZONE 'Asia/Shanghai')::date"),
            {"moment": moment},
        )
        for moment, _ in ALL
    ]

    assert found == [day for _, day in ALL]


@pytest.mark.databases("postgresql")
def test_a_session_in_utc_would_say_another_day(app):
    """Why no statement of the product asks the database for the day of a moment."""
    moment, day, *_ = VECTORS[1]
    db.session.execute(sa.text("SET LOCAL timezone = 'UTC'"))

    said = db.session.scalar(sa.text("SELECT CAST(:at AS timestamptz)::date"), {"at": moment})

    assert (said, day) == (date(2026, 12, 31), date(2027, 1, 1))


@pytest.mark.parametrize(("day", "hours"), [(date(1986, 5, 4), 23), (date(1991, 9, 15), 25)])
def test_days_on_which_the_clocks_of_shanghai_changed_have_their_own_length(day, hours):
    start, end = clock.day_bounds(day, clock.zone())

    assert (end - start).total_seconds() == hours * 3600


def test_the_books_and_every_period_in_sql_agree_with_python(app, noise):
    station, found = build_station(), []
    staff = build_staff_actor(station)
    for moment, *_ in VECTORS:
        person = build_participant(station, now=moment)
        occasion = build_occasion(station, now=moment)
        checkins.check_in_by_staff(
            actor=staff, occasion_id=occasion.id, participant_id=person.id, now=moment
        )
        entry = EntryRow.participant_id == person.id
        day = db.session.scalar(sa.select(EntryRow.business_date).where(entry))
        year, month = db.session.execute(
            sa.select(*capping._group(CapPeriod.MONTH, is_sqlite=is_sqlite())).where(entry)
        ).one()
        db.session.rollback()
        found.append((moment, day, name_week(day), f"{year:04}-{month:02}"))

    assert tuple(found) == VECTORS


@pytest.mark.parametrize("period", [Period.DAY, Period.WEEK, Period.MONTH, Period.YEAR])
def test_a_board_from_the_database_counts_a_moment_in_its_period_alone(app, noise, period):
    station, staff_of = build_station(), {}
    for moment, day, *_ in VECTORS:
        person = build_participant(station, now=moment)
        staff_of[person.id] = day
        checkins.check_in_by_staff(
            actor=build_staff_actor(station),
            occasion_id=build_occasion(station, now=moment).id,
            participant_id=person.id,
            now=moment,
        )

    for day in set(staff_of.values()):
        expected = {
            person
            for person, other in staff_of.items()
            if periods.period_bounds(period, other) == periods.period_bounds(period, day)
        }
        board = boards.get_board(
            node=station,
            kind=Kind.ALL,
            asset=Asset.POINTS,
            period=period,
            day=day,
            limit=100,
            now=LATER,
        )
        assert {UUID(item.member_id) for item in board.items} == expected


def test_no_statement_of_the_product_makes_a_day_out_of_a_moment():
    """The day of an entry is decided once, in Python, and stored; a stored day may be read."""
    converting = re.compile(
        r"func\.(strftime|to_char|timezone|julianday)\b|AT TIME ZONE"
        r"|func\.date\((?!_day\b)|func\.date_trunc\((?!\"week\", _day\b)"
        r"|cast\([^)]*sa\.Date\b|::date"
        r"|extract\(\"(?!epoch|year|month|day\", _lots\.c\.valid_until)"
    )
    package = Path(rewards.__file__).parent
    found = [
        f"{path.relative_to(package)}:{number}"
        for path in sorted(package.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if converting.search(line)
    ]

    assert found == []
