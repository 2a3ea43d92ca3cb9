"""What a tablet kept without a network comes in once, in order, at its own time."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.activities import service as planning
from rewards.activities.types import OccasionKind
from rewards.checkins import queries as attendance
from rewards.checkins.models import CheckInRow, RefusedScanRow
from rewards.checkins.types import CheckInChannel
from rewards.core.checks import Scope
from rewards.core.db import db, snapshot
from rewards.gates import queries, service
from rewards.gates.errors import (
    DropReasonError,
    GateDeviceNotFoundError,
    GateOfAnotherError,
    OfflineScanReorderedError,
    OfflineScanSettledError,
)
from rewards.gates.models import GateDeviceRow, OfflineScanRow
from rewards.gates.types import Direction, ScanState
from rewards.ledger import queries as ledger
from tests.factories.gates import build_scan, elapsed, send, sign
from tests.factories.world import (
    build_occasion,
    build_own_actor,
    build_participant,
    build_staff_actor,
    build_station,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def staff(station):
    return build_staff_actor(station)


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def occasion(station, now):
    return build_occasion(station, now=now, capacity=3)


@pytest.fixture
def device(staff, occasion, now):
    return service.open_device(actor=staff, occasion_id=occasion.id, now=now)


def states(outcomes):
    return [(outcome.sequence, outcome.state, outcome.reason) for outcome in outcomes]


def check_ins():
    return db.session.execute(sa.select(CheckInRow.__table__).order_by(CheckInRow.id)).all()


def people(station, count, now):
    return [build_participant(station, now=now, name=f"王{n}") for n in range(count)]


def test_a_kept_scan_checks_in_at_the_time_it_was_made(staff, device, person, now):
    code = attendance.get_member_code(person, now=now + 10 * MINUTE)
    scan = build_scan(code, at=600, gate="东门")

    (outcome,) = send(staff, device, scan, now=now + HOUR)

    (row,) = check_ins()
    assert outcome.state is ScanState.DONE
    assert (row.checked_in_at, row.recorded_at) == (now + 10 * MINUTE, now + HOUR)
    assert (row.is_offline, row.gate, row.channel) == (True, "东门", CheckInChannel.MEMBER_CODE)
    assert ledger.get_balance(person.id).balance == 5
    assert queries.get_scan(outcome.scan.id).raw is None


def test_an_upload_sent_twice_credits_once(staff, device, person, now):
    scan = build_scan(person.number, at=60)

    first = send(staff, device, scan, now=now + HOUR)
    second = send(staff, device, scan, now=now + 2 * HOUR)

    assert [each.scan for each in first] == [each.scan for each in second]
    assert len(check_ins()) == 1
    assert ledger.get_balance(person.id).balance == 5


def test_scans_come_in_by_their_numbers_and_each_for_itself(staff, device, station, now):
    a, b, c = people(station, 3, now)
    scans = [
        build_scan(a.number, sequence=1, at=10),
        build_scan("87654321", sequence=2, at=20),
        build_scan(a.number, sequence=3, at=30),
        build_scan(b.number, sequence=4, at=40),
        build_scan(c.number, sequence=5, at=50),
    ]

    outcomes = send(staff, device, *reversed(scans), now=now + HOUR)

    assert states(outcomes) == [
        (1, ScanState.DONE, ""),
        (2, ScanState.REFUSED, "participant-not-found"),
        (3, ScanState.ALREADY, ""),
        (4, ScanState.DONE, ""),
        (5, ScanState.DONE, ""),
    ]
    assert [row.participant_id for row in sorted(check_ins(), key=lambda row: row.id)] == [
        a.id,
        b.id,
        c.id,
    ]


def test_a_refused_scan_waits_to_be_settled(staff, device, occasion, station, now):
    crowd = people(station, 4, now)
    scans = [build_scan(each.number, sequence=n, at=n) for n, each in enumerate(crowd, 1)]

    outcomes = send(staff, device, *scans, now=now + HOUR)

    assert [each.reason for each in outcomes] == ["", "", "", "occasion-full"]
    (waiting,) = queries.list_waiting(station.path, limit=10)
    assert (waiting.sequence, waiting.raw) == (4, crowd[3].number)
    assert queries.count_waiting(station.path, occasion_id=occasion.id) == 1
    assert queries.find_named(waiting, occasion).id == crowd[3].id
    stored = db.session.scalar(sa.select(OfflineScanRow.raw).where(OfflineScanRow.sequence == 4))
    assert crowd[3].number not in stored


def test_a_check_out_is_kept_as_well(staff, station, person, now):
    shift = build_occasion(station, now=now, kind=OccasionKind.SERVICE_SHIFT)
    device = service.open_device(actor=staff, occasion_id=shift.id, now=now)

    outcomes = send(
        staff,
        device,
        build_scan(person.number, sequence=1, at=0),
        build_scan(person.number, sequence=2, at=3600, direction=Direction.OUT),
        now=now + 90 * MINUTE,
    )

    assert states(outcomes) == [(1, ScanState.DONE, ""), (2, ScanState.DONE, "")]
    assert check_ins()[0].minutes == 60


def test_who_left_before_the_coming_was_uploaded_has_left_all_the_same(staff, station, person, now):
    shift = build_occasion(station, now=now, kind=OccasionKind.SERVICE_SHIFT)
    leaving, coming = (
        service.open_device(actor=staff, occasion_id=shift.id, now=now) for _ in range(2)
    )
    out = build_scan(person.number, at=3600, direction=Direction.OUT)

    (early,) = send(staff, leaving, out, now=now + 90 * MINUTE)
    (late,) = send(staff, coming, build_scan(person.number, at=0), now=now + 90 * MINUTE)

    assert (early.state, early.reason) == (ScanState.REFUSED, "not-checked-in")
    assert late.state is ScanState.DONE
    assert check_ins()[0].minutes == 60
    assert queries.get_scan(early.scan.id).state is ScanState.SETTLED
    assert queries.count_waiting(station.path) == 0


def test_what_did_not_come_is_counted_for_its_occasion(staff, device, occasion, station, now):
    a, b = people(station, 2, now)
    send(staff, device, build_scan(a.number, sequence=3), now=now + MINUTE)
    send(staff, device, build_scan(b.number, sequence=5), now=now + MINUTE)

    assert queries.count_skipped(station.path) == {occasion.id: 3}


def test_each_kept_check_in_is_audited(staff, device, person, now):
    send(staff, device, build_scan(person.number, sequence=3), now=now + MINUTE)

    record = db.session.execute(
        sa.select(AuditRecordRow.__table__).where(AuditRecordRow.action == "check_in.entered")
    ).one()
    assert record.principal == staff.principal
    assert record.details["is_offline"] is True
    assert record.details["skipped"] == 2


def test_the_books_find_an_audit_for_each(staff, device, station, now):
    a, b = people(station, 2, now)
    outcomes = send(staff, device, build_scan(a.number), build_scan("8", sequence=2), now=now)
    service.check_in_another_way(
        actor=staff, scan_id=outcomes[1].scan.id, participant_id=b.id, now=now
    )

    with snapshot() as connection:
        scope = Scope(after=0, through=10, now=now, is_whole=True)
        assert attendance.list_unaudited(connection, scope) == ()


def test_a_number_used_for_another_scan_is_turned_away(staff, device, station, now):
    a, b = people(station, 2, now)
    send(staff, device, build_scan(a.number, at=10), now=now + HOUR)

    (outcome,) = send(staff, device, build_scan(b.number, at=10), now=now + HOUR)

    assert (outcome.state, outcome.reason) == (ScanState.REFUSED, "offline-scan-reused")
    assert outcome.scan is None
    assert len(check_ins()) == 1


def test_a_forged_scan_is_turned_away_and_kept_with_the_refused(staff, device, person, now):
    forged = replace(sign(device, build_scan("87654321")), raw=person.number)

    (outcome,) = service.upload(
        actor=staff, device_id=device.id, sent=elapsed(60), scans=[forged], now=now + MINUTE
    )
    (true,) = send(staff, device, build_scan(person.number), now=now + MINUTE)

    assert outcome.reason == "offline-scan-forged"
    assert true.state is ScanState.DONE
    refused = db.session.execute(sa.select(RefusedScanRow.__table__)).one()
    assert (refused.reason, refused.raw) == ("offline-scan-forged", person.number)


def test_scans_put_before_others_are_refused(staff, device, station, now):
    a, b, c = people(station, 3, now)
    send(staff, device, build_scan(a.number, sequence=5, at=600), now=now + HOUR)

    outcomes = send(
        staff,
        device,
        build_scan(b.number, sequence=4, at=500),
        build_scan(c.number, sequence=6, at=500),
        now=now + HOUR,
    )

    assert {each.reason for each in outcomes} == {"offline-scan-reordered"}
    assert len(check_ins()) == 1


def test_a_refused_scan_out_of_order_can_only_be_dropped(staff, device, station, now):
    a, b = people(station, 2, now)
    send(staff, device, build_scan(a.number, sequence=5, at=600), now=now + HOUR)
    (late,) = send(staff, device, build_scan(b.number, sequence=4, at=5), now=now + HOUR)

    with pytest.raises(OfflineScanReorderedError):
        service.try_again(actor=staff, scan_id=late.scan.id, now=now + HOUR)
    with pytest.raises(OfflineScanReorderedError):
        service.check_in_another_way(
            actor=staff, scan_id=late.scan.id, participant_id=b.id, now=now + HOUR
        )
    assert len(check_ins()) == 1


@pytest.mark.parametrize(
    ("at", "reason"),
    [(-1, "offline-scan-time"), (26 * 3600, "offline-scan-time"), (3000, "offline-scan-too-old")],
    ids=["before the loading", "in the future", "25 hours old"],
)
def test_a_scan_of_another_time_is_refused(staff, device, person, now, at, reason):
    scan = build_scan(person.number, at=at)

    (outcome,) = send(staff, device, scan, now=now + 25 * HOUR)

    assert (outcome.state, outcome.reason) == (ScanState.REFUSED, reason)
    assert check_ins() == []


def test_a_tablet_whose_clock_was_set_a_day_ahead_is_taken_at_the_true_time(
    staff, device, person, now
):
    scan = build_scan(person.number, at=600, slept=24 * 3600)

    (outcome,) = send(staff, device, scan, now=now + HOUR, reckons=elapsed(3600, 24 * 3600))

    assert outcome.state is ScanState.DONE
    assert check_ins()[0].checked_in_at == now + 10 * MINUTE


def test_a_member_code_is_judged_when_it_was_scanned(staff, device, person, now):
    stale = attendance.get_member_code(person, now=now - HOUR)

    (outcome,) = send(staff, device, build_scan(stale, at=600), now=now + HOUR)

    assert outcome.reason == "code-expired"


def test_nobody_credits_themselves_by_a_tablet(station, now):
    person = build_participant(station, now=now)
    own = build_own_actor(station, person)
    occasion = build_occasion(station, now=now)
    device = service.open_device(actor=own, occasion_id=occasion.id, now=now)

    (outcome,) = send(own, device, build_scan(person.number), now=now + MINUTE)

    assert outcome.reason == "own-hours"
    assert check_ins() == []


def test_only_who_loaded_the_page_uploads_from_it(staff, device, station, person, now):
    other = build_staff_actor(station)

    with pytest.raises(GateOfAnotherError):
        send(other, device, build_scan(person.number), now=now + MINUTE)
    with pytest.raises(GateDeviceNotFoundError):
        service.upload(
            actor=staff, device_id=person.id, sent=elapsed(0), scans=[build_scan("1")], now=now
        )


def test_a_page_is_loaded_by_those_who_may_check_people_in(occasion, now):
    stranger = build_staff_actor(build_station(name="别的站"))

    with pytest.raises(NotAllowedError):
        service.open_device(actor=stranger, occasion_id=occasion.id, now=now)


def test_what_was_refused_is_settled_once_there_is_a_place(staff, device, occasion, station, now):
    crowd = people(station, 4, now)
    scans = [build_scan(each.number, sequence=n, at=n) for n, each in enumerate(crowd, 1)]
    refused = send(staff, device, *scans, now=now + HOUR)[3].scan

    planning.update_occasion(
        actor=staff, occasion_id=occasion.id, changes={"capacity": 4}, now=now + HOUR
    )

    receipt = service.try_again(actor=staff, scan_id=refused.id, now=now + HOUR)

    settled = queries.get_scan(refused.id)
    assert receipt.participant_id == crowd[3].id
    assert receipt.checked_in_at == now + timedelta(seconds=4)
    assert (settled.state, settled.raw) == (ScanState.SETTLED, None)
    assert settled.check_in_id == receipt.check_in_id
    with pytest.raises(OfflineScanSettledError):
        service.try_again(actor=staff, scan_id=refused.id, now=now + HOUR)


def test_what_names_nobody_is_settled_by_who_was_found(staff, device, person, station, now):
    (outcome,) = send(staff, device, build_scan("87654321", at=60), now=now + HOUR)

    receipt = service.check_in_another_way(
        actor=staff, scan_id=outcome.scan.id, participant_id=person.id, now=now + HOUR
    )

    assert (receipt.is_new, receipt.checked_in_at) == (True, now + MINUTE)
    assert check_ins()[0].channel is CheckInChannel.STAFF
    assert queries.list_waiting(station.path, limit=10) == ()


def test_what_cannot_be_settled_is_dropped_with_a_reason(staff, device, station, now):
    (outcome,) = send(staff, device, build_scan("87654321"), now=now + HOUR)

    with pytest.raises(DropReasonError):
        service.drop(actor=staff, scan_id=outcome.scan.id, reason=" ", now=now + HOUR)
    dropped = service.drop(
        actor=staff, scan_id=outcome.scan.id, reason="卡片印坏了", now=now + HOUR
    )

    assert (dropped.state, dropped.note, dropped.raw) == (ScanState.DROPPED, "卡片印坏了", None)
    assert queries.count_waiting(station.path) == 0
    with pytest.raises(OfflineScanSettledError):
        service.drop(actor=staff, scan_id=outcome.scan.id, reason="再来", now=now + HOUR)


def test_strangers_settle_nothing(staff, device, now):
    (outcome,) = send(staff, device, build_scan("87654321"), now=now + HOUR)
    stranger = build_staff_actor(build_station(name="别的站"))

    with pytest.raises(NotAllowedError):
        service.drop(actor=stranger, scan_id=outcome.scan.id, reason="不要了", now=now + HOUR)


def test_what_was_uploaded_is_forgotten_after_30_days(staff, device, person, now):
    send(staff, device, build_scan(person.number), now=now + MINUTE)

    assert service.forget_old(now=now + timedelta(days=29)) == 0
    assert service.forget_old(now=now + timedelta(days=31)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GateDeviceRow)) == 0
    assert len(check_ins()) == 1


def test_two_tablets_without_a_network_count_one_person_once(staff, device, occasion, person, now):
    other = service.open_device(actor=staff, occasion_id=occasion.id, now=now)

    (east,) = send(staff, device, build_scan(person.number, at=90, gate="东门"), now=now + HOUR)
    (west,) = send(staff, other, build_scan(person.number, at=60, gate="西门"), now=now + HOUR)

    assert (east.state, west.state) == (ScanState.DONE, ScanState.ALREADY)
    assert len(check_ins()) == 1
    assert ledger.get_balance(person.id).balance == 5
