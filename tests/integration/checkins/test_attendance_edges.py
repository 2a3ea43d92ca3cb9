"""Attendance where plans change: overlaps, old scans, cancellations, capacity, closed nodes."""

from datetime import timedelta

import pytest

from rewards.access.types import SystemActor
from rewards.activities import service as activities
from rewards.activities.errors import OccasionInUseError
from rewards.activities.types import OccasionKind
from rewards.checkins import queries, service
from rewards.checkins.errors import (
    CodeExpiredError,
    OverlappingCheckInError,
)
from rewards.checkins.types import Evidence
from rewards.core.unit import use_case
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.network import operations as network
from rewards.network.errors import NodeClosedError
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

MINUTE = timedelta(minutes=1)
OURS = Evidence(device="00112233aabbccdd")


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


def build_shift(station, now, **details):
    return build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now, **details)


def token(occasion, at):
    return queries.get_display_code(occasion, now=at).token


def check_in(person, occasion, at):
    return service.check_in_by_code(actor=act_as(person), code=token(occasion, at), now=at)


def check_out(person, occasion, at, *, code=None):
    code = code or token(occasion, at)
    return service.check_out_by_code(actor=act_as(person), code=code, now=at)


def test_nobody_serves_the_same_minutes_twice(station, person, now):
    first = build_shift(station, now, title="热线值班")
    second = build_shift(build_station(), now)
    check_in(person, first, now)

    with pytest.raises(OverlappingCheckInError) as refused:
        check_in(person, second, now + MINUTE)

    assert refused.value.members == {"occasion_title": "热线值班"}
    assert ledger.get_balance(person.id, asset=Asset.SERVICE_MINUTES).balance == 0


def test_who_left_the_one_may_go_on_to_the_other(station, person, now):
    first = build_shift(station, now)
    second = build_shift(station, now, starts_in=20)
    check_in(person, first, now)
    service.check_out_by_staff(
        actor=build_staff_actor(station),
        occasion_id=first.id,
        participant_id=person.id,
        now=now + 15 * MINUTE,
    )

    assert check_in(person, second, now + 16 * MINUTE).is_new


def test_a_stamp_at_the_space_holds_nobody(station, person, now):
    stamp = build_occasion(
        station, kind=OccasionKind.STUDY_SESSION, rule_code="SPACE_STAMP", minutes=480, now=now
    )
    check_in(person, stamp, now)

    assert check_in(person, build_shift(station, now), now + MINUTE).is_new


def test_a_repeated_check_out_with_the_old_code_gives_the_first_receipt(station, person, now):
    shift = build_shift(station, now)
    check_in(person, shift, now)
    code = token(shift, shift.ends_at)
    first = check_out(person, shift, shift.ends_at, code=code)

    again = check_out(person, shift, shift.ends_at + 5 * MINUTE, code=code)

    assert (again.is_new, again.minutes, again.points) == (False, first.minutes, first.points)


def test_an_old_code_checks_nobody_out_who_is_still_there(station, person, now):
    shift = build_shift(station, now)
    check_in(person, shift, now)

    with pytest.raises(CodeExpiredError):
        check_out(person, shift, shift.ends_at, code=token(shift, now))


def test_a_scan_older_than_the_check_in_by_staff_checks_out_at_the_check_in(station, person, now):
    shift = build_shift(station, now, starts_in=-5, minutes=15)
    _, ticket = queries.freeze_scan(token(shift, now), device=OURS.device, now=now)
    service.check_in_by_staff(
        actor=build_staff_actor(station),
        occasion_id=shift.id,
        participant_id=person.id,
        now=now + MINUTE,
    )

    receipt = service.check_out_by_ticket(
        actor=act_as(person), ticket=ticket, evidence=OURS, now=now + 2 * MINUTE
    )

    assert (receipt.checked_out_at, receipt.minutes) == (now + MINUTE, 0)


def test_places_are_counted_from_the_first_check_in_or_not_at_all(station, person, now):
    occasion = build_occasion(station, now=now)
    check_in(person, occasion, now)

    with pytest.raises(OccasionInUseError):
        change(occasion, now, capacity=1)


def test_a_capacity_below_those_who_came_is_refused(station, person, now):
    occasion = build_occasion(station, now=now, capacity=5)
    check_in(person, occasion, now)
    check_in(build_participant(station, name="刘洋", now=now), occasion, now)

    with pytest.raises(OccasionInUseError):
        change(occasion, now, capacity=1)

    assert change(occasion, now, capacity=2).capacity == 2


def test_before_check_in_opens_places_may_come_and_go(station, now):
    occasion = build_occasion(station, now=now, starts_in=120)

    change(occasion, now, capacity=3)
    change(occasion, now, capacity=None)

    assert change(occasion, now, capacity=2).capacity == 2


def test_a_window_that_was_chosen_moves_along_with_the_occasion(station, now):
    starts_at = now + timedelta(days=1)
    occasion = build_occasion(
        station,
        now=now,
        starts_in=24 * 60,
        opens_at=starts_at - 60 * MINUTE,
        closes_at=starts_at + 120 * MINUTE,
    )

    moved = change(occasion, now, ends_at=occasion.ends_at + 30 * MINUTE)

    assert moved.opens_at == occasion.opens_at
    assert moved.closes_at == occasion.closes_at + 30 * MINUTE


def test_nothing_new_is_planned_at_a_closed_node(station, now):
    use_case(network.close_node)(node_id=station.id, now=now)

    with pytest.raises(NodeClosedError):
        build_occasion(station, now=now)


def change(occasion, now, **changes):
    return activities.update_occasion(
        actor=SystemActor(), occasion_id=occasion.id, changes=changes, now=now
    )
