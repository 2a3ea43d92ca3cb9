"""Places of those who were scanned at a desk without a network are not given on before it tells."""

from datetime import timedelta

import pytest

from rewards.gates import service
from rewards.gates.errors import GateOfAnotherError
from rewards.gates.types import ScanState
from rewards.signups import queries as signups
from rewards.signups import service as signing_up
from tests.factories.gates import build_scan, send
from tests.factories.signups import (
    after_start,
    before_start,
    build_film,
    build_people,
    join,
    state_of,
)
from tests.factories.world import build_staff_actor, build_station

MINUTE = timedelta(minutes=1)


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def staff(station):
    return build_staff_actor(station)


@pytest.fixture
def film(station, now):
    return build_film(station, now=now, capacity=1)


@pytest.fixture
def people(station, film, now):
    people = build_people(station, 2, now=now)
    join(film, *people, now=now)
    return people


@pytest.fixture
def device(staff, film):
    return service.open_device(actor=staff, occasion_id=film.id, now=before_start(film, minutes=10))


def test_whoever_was_scanned_without_a_network_keeps_their_place(film, people, staff, device):
    scanned, waiting = people
    scan = build_scan(scanned.number, at=300)

    released = signing_up.release_due(now=after_start(film, minutes=10))
    (outcome,) = send(staff, device, scan, now=after_start(film, minutes=12))

    assert (released, outcome.state) == (0, ScanState.DONE)
    assert [state_of(film, each) for each in (scanned, waiting)] == ["arrived", "waiting"]
    assert signups.count_missed(scanned.id, now=after_start(film, minutes=13)) == 0


def test_places_go_on_as_soon_as_every_open_desk_has_told_all(film, people, staff, device):
    service.hear(actor=staff, device_id=device.id, is_open=True, now=after_start(film, minutes=9))
    assert signing_up.release_due(now=after_start(film, minutes=10)) == 0

    service.hear(actor=staff, device_id=device.id, is_open=True, now=after_start(film, minutes=10))

    assert signing_up.release_due(now=after_start(film, minutes=10, seconds=15)) == 1
    assert [state_of(film, each) for each in people] == ["released", "confirmed"]


@pytest.mark.usefixtures("people")
def test_nobody_waits_for_a_desk_that_was_closed(film, staff, device):
    service.hear(actor=staff, device_id=device.id, is_open=False, now=film.starts_at)

    assert signing_up.release_due(now=after_start(film, minutes=10)) == 1


@pytest.mark.usefixtures("people", "device")
def test_no_desk_is_waited_for_when_check_in_has_closed(film):
    assert signing_up.release_due(now=film.closes_at) == 0
    assert signing_up.release_due(now=film.closes_at + timedelta(seconds=1)) == 1


@pytest.mark.usefixtures("people")
def test_nobody_waits_for_a_desk_that_was_opened_long_before(film, staff):
    service.open_device(actor=staff, occasion_id=film.id, now=before_start(film, hours=6))

    assert signing_up.release_due(now=after_start(film, minutes=10)) == 1


def test_a_desk_is_heard_from_whoever_opened_it(station, film, device):
    with pytest.raises(GateOfAnotherError):
        service.hear(
            actor=build_staff_actor(station), device_id=device.id, is_open=False, now=film.starts_at
        )
