"""The same upload at the same moment counts once; the guard has a control that goes red."""

import time

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.checkins.models import CheckInRow
from rewards.checkins.types import Receipt
from rewards.core.db import db
from rewards.gates import queries, service
from rewards.gates.errors import OfflineScanSettledError
from rewards.gates.types import ScanState
from rewards.ledger.models import EntryRow
from rewards.network import queries as network
from tests.factories.gates import build_scan, send
from tests.factories.world import (
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

AT_ONCE = 4
SCANS = 3
PAUSE_SECONDS = 0.05


def count(row):
    return db.session.scalar(sa.select(sa.func.count()).select_from(row))


@pytest.fixture
def staff(app):
    return build_staff_actor(build_station())


@pytest.fixture
def station(staff):
    return network.list_ancestors(staff.grants[0].node_path)[-1]


@pytest.fixture
def device(staff, station, now):
    occasion = build_occasion(station, now=now)
    return service.open_device(actor=staff, occasion_id=occasion.id, now=now)


@pytest.fixture
def slow_look(monkeypatch):
    """Give every racer the time to look before any of them acts."""
    look = queries.find_uploaded

    def look_slowly(device_id, sequence):
        found = look(device_id, sequence)
        time.sleep(PAUSE_SECONDS)
        return found

    monkeypatch.setattr(queries, "find_uploaded", look_slowly)


@pytest.fixture
def scans(station, now):
    people = [build_participant(station, now=now, name=f"王{n}") for n in range(SCANS)]
    return [build_scan(each.number, sequence=n, at=n) for n, each in enumerate(people, 1)]


@pytest.mark.usefixtures("slow_look")
def test_the_same_upload_four_times_at_once_is_one(race, staff, device, scans, now):
    answers = race(AT_ONCE, lambda _: send(staff, device, *scans, now=now))

    assert {each.state for answer in answers for each in answer} == {ScanState.DONE}
    assert len({tuple(each.scan.id for each in answer) for answer in answers}) == 1
    assert (count(CheckInRow), count(EntryRow)) == (SCANS, SCANS)


# On SQLite the unit of work itself is the lock: tests/integration/core has its control.
@pytest.mark.databases("postgresql")
@pytest.mark.usefixtures("slow_look")
def test_without_the_lock_the_same_upload_is_refused_by_the_database(
    race, staff, device, scans, now, monkeypatch
):
    """The control: without the device's lock only the constraint is left, and it shows."""
    get = queries.get_device
    monkeypatch.setattr(queries, "get_device", lambda device_id, **_: get(device_id))

    answers = race(AT_ONCE, lambda _: send(staff, device, *scans, now=now))

    assert any(isinstance(answer, IntegrityError) for answer in answers)
    assert (count(CheckInRow), count(EntryRow)) == (SCANS, SCANS)


def test_a_scan_is_settled_once(race, staff, device, station, now):
    (outcome,) = send(staff, device, build_scan("87654321"), now=now)
    person = build_participant(station, now=now)

    answers = race(
        AT_ONCE,
        lambda _: service.check_in_another_way(
            actor=staff, scan_id=outcome.scan.id, participant_id=person.id, now=now
        ),
    )

    assert sum(isinstance(answer, Receipt) for answer in answers) == 1
    assert sum(isinstance(answer, OfflineScanSettledError) for answer in answers) == AT_ONCE - 1
    assert count(CheckInRow) == 1
