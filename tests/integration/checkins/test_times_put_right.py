"""Putting times right changes the minutes, and nothing that was true when they were credited."""

from datetime import datetime, timedelta

import pytest

from rewards.access.types import Role, SystemActor
from rewards.activities.types import OccasionKind
from rewards.checkins import queries, service
from rewards.core import clock
from rewards.earning import service as earning
from tests.factories.world import (
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

pytestmark = pytest.mark.databases("sqlite")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
QUALIFIED = frozenset({"qualification"})


@pytest.fixture
def morning():
    """Nine in the morning in Shanghai."""
    return datetime(2026, 11, 20, 9, tzinfo=clock.zone())


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def leader(station):
    return build_staff_actor(station, Role.HOST)


@pytest.fixture
def person(station, morning):
    return build_participant(station, now=morning)


def plan(station, morning, rule_code=None):
    return build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, rule_code=rule_code, minutes=120, now=morning
    )


def come(leader, shift, person, now):
    return service.check_in_by_staff(
        actor=leader, occasion_id=shift.id, participant_id=person.id, now=now
    )


def leave(leader, shift, person, now, verified=()):
    return service.check_out_by_staff(
        actor=leader, occasion_id=shift.id, participant_id=person.id, verified=verified, now=now
    )


def correct(leader, shift, person, now, **changes):
    receipt = queries.find_receipt(occasion_id=shift.id, participant_id=person.id)
    return service.correct_hours(
        actor=leader, check_in_id=receipt.check_in_id, reason="时间记错了", now=now, **changes
    )


def test_what_staff_made_sure_of_stays_so(station, leader, person, morning):
    shift = plan(station, morning, "SVC_PRO")
    come(leader, shift, person, morning)
    gave = leave(leader, shift, person, shift.ends_at, QUALIFIED)

    less = correct(leader, shift, person, shift.ends_at + HOUR, came_at=morning + 2 * MINUTE)
    as_before = correct(leader, shift, person, shift.ends_at + HOUR, came_at=morning)

    assert (gave.points, less.points, as_before.points) == (24, 18, 24)


def test_it_is_judged_by_the_rules_of_its_first_credit_however_often(
    station, leader, person, morning
):
    shift = plan(station, morning)
    come(leader, shift, person, morning)
    gave = leave(leader, shift, person, shift.ends_at)
    earning.save_version(
        actor=SystemActor(), code="SVC_TIME", changes={"base": 2}, now=shift.ends_at + HOUR
    )

    later = shift.ends_at + 2 * HOUR
    points = [
        correct(leader, shift, person, later, came_at=morning - minutes * MINUTE).points
        for minutes in (1, 2)
    ]

    assert (gave.points, points) == (20, [20, 20])


def test_what_is_confirmed_after_a_change_keeps_the_rules_it_was_confirmed_by(
    station, leader, person, morning
):
    shift = plan(station, morning)
    came = come(leader, shift, person, morning)
    changed_at = shift.ends_at + 2 * HOUR
    earning.save_version(actor=SystemActor(), code="SVC_TIME", changes={"base": 2}, now=changed_at)

    confirmed = service.confirm_hours(
        actor=leader, check_in_id=came.check_in_id, now=changed_at + HOUR
    )
    corrected = correct(
        leader, shift, person, changed_at + 2 * HOUR, left_at=shift.ends_at - MINUTE
    )

    assert (confirmed.points, corrected.points) == (8, 6)


def test_a_qualification_is_seen_by_whoever_confirms(station, leader, person, morning):
    shift = plan(station, morning, "SVC_PRO")
    came = come(leader, shift, person, morning)

    confirmed = service.confirm_hours(
        actor=leader,
        check_in_id=came.check_in_id,
        verified=QUALIFIED,
        now=shift.ends_at + 2 * HOUR,
    )

    assert confirmed.points == 24


def test_a_qualification_that_was_seen_later_is_credited_without_another_time(
    station, leader, person, morning
):
    shift = plan(station, morning, "SVC_PRO")
    come(leader, shift, person, morning)
    gave = leave(leader, shift, person, shift.ends_at)
    later = shift.ends_at + HOUR

    seen = correct(leader, shift, person, later, verified=QUALIFIED)
    again = correct(leader, shift, person, later, verified=QUALIFIED)

    assert (gave.points, seen.points, seen.is_new, again.is_new) == (20, 24, True, False)
