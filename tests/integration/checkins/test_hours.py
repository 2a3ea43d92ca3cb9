"""Who did not check out: the leader says what counts, or after seven days nothing does."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Grant, Role, StaffActor, StaffId
from rewards.activities.types import OccasionKind
from rewards.checkins import queries, service
from rewards.checkins.errors import (
    AttendanceSettledError,
    CheckOutClosedError,
    ConfirmClosedError,
    LeavingTimeError,
    NotPendingError,
    OverlappingCheckInError,
    OwnHoursError,
)
from rewards.checkins.operations import closing, holding
from rewards.checkins.types import AttendanceState
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.notices import queries as notices
from rewards.notices.types import NoticeKind
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
STATES = AttendanceState


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def leader(station):
    return build_staff_actor(station, Role.TEAM_LEADER)


@pytest.fixture
def shift(station, now):
    return build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now)


@pytest.fixture
def came(person, shift, now):
    """Somebody came to a shift of two hours and did not check out."""
    return check_in(person, shift, now)


@pytest.fixture
def later(shift):
    return shift.ends_at + DAY


def check_in(person, occasion, now):
    code = queries.get_display_code(occasion, now=now).token
    return service.check_in_by_code(actor=act_as(person), code=code, now=now)


def confirm(leader, came, now, **options):
    return service.confirm_hours(actor=leader, check_in_id=came.check_in_id, now=now, **options)


def decline(leader, came, now, reason="没有见到人"):
    return service.decline_hours(actor=leader, check_in_id=came.check_in_id, reason=reason, now=now)


def balances(person):
    db.session.rollback()
    return tuple(
        ledger.get_balance(person.id, asset=asset).balance
        for asset in (Asset.POINTS, Asset.SERVICE_MINUTES)
    )


def told(person):
    return [each.kind for each in notices.page_notices(participant_id=person.id).items]


def audited(action):
    return db.session.scalar(sa.select(sa.func.count()).where(AuditRecordRow.action == action))


@pytest.mark.usefixtures("noise")
def test_after_check_out_has_closed_the_attendance_waits_for_the_leader(
    station, person, shift, came, now
):
    """Vector 7 of the domain's 6.5, its first half."""
    closes_at = shift.ends_at + 60 * MINUTE

    assert queries.list_pending_occasions(node_path=station.path, now=closes_at) == ()
    waiting = queries.list_pending_occasions(node_path=station.path, now=closes_at + MINUTE)
    assert [(each.occasion.id, each.people) for each in waiting] == [(shift.id, 1)]
    assert [each.check_in_id for each in queries.list_pending(shift.id, limit=9)] == [
        came.check_in_id
    ]
    own = queries.list_own_hours(person.id, now=closes_at + MINUTE)
    assert [(each.occasion.id, each.state) for each in own] == [(shift.id, STATES.OPEN)]
    assert balances(person) == (0, 0)


def test_the_leader_confirms_and_the_usual_points_come(person, shift, came, leader, later):
    """Vector 7 of the domain's 6.5: 120 minutes, 20 points."""
    receipt = confirm(leader, came, later)

    assert (receipt.minutes, receipt.points, receipt.state) == (120, 20, STATES.CONFIRMED)
    assert (receipt.checked_out_at, receipt.is_new) == (shift.ends_at, True)
    assert balances(person) == (20, 120)
    assert told(person) == [NoticeKind.HOURS_CONFIRMED]
    assert audited("attendance.confirmed") == 1
    entry = ledger.page_entries(participant_id=person.id).items[0]
    assert (entry.actor, entry.source_id) == (leader.principal, came.check_in_id)


def test_a_second_click_changes_nothing(person, came, leader, later):
    confirm(leader, came, later)

    again = confirm(leader, came, later, left_at=later - DAY)

    assert (again.is_new, again.minutes) == (False, 120)
    assert (balances(person), audited("attendance.confirmed")) == ((20, 120), 1)


def test_the_leader_may_name_an_earlier_time(person, shift, came, leader, later):
    receipt = confirm(leader, came, later, left_at=shift.starts_at + 29 * MINUTE)

    assert (receipt.minutes, receipt.points) == (29, 0)
    assert balances(person) == (0, 29)


@pytest.mark.parametrize("minutes", [-1, 121])
def test_a_time_before_the_check_in_or_after_the_end_is_refused(
    person, shift, came, leader, later, minutes
):
    with pytest.raises(LeavingTimeError):
        confirm(leader, came, later, left_at=shift.starts_at + minutes * MINUTE)

    assert balances(person) == (0, 0)


def test_declined_minutes_stay_declined(person, came, leader, later):
    receipt = decline(leader, came, later)
    again = decline(leader, came, later)

    assert (receipt.minutes, receipt.state, again.is_new) == (0, STATES.DECLINED, False)
    assert told(person) == [NoticeKind.HOURS_DECLINED]
    with pytest.raises(AttendanceSettledError):
        confirm(leader, came, later)
    assert (balances(person), audited("attendance.declined")) == ((0, 0), 1)


@pytest.mark.parametrize(
    ("after", "error"),
    [(59 * MINUTE, NotPendingError), (7 * DAY + 61 * MINUTE, ConfirmClosedError)],
)
@pytest.mark.parametrize("act", [confirm, decline])
def test_too_early_and_too_late_nothing_is_decided(person, shift, came, leader, act, after, error):
    with pytest.raises(error):
        act(leader, came, shift.ends_at + after)

    assert balances(person) == (0, 0)


