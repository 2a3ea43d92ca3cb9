"""Vectors of the domain's 6.5 that rest on rows which are there."""

from datetime import datetime, timedelta

import pytest

from rewards.activities.types import OccasionKind
from rewards.checkins import queries, service
from rewards.checkins.types import AttendanceState, StarLevel
from rewards.core import clock
from rewards.core.db import db
from rewards.ledger import queries as ledger
from tests.factories.world import act_as, build_occasion, build_participant, build_station

DAY = timedelta(days=1)


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


def stamp(station, person, start):
    room = build_occasion(
        station,
        kind=OccasionKind.STUDY_SESSION,
        rule_code="SPACE_STAMP",
        title="空间打卡",
        now=start,
    )
    code = queries.get_display_code(room, now=start).token
    return service.check_in_by_code(actor=act_as(person), code=code, now=start)


def test_the_21st_stamp_of_a_month_is_kept_and_gives_nothing(station, now):
    """Vector 9 of the domain's 6.5."""
    person = build_participant(station, now=now)
    start = datetime(2026, 10, 1, 9, tzinfo=clock.zone())

    receipts = [stamp(station, person, start + number * DAY) for number in range(21)]

    last = receipts[-1]
    assert [each.points for each in receipts] == [1] * 20 + [0]
    assert [(each.cap, each.points) for each in last.awards] == [("rule_month", 0)]
    db.session.rollback()
    assert ledger.get_balance(person.id).balance == 20
    (line,) = queries.list_attendance(last.occasion_id)
    assert (line.participant_id, line.points, line.state) == (
        person.id,
        0,
        AttendanceState.COUNTED,
    )


@pytest.mark.usefixtures("station")
@pytest.mark.parametrize(
    ("minutes", "level"),
    [
        (0, StarLevel(stars=0, missing=6_000)),
        (5_999, StarLevel(stars=0, missing=1)),
        (6_000, StarLevel(stars=1, missing=12_000)),
        (90_000, StarLevel(stars=5, missing=None)),
    ],
)
def test_a_star_comes_to_the_minute(minutes, level):
    """Vector 20 of the domain's 6.5, by the ladder that a new database has."""
    assert queries.get_star_level(minutes) == level
