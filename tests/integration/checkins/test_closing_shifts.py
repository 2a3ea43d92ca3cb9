"""A shift is ended by whoever leads it: early leavers, a longer end, times put right."""

from datetime import datetime, timedelta

import pytest

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role
from rewards.activities import queries as occasions
from rewards.activities import service as planning
from rewards.activities.errors import OccasionInUseError, OccasionTimesError
from rewards.activities.types import OccasionKind
from rewards.checkins import queries, service
from rewards.checkins.errors import (
    AttendanceSettledError,
    CheckInClosedError,
    ConfirmClosedError,
    HoursReasonError,
    LeavingTimeError,
    OverlappingCheckInError,
)
from rewards.checkins.types import AttendanceState
from rewards.core import clock
from rewards.core.checks import Scope
from rewards.core.db import snapshot
from rewards.corrections import service as corrections
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.notices import queries as notices
from tests.factories.redemptions import SYSTEM
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
    return build_staff_actor(station, Role.TEAM_LEADER)


@pytest.fixture
def shift(station, morning):
    """A shift of two hours."""
    return build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=morning)


@pytest.fixture
def people(station, leader, shift, morning):
    came = [build_participant(station, name=name, now=morning) for name in ("王建英", "李桂芳")]
    for each in came:
        enter(leader, shift, each, morning)
    return came


def enter(leader, shift, person, now):
    return service.check_in_by_staff(
        actor=leader, occasion_id=shift.id, participant_id=person.id, now=now
    )


def of(shift, person):
    return queries.find_receipt(occasion_id=shift.id, participant_id=person.id)


def end(leader, shift, person, now, left_at=None):
    return service.end_attendance(
        actor=leader, check_in_id=of(shift, person).check_in_id, left_at=left_at, now=now
    )


def correct(leader, shift, person, now, reason="提前走了", **times):
    return service.correct_hours(
        actor=leader, check_in_id=of(shift, person).check_in_id, reason=reason, now=now, **times
    )


def balances(person):
    return tuple(ledger.get_balance(person.id, asset=asset).balance for asset in Asset)


def list_violations(now):
    with snapshot() as connection:
        scope = Scope(after=0, through=0, is_whole=True, now=now)
        return [
            violation
            for check in (
                ledger.list_double_credits,
                ledger.list_wrong_reversals,
                queries.list_wrong_minutes,
                queries.list_unproved_credits,
                queries.list_unaudited,
                queries.list_overlaps,
            )
            for violation in check(connection, scope)
        ]


def test_everybody_leaves_now_before_the_end_and_at_the_end_after_it(
    leader, shift, people, morning
):
    early, late = people
    before = end(leader, shift, early, morning + 40 * MINUTE)
    after = end(leader, shift, late, morning + 2 * HOUR + 20 * MINUTE)

    assert (before.minutes, before.checked_out_at) == (40, morning + 40 * MINUTE)
    assert (after.minutes, after.checked_out_at) == (120, shift.ends_at)
    assert (before.state, after.state) == (AttendanceState.COUNTED,) * 2
    assert (balances(early), balances(late)) == ((5, 40), (20, 120))
    assert not end(leader, shift, early, morning + 50 * MINUTE).is_new
    assert list_violations(morning + 3 * HOUR) == []


def test_who_left_earlier_is_checked_out_at_the_time_that_the_leader_saw(
    leader, shift, people, morning
):
    left_at = morning + 30 * MINUTE

    receipt = end(leader, shift, people[0], morning + 90 * MINUTE, left_at)

    assert (receipt.minutes, receipt.checked_out_at) == (30, left_at)
    assert balances(people[0]) == (5, 30)


@pytest.mark.parametrize("minutes", [-1, 91, 150])
def test_nobody_left_before_they_came_or_in_the_future(leader, shift, people, morning, minutes):
    with pytest.raises(LeavingTimeError):
        end(leader, shift, people[0], morning + 90 * MINUTE, morning + minutes * MINUTE)


def test_after_the_check_out_window_the_same_step_confirms(leader, shift, people, morning):
    receipt = end(leader, shift, people[0], shift.ends_at + 2 * HOUR)

    assert (receipt.state, receipt.minutes) == (AttendanceState.CONFIRMED, 120)


def test_a_walk_in_is_let_in_by_staff_until_the_end_and_has_the_minutes_that_are_left(
    station, leader, shift, morning
):
    person = build_participant(station, name="孙立", now=morning)
    late = morning + 80 * MINUTE
    code = queries.get_display_code(shift, now=late).token
    with pytest.raises(CheckInClosedError):
        service.check_in_by_code(actor=act_as(person), code=code, now=late)

    assert enter(leader, shift, person, late).is_new
    assert end(leader, shift, person, shift.ends_at).minutes == 40
    other = build_participant(station, name="周航", now=morning)
    with pytest.raises(CheckInClosedError):
        enter(leader, shift, other, shift.ends_at)