def test_after_seven_days_nothing_counts_by_itself_once(person, shift, came, now):
    due = shift.ends_at + 60 * MINUTE + 7 * DAY

    lapsed = [service.lapse_due(now=at) for at in (due, due + MINUTE, due + MINUTE)]

    assert lapsed == [0, 1, 0]
    receipt = queries.find_receipt(occasion_id=shift.id, participant_id=person.id)
    assert (receipt.state, receipt.minutes, receipt.checked_out_at) == (STATES.LAPSED, 0, None)
    assert told(person) == [NoticeKind.HOURS_DECLINED]
    assert [each.state for each in queries.list_own_hours(person.id, now=due + DAY)] == [
        STATES.LAPSED
    ]


def test_many_lapse_in_bounded_parts(station, shift, now):
    for number in range(3):
        check_in(build_participant(station, name=f"居民{number}", now=now), shift, now)
    due = shift.ends_at + 8 * DAY

    assert [service.lapse_due(now=due, limit=2) for _ in range(3)] == [2, 1, 0]


def test_who_confirmed_in_time_lapses_no_more(person, shift, came, leader):
    confirm(leader, came, shift.ends_at + 7 * DAY)

    assert service.lapse_due(now=shift.ends_at + 8 * DAY) == 0
    assert balances(person) == (20, 120)


def test_nobody_confirms_or_declines_their_own_hours(station, person, came, later):
    own = StaffActor(
        staff_id=StaffId(new_id()),
        name="lihua",
        grants=(Grant(Role.CENTER_ADMIN, station.path),),
        participant_id=person.id,
    )

    for act in (confirm, decline):
        with pytest.raises(OwnHoursError):
            act(own, came, later)

    assert balances(person) == (0, 0)


@pytest.mark.parametrize("role", [Role.CLERK, Role.AUDITOR])
def test_only_who_may_confirm_hours_there_does(station, person, came, later, role):
    elsewhere = build_staff_actor(build_station(), Role.CENTER_ADMIN)

    for actor in (build_staff_actor(station, role), elsewhere):
        with pytest.raises(NotAllowedError):
            confirm(actor, came, later)

    assert balances(person) == (0, 0)


def test_nobody_checks_out_of_what_was_declined(person, shift, came, leader, later):
    decline(leader, came, later)

    with pytest.raises(AttendanceSettledError):
        service.check_out_by_code(
            actor=act_as(person),
            code=queries.get_display_code(shift, now=shift.ends_at).token,
            now=shift.ends_at,
        )


def test_too_late_to_check_out_is_told_as_before(person, shift, came, later):
    with pytest.raises(CheckOutClosedError):
        service.check_out_by_code(
            actor=act_as(person),
            code=queries.get_display_code(shift, now=later).token,
            now=later,
        )


def test_declined_hours_hold_nobody(station, person, shift, came, leader, later):
    decline(leader, came, later)
    other = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, now=shift.starts_at, starts_in=1
    )

    assert check_in(person, other, shift.starts_at).is_new


def test_confirmed_minutes_never_overlap_others(station, person, shift, came, leader, later):
    other = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=shift.ends_at, starts_in=0)
    check_in(person, other, shift.ends_at)
    service.confirm_hours(
        actor=leader,
        check_in_id=queries.find_receipt(
            occasion_id=other.id, participant_id=person.id
        ).check_in_id,
        now=other.ends_at + DAY,
    )

    assert confirm(leader, came, later).minutes == 120
    assert balances(person) == (40, 240)
    with pytest.raises(OverlappingCheckInError):
        check_in(
            person,
            build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=shift.starts_at),
            shift.starts_at,
        )


def test_two_leaders_at_once_confirm_once(race, station, person, shift, came, now):
    leaders = [build_staff_actor(station, Role.HOST) for _ in range(4)]
    later = shift.ends_at + DAY

    receipts = race(4, lambda number: confirm(leaders[number], came, later))

    assert sorted(receipt.is_new for receipt in receipts) == [False] * 3 + [True]
    assert balances(person) == (20, 120)
    assert audited("attendance.confirmed") == 1


@pytest.mark.databases("postgresql")
def test_who_is_being_confirmed_does_not_lapse_meanwhile(
    app, person, shift, came, leader, monkeypatch
):
    due = shift.ends_at + 60 * MINUTE + 7 * DAY
    lapsed = []
    check_elsewhere = closing.check_elsewhere

    def lapse():
        with app.app_context():
            lapsed.append(service.lapse_due(now=due + MINUTE))

    worker = threading.Thread(target=lapse)

    def check_slowly(*arguments, **options):
        worker.start()
        worker.join(1)
        return check_elsewhere(*arguments, **options)

    monkeypatch.setattr(closing, "check_elsewhere", check_slowly)

    receipt = confirm(leader, came, due)
    worker.join(30)

    assert (receipt.state, balances(person)) == (STATES.CONFIRMED, (20, 120))
    assert lapsed == [0]
    assert queries.get_receipt(came.check_in_id).state is STATES.CONFIRMED


def test_what_is_settled_is_not_closed_again(person, came, leader, later):
    decline(leader, came, later)

    with pytest.raises(AttendanceSettledError):
        use_case(holding.close)(came.check_in_id, {"state": STATES.COUNTED})
