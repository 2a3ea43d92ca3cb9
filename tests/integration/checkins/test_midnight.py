"""Many come around midnight: what counts is the day of the occasion, and its caps hold exactly."""

import threading
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.core.db import db
from rewards.ledger.models import EntryRow
from tests.factories.world import (
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

MIDNIGHT = datetime(2026, 11, 20, 16, 0, 0, tzinfo=UTC)
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
PEOPLE = 24
THREADS = 8
SECONDS = (-10, -1, 0, 10)

# When the check-in takes place that a thread is at.
doing = threading.local()


@pytest.fixture(params=["UTC", "America/Los_Angeles"])
def zone_of_host(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def credit_around_midnight(race, station, *, people):
    """Check all in to three occasions of Friday and one of Saturday, around midnight."""
    staff = build_staff_actor(station)
    friday = [build_occasion(station, now=MIDNIGHT, starts_in=-20) for _ in range(3)]
    saturday = build_occasion(station, now=MIDNIGHT, starts_in=0)
    visits = [
        (person, occasion, MIDNIGHT + timedelta(seconds=SECONDS[(number + place) % len(SECONDS)]))
        for number, person in enumerate(people)
        for place, occasion in enumerate((*friday, saturday))
    ]

    def check_in(thread):
        for person, occasion, at in visits[thread::THREADS]:
            doing.at = at
            checkins.check_in_by_staff(
                actor=staff, occasion_id=occasion.id, participant_id=person.id, now=at
            )

    assert [each for each in race(THREADS, check_in) if each is not None] == []
    return saturday


def test_the_day_is_that_of_the_occasion_and_caps_are_exact(race, noise, now, zone_of_host):
    station = build_station()
    people = [build_participant(station, now=now) for _ in range(PEOPLE)]

    saturday = credit_around_midnight(race, station, people=people)

    rows = db.session.execute(
        sa.select(EntryRow).where(EntryRow.participant_id.in_([each.id for each in people]))
    ).scalars()
    days, points, moments = {}, Counter(), set()
    for row in rows:
        days.setdefault(row.occasion_id, set()).add(row.business_date)
        points[row.participant_id, row.business_date] += row.amount
        moments.add(clock.local_date(row.occurred_at, clock.zone()))
    assert days.pop(saturday.id) == {SATURDAY}
    assert set().union(*days.values()) == {FRIDAY}
    # Three times 5 under a cap of 10 on Friday, once 5 on Saturday.
    assert points == {
        (person.id, day): cap for person in people for day, cap in ((FRIDAY, 10), (SATURDAY, 5))
    }
    assert moments == {FRIDAY, SATURDAY}


def test_by_the_moment_itself_the_caps_would_not_hold(monkeypatch, race, noise, now):
    """Were the day asked of the clock, an evening would have two of them."""
    station = build_station()
    people = [build_participant(station, now=now) for _ in range(4)]
    of_moment = clock.local_date
    monkeypatch.setattr(clock, "local_date", lambda _, zone: of_moment(doing.at, zone))
    doing.at = MIDNIGHT

    credit_around_midnight(race, station, people=people)

    most = db.session.scalars(
        sa.select(sa.func.sum(EntryRow.amount))
        .where(EntryRow.participant_id.in_([each.id for each in people]))
        .group_by(EntryRow.participant_id)
    ).all()
    assert max(most) > 15