def test_the_leader_puts_the_end_off_and_the_minutes_go_on(leader, shift, people, morning):
    later = shift.ends_at + 30 * MINUTE
    for _ in range(2):
        extended = planning.extend_occasion(
            actor=leader, occasion_id=shift.id, ends_at=later, now=morning + 2 * HOUR
        )

    assert (extended.ends_at, extended.revision) == (later, shift.revision + 1)
    assert end(leader, shift, people[0], later + MINUTE).minutes == 150


@pytest.mark.parametrize(
    ("ends_in", "at", "refusal"),
    [
        (1 * HOUR, 1 * HOUR, OccasionTimesError),
        (3 * HOUR, -2 * HOUR, OccasionInUseError),
        (4 * HOUR, 3 * HOUR + MINUTE, OccasionInUseError),
        (25 * HOUR, 1 * HOUR, OccasionTimesError),
    ],
)
def test_an_end_is_put_off_only_while_people_are_there(
    leader, shift, morning, ends_in, at, refusal
):
    with pytest.raises(refusal):
        planning.extend_occasion(
            actor=leader, occasion_id=shift.id, ends_at=morning + ends_in, now=morning + at
        )
    assert occasions.get_occasion(shift.id).ends_at == shift.ends_at


def test_times_are_put_right_with_a_reason_and_credited_anew(leader, shift, people, morning):
    person = people[0]
    end(leader, shift, person, shift.ends_at)
    later = shift.ends_at + 3 * HOUR

    corrected = correct(leader, shift, person, later, left_at=morning + 60 * MINUTE)
    same = correct(leader, shift, person, later, left_at=morning + 60 * MINUTE)

    assert (corrected.minutes, corrected.points, corrected.is_new) == (60, 10, True)
    assert (same.check_in_id, same.is_new) == (corrected.check_in_id, False)
    assert (corrected.state, corrected.note) == (AttendanceState.CONFIRMED, "提前走了")
    assert balances(person) == (10, 60)
    told = notices.page_notices(participant_id=person.id).items
    assert [(each.kind.value, each.details["minutes"]) for each in told] == [
        ("hours_corrected", 60)
    ]
    back = correct(leader, shift, person, later, reason="记错人了", left_at=shift.ends_at)
    assert (back.minutes, balances(person)) == (120, (20, 120))
    assert list_violations(later) == []


def test_what_is_put_right_must_have_been_possible(station, leader, shift, people, morning):
    person, other = people
    end(leader, shift, person, morning + 30 * MINUTE)
    beside = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, starts_in=40, minutes=60, now=morning
    )
    enter(leader, beside, person, morning + 40 * MINUTE)
    later = morning + 2 * HOUR

    for refusal, who, details in (
        (HoursReasonError, person, {"reason": " ", "left_at": later}),
        (OverlappingCheckInError, person, {"left_at": later}),
        (LeavingTimeError, person, {"left_at": later + MINUTE}),
        (LeavingTimeError, person, {"came_at": morning - HOUR}),
        (AttendanceSettledError, other, {"left_at": later}),
    ):
        with pytest.raises(refusal):
            correct(leader, shift, who, later, **details)
    with pytest.raises(ConfirmClosedError):
        correct(leader, shift, person, shift.ends_at + timedelta(days=8), left_at=later)
    assert balances(person) == (5, 30)


def test_what_was_taken_back_by_hand_is_not_given_again(leader, shift, people, morning):
    person = people[0]
    end(leader, shift, person, shift.ends_at)
    entry = ledger.page_entries(participant_id=person.id).items[0]
    corrections.reverse(
        actor=SYSTEM, entry_id=entry.id, note="没有到场", is_whole=True, now=shift.ends_at
    )

    with pytest.raises(AttendanceSettledError):
        correct(leader, shift, person, shift.ends_at, left_at=morning + HOUR)
    with pytest.raises(AttendanceSettledError):
        service.undo_check_out(
            actor=leader, check_in_id=of(shift, person).check_in_id, now=shift.ends_at
        )
    assert balances(person) == (0, 0)


def test_only_who_confirms_hours_there_ends_or_puts_right(station, shift, people, morning):
    clerk = build_staff_actor(station, Role.CLERK)

    for act in (
        lambda: end(clerk, shift, people[0], morning + HOUR),
        lambda: correct(clerk, shift, people[0], morning + HOUR, left_at=morning),
        lambda: planning.extend_occasion(
            actor=clerk, occasion_id=shift.id, ends_at=shift.ends_at + HOUR, now=morning
        ),
    ):
        with pytest.raises(NotAllowedError):
            act()
