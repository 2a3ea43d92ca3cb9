"""Signals are found beside check-ins that went through, kept once, and decided by another hand."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.activities.types import OccasionKind
from rewards.checkins import queries as checkins
from rewards.checkins import service as scanning
from rewards.checkins.models import CheckInRow
from rewards.checkins.types import Evidence
from rewards.core.db import db
from rewards.signals import queries, service
from rewards.signals.errors import OwnSignalError, SignalDecidedError, SignalNoteError
from rewards.signals.types import SignalKind, SignalState
from tests.factories.world import (
    act_as,
    build_occasion,
    build_own_actor,
    build_participant,
    build_staff_actor,
    build_station,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def activity(station, now):
    return build_occasion(station, now=now)


@pytest.fixture
def family(station, now):
    return [build_participant(station, now=now) for _ in range(6)]


def scan(person, occasion, now, **evidence):
    # An identifier tells when its row was made.
    with time_machine.travel(now, tick=False):
        return scanning.check_in_by_code(
            actor=act_as(person),
            code=checkins.get_display_code(occasion, now=now).token,
            evidence=Evidence(**evidence),
            now=now,
        )


def list_open(station):
    return queries.page_signals(node_path=station.path, is_open=True).items


@pytest.mark.usefixtures("noise")
def test_five_on_one_phone_all_get_their_points_and_are_noticed_once(
    station, activity, family, now
):
    receipts = [scan(person, activity, now, device="d" * 16) for person in family[:5]]
    assert [receipt.points for receipt in receipts] == [5] * 5

    found = service.find_signals(now=now + MINUTE)
    again = service.find_signals(now=now + 2 * MINUTE)

    (signal,) = list_open(station)
    assert (found, again) == (1, 0)
    assert signal.kind is SignalKind.SHARED_DEVICE
    assert set(signal.participant_ids) == {person.id for person in family[:5]}
    assert signal.occasion_id == activity.id


def test_one_more_on_the_phone_is_added_to_the_open_signal(station, activity, family, now):
    for person in family[:5]:
        scan(person, activity, now, device="d" * 16)
    service.find_signals(now=now + MINUTE)
    scan(family[5], activity, now + 2 * MINUTE, device="d" * 16)

    assert service.find_signals(now=now + 3 * MINUTE) == 0

    (signal,) = list_open(station)
    assert (len(signal.participant_ids), signal.last_at) == (6, now + 2 * MINUTE)


def test_what_somebody_has_looked_at_stays_as_it_was(station, activity, family, now):
    for person in family[:5]:
        scan(person, activity, now, device="d" * 16)
    service.find_signals(now=now + MINUTE)
    (signal,) = list_open(station)
    decide(station, signal, now)
    scan(family[5], activity, now + 2 * MINUTE, device="d" * 16)

    service.find_signals(now=now + 3 * MINUTE)

    assert list_open(station) == ()
    (decided,) = queries.page_signals(node_path=station.path, is_open=False).items
    assert len(decided.participant_ids) == 5


def test_what_comes_after_a_decision_is_looked_at_anew(station, activity, now):
    people = [build_participant(station, now=now) for _ in range(15)]
    for start in (0, 5, 10):
        for person in people[start : start + 5]:
            scan(person, activity, now + start * MINUTE, device="d" * 16)
        later = now + (start + 1) * MINUTE
        service.find_signals(now=later)
        if start == 0:
            decide(station, list_open(station)[0], later)

    (signal,) = list_open(station)
    (decided,) = queries.page_signals(node_path=station.path, is_open=False).items
    assert set(decided.participant_ids) == {person.id for person in people[:5]}
    assert set(signal.participant_ids) == {person.id for person in people[5:]}


def test_all_that_one_phone_did_is_noticed_after_the_worker_had_stopped(station, activity, now):
    people = [build_participant(station, now=now) for _ in range(11)]
    for number, person in enumerate(people):
        at = now + (25 if number >= 5 else 0) * MINUTE
        scan(person, activity, at, device="d" * 16)

    service.find_signals(now=now + 26 * MINUTE)

    (signal,) = list_open(station)
    assert set(signal.participant_ids) == {person.id for person in people}
    assert (signal.first_at, signal.last_at) == (now, now + 25 * MINUTE)


def test_what_was_scanned_before_a_decision_and_came_in_after_it_counts(station, activity, now):
    people = [build_participant(station, now=now) for _ in range(10)]
    for person in people[:5]:
        scan(person, activity, now, device="d" * 16)
    code = checkins.get_display_code(activity, now=now).token
    service.find_signals(now=now + MINUTE)
    decide(station, list_open(station)[0], now + MINUTE)

    later = now + 4 * MINUTE
    for person in people[5:]:
        _, ticket = checkins.freeze_scan(code, device="d" * 16, now=now)
        with time_machine.travel(later, tick=False):
            scanning.check_in_by_ticket(
                actor=act_as(person), ticket=ticket, evidence=Evidence(device="d" * 16), now=later
            )
    service.find_signals(now=later + MINUTE)

    (signal,) = list_open(station)
    assert set(signal.participant_ids) == {person.id for person in people[5:]}


def test_the_same_person_again_and_again_by_one_hand_is_noticed(station, family, now):
    clerk = build_staff_actor(station, Role.CLERK)
    for days in range(5):
        day = now + timedelta(days=days)
        occasion = build_occasion(station, now=day)
        with time_machine.travel(day, tick=False):
            scanning.check_in_by_staff(
                actor=clerk, occasion_id=occasion.id, participant_id=family[0].id, now=day
            )
        service.find_signals(now=day + MINUTE)

    (signal,) = list_open(station)

    assert (signal.kind, signal.staff, signal.count) == (
        SignalKind.FRIENDS,
        clerk.principal,
        5,
    )
    with pytest.raises(NotAllowedError):
        decide(station, signal, now, actor=clerk)


@pytest.fixture
def shift(station, family, now):
    """Return a shift to which everybody came on a phone of their own."""
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now)
    for number, person in enumerate(family):
        scan(person, shift, now, device=f"{number}" * 16)
    return shift


def test_who_lets_five_others_leave_on_one_phone_is_noticed(station, shift, family, now):
    at = shift.ends_at
    code = checkins.get_display_code(shift, now=at).token
    for person in family[:5]:
        left = scanning.check_out_by_code(
            actor=act_as(person), code=code, evidence=Evidence(device="d" * 16), now=at
        )
        assert left.points > 0

    found = service.find_signals(now=at + MINUTE)
    again = service.find_signals(now=at + 2 * MINUTE)

    (signal,) = list_open(station)
    assert (found, again) == (1, 0)
    assert (signal.kind, signal.first_at) == (SignalKind.SHARED_DEVICE, at)
    assert set(signal.participant_ids) == {person.id for person in family[:5]}


def test_who_keeps_letting_the_same_person_go_by_word_is_noticed(station, family, now):
    clerk = build_staff_actor(station, Role.CLERK)
    for days in range(5):
        day = now + timedelta(days=days)
        shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=day)
        scan(family[0], shift, day)
        scanning.check_out_by_staff(
            actor=clerk, occasion_id=shift.id, participant_id=family[0].id, now=shift.ends_at
        )
        service.find_signals(now=shift.ends_at + MINUTE)

    (signal,) = list_open(station)
    assert (signal.kind, signal.staff, signal.count) == (SignalKind.FRIENDS, clerk.principal, 5)


def test_a_phone_of_another_zone_is_let_in_and_noticed(station, activity, family, now):
    assert scan(family[0], activity, now, utc_offset=-300).is_new
    scan(family[1], activity, now, utc_offset=480)

    service.find_signals(now=now + MINUTE)

    (signal,) = list_open(station)
    assert signal.kind is SignalKind.FOREIGN_TIME_ZONE
    assert signal.participant_ids == (family[0].id,)


def decide(station, signal, now, *, actor=None, state=SignalState.HARMLESS, note=""):
    service.review_signal(
        actor=actor or build_staff_actor(station),
        signal_id=signal.id,
        state=state,
        note=note,
        now=now,
    )


def test_deciding_is_for_one_who_has_no_part_in_it_and_is_written_down(
    station, activity, family, now
):
    for person in family[:5]:
        scan(person, activity, now, device="d" * 16)
    service.find_signals(now=now + MINUTE)
    (signal,) = list_open(station)
    stranger = build_staff_actor(build_station(name="别处的站"))

    with pytest.raises(NotAllowedError):
        decide(station, signal, now, actor=stranger)
    with pytest.raises(OwnSignalError):
        decide(station, signal, now, actor=build_own_actor(station, family[0]))
    with pytest.raises(SignalNoteError):
        decide(station, signal, now, state=SignalState.FOLLOWED_UP)
    decide(station, signal, now, state=SignalState.FOLLOWED_UP, note="给队长打电话问")
    with pytest.raises(SignalDecidedError):
        decide(station, signal, now)

    acts = db.session.scalars(sa.select(AuditRecordRow.action)).all()
    assert acts.count("signal.reviewed") == 1


def test_staff_see_the_signals_of_their_own_branch_alone(station, activity, family, now):
    for person in family[:5]:
        scan(person, activity, now, device="d" * 16)
    service.find_signals(now=now + MINUTE)
    other = build_station(name="别处的站")

    assert queries.count_open(station.path) == 1
    assert queries.count_open(other.path) == 0
    assert list_open(other) == ()


def test_which_browser_it_was_is_forgotten_after_thirty_days(station, activity, family, now):
    scan(family[0], activity, now, device="d" * 16, utc_offset=480)
    later = now + timedelta(days=20)
    scan(family[0], build_occasion(station, now=later), later, device="d" * 16)

    assert scanning.forget_browsers(now=now + timedelta(days=31)) == 1

    kept = db.session.execute(
        sa.select(CheckInRow.device, CheckInRow.utc_offset).order_by(CheckInRow.recorded_at)
    ).all()
    assert [tuple(row) for row in kept] == [(None, None), ("d" * 16, None)]


def test_so_is_the_one_on_which_somebody_left(shift, family, now):
    code = checkins.get_display_code(shift, now=shift.ends_at).token
    scanning.check_out_by_code(
        actor=act_as(family[0]),
        code=code,
        evidence=Evidence(device="d" * 16),
        now=shift.ends_at,
    )
    scanning.forget_browsers(now=now + timedelta(days=30))
    kept = sa.select(CheckInRow.out_device).where(CheckInRow.out_device.is_not(None))
    assert db.session.scalars(kept).all() == ["d" * 16]

    scanning.forget_browsers(now=shift.ends_at + timedelta(days=30, seconds=1))

    assert db.session.scalars(kept).all() == []


def test_signals_are_forgotten_after_half_a_year(station, activity, family, now):
    for person in family[:5]:
        scan(person, activity, now, device="d" * 16)
    service.find_signals(now=now + MINUTE)

    assert service.forget_signals(now=now + timedelta(days=179)) == 0
    assert service.forget_signals(now=now + timedelta(days=181)) == 1
    assert list_open(station) == ()
