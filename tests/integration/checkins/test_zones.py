"""What zones of an offline space count for: stamps, listening, group study, boards."""

from datetime import datetime, timedelta

import pytest

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role, SystemActor
from rewards.activities.types import NO_POINTS, OccasionKind
from rewards.checkins import queries, service
from rewards.checkins.errors import CheckOutNotOpenError, ZoneClosedError
from rewards.core import clock
from rewards.earning.types import Why
from rewards.ledger import queries as ledger
from rewards.stock import service as stock
from rewards.stock.errors import InvalidSpaceError
from rewards.stock.types import Zone, ZoneKind
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

pytestmark = pytest.mark.databases("sqlite")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
FIVE_ZONES = ("sign_in", "reading", "audiobook", "exchange", "quiz")


@pytest.fixture
def midnight():
    """The night from Friday to Saturday in Shanghai."""
    return datetime(2026, 11, 21, tzinfo=clock.zone())


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def person(station, midnight):
    return build_participant(station, now=midnight)


@pytest.fixture
def space(station, midnight):
    zones = [Zone(kind=ZoneKind(kind), name=kind) for kind in FIVE_ZONES]
    return stock.create_space(
        actor=SystemActor(), node_id=station.id, name="线下空间", zones=zones, now=midnight
    )


def plan(station, start, rule, minutes=24 * 60, **details):
    return build_occasion(
        station,
        kind=OccasionKind.STUDY_SESSION,
        rule_code=rule,
        now=start,
        minutes=minutes,
        **details,
    )


def scan(person, occasion, now):
    code = queries.get_display_code(occasion, now=now).token
    return service.check_in_by_code(actor=act_as(person), code=code, now=now)


def leave(person, occasion, now):
    code = queries.get_display_code(occasion, now=now).token
    return service.check_out_by_code(actor=act_as(person), code=code, now=now)


def test_the_minute_before_midnight_and_the_one_after_are_two_days(station, person, midnight):
    friday, saturday = (
        plan(station, midnight + days * 24 * HOUR, "SPACE_STAMP") for days in (-1, 0)
    )

    before = scan(person, friday, midnight - MINUTE)
    after = scan(person, saturday, midnight + MINUTE)

    assert (before.points, after.points) == (1, 1)
    assert ledger.get_balance(person.id).balance == 2


def test_a_second_stamp_of_a_day_is_kept_and_gives_nothing(station, person, midnight):
    first, second = (plan(station, midnight, "SPACE_STAMP") for _ in range(2))

    again = [scan(person, first, midnight + HOUR) for _ in range(2)][1]
    other = scan(person, second, midnight + 2 * HOUR)

    assert (again.is_new, again.points) == (False, 1)
    assert (other.is_new, other.points) == (True, 0)
    assert ledger.get_balance(person.id).balance == 1


@pytest.mark.parametrize(("minutes", "points"), [(14, 0), (15, 1)])
def test_listening_counts_from_a_quarter_of_an_hour_on(station, person, midnight, minutes, points):
    day = plan(station, midnight + 9 * HOUR, "AUDIO", minutes=480)
    came = midnight + 11 * HOUR
    scan(person, day, came)

    left = leave(person, day, came + minutes * MINUTE)

    assert (left.minutes, left.points) == (minutes, points)


def test_listeners_come_and_go_while_a_class_is_left_at_its_end(station, person, midnight):
    start = midnight + 9 * HOUR
    group = plan(station, start, "STUDY_GROUP", minutes=60)
    scan(person, group, start)

    with pytest.raises(CheckOutNotOpenError):
        leave(person, group, start + 20 * MINUTE)


@pytest.mark.parametrize(("minutes", "points"), [(20, 0), (30, 5)])
def test_a_group_studies_before_one_screen_and_the_keeper_closes_it(
    station, midnight, minutes, points
):
    start = midnight + 9 * HOUR
    group = plan(station, start, "STUDY_GROUP", minutes=60)
    keeper = build_staff_actor(station, Role.HOST)
    people = [build_participant(station, name=f"居民{n}", now=midnight) for n in range(3)]
    for person in people:
        scan(person, group, start)

    closed = [
        service.end_attendance(
            actor=keeper, check_in_id=each.check_in_id, now=start + minutes * MINUTE
        )
        for each in queries.list_pending(group.id, limit=10)
    ]

    assert [(each.minutes, each.points) for each in closed] == [(minutes, points)] * 3
    if not points:
        assert {award.why for each in closed for award in each.awards} == {Why.TOO_SHORT}


def test_a_photo_board_shows_that_somebody_was_there_and_gives_nothing(station, person, midnight):
    board = plan(
        station,
        midnight + 9 * HOUR,
        NO_POINTS,
        minutes=480,
        opens_at=midnight + 9 * HOUR,
        closes_at=midnight + 17 * HOUR,
    )

    receipt = scan(person, board, midnight + 16 * HOUR)

    assert (receipt.is_new, receipt.points, receipt.awards) == (True, 0, ())


def test_nobody_checks_in_at_what_is_closed_until_it_is_open_again(
    station, person, space, midnight
):
    zone = space.zones[0]
    stamp = plan(station, midnight, "SPACE_STAMP", zone_id=zone.id)
    keeper = build_staff_actor(station, Role.HOST)
    stock.change_zone(actor=keeper, zone_id=zone.id, is_closed=True, now=midnight)
    with pytest.raises(ZoneClosedError):
        scan(person, stamp, midnight + HOUR)

    stock.change_zone(actor=keeper, zone_id=zone.id, name="大厅", is_closed=False, now=midnight)
    stock.close_space(actor=SystemActor(), space_id=space.id, now=midnight)
    with pytest.raises(ZoneClosedError):
        scan(person, stamp, midnight + HOUR)
    reopened = stock.reopen_space(actor=SystemActor(), space_id=space.id, now=midnight)

    assert scan(person, stamp, midnight + HOUR).points == 1
    assert reopened.zones[0].name == "大厅"


def test_boards_are_hung_up_by_whoever_plans_there(station, space, midnight):
    keeper, clerk = (build_staff_actor(station, role) for role in (Role.HOST, Role.CLERK))
    add = {"space_id": space.id, "kind": ZoneKind.PHOTO_BOARD, "now": midnight}

    told = stock.add_zone(actor=keeper, name="  红色\n记忆 ", **add)

    assert [zone.name for zone in told.zones] == [*FIVE_ZONES, "红色 记忆"]
    with pytest.raises(NotAllowedError):
        stock.add_zone(actor=clerk, name="展板", **add)
    with pytest.raises(InvalidSpaceError):
        stock.add_zone(actor=keeper, name=" ", **add)
