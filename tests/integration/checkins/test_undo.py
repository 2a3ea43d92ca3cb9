"""A mistake of staff is undone at once and as a whole, and what follows counts as the first."""

import time
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from rewards.access.types import Role
from rewards.activities.errors import OccasionFullError
from rewards.activities.types import OccasionKind
from rewards.checkins import queries, rules, service
from rewards.checkins.errors import (
    NotCheckedInError,
    NotCheckedOutError,
    OwnHoursError,
    UndoNotOwnError,
    UndoTooLateError,
)
from rewards.checkins.operations import undoing
from rewards.checkins.types import AttendanceState, Receipt
from rewards.core import clock
from rewards.core.checks import Scope
from rewards.core.db import db, snapshot
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.notices import queries as notices
from tests.factories.world import (
    act_as,
    build_occasion,
    build_own_actor,
    build_participant,
    build_staff_actor,
    build_station,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
AT_ONCE = 6
PAUSE_SECONDS = 0.1


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def staff(station):
    return build_staff_actor(station, Role.HOST)


def enter(staff, occasion, person, now):
    return service.check_in_by_staff(
        actor=staff, occasion_id=occasion.id, participant_id=person.id, now=now
    )


def leave(staff, occasion, person, now):
    return service.check_out_by_staff(
        actor=staff, occasion_id=occasion.id, participant_id=person.id, now=now
    )


def undo(staff, receipt, now):
    return service.undo_check_in(actor=staff, check_in_id=receipt.check_in_id, now=now)


def balances(person):
    return tuple(ledger.get_balance(person.id, asset=asset).balance for asset in Asset)


def list_violations(now):
    """Return what the checks of attendance and credits find wrong."""
    with snapshot() as connection:
        scope = Scope(after=0, through=0, is_whole=True, now=now)
        return [
            violation
            for check in (
                ledger.list_double_credits,
                ledger.list_wrong_reversals,
                queries.list_wrong_seats,
                queries.list_wrong_minutes,
                queries.list_unproved_credits,
                queries.list_unaudited,
                queries.list_undecided_audits,
            )
            for violation in check(connection, scope)
        ]


def test_what_is_undone_gives_nothing_and_is_credited_again_when_it_was_right(
    station, person, staff, now
):
    occasion = build_occasion(station, capacity=1, now=now)
    for turn in range(3):
        receipt = enter(staff, occasion, person, now + turn * MINUTE)
        assert (receipt.is_new, receipt.points, receipt.balance) == (True, 5, 5)
        undone = undo(staff, receipt, now + turn * MINUTE)

        assert (undone.state, undone.points, undone.is_new) == (AttendanceState.UNDONE, 0, True)
        assert balances(person) == (0, 0)
        assert queries.count_attendance([occasion.id]) == {occasion.id: 0}
        assert queries.list_attendance(occasion.id) == ()
    last = enter(staff, occasion, person, now + 5 * MINUTE)

    assert (last.points, balances(person)) == (5, (5, 0))
    assert ledger.get_balance(person.id).earned == 5
    assert list_violations(now) == []


@pytest.mark.databases("sqlite")
def test_a_place_that_is_given_back_is_the_next_ones(station, person, staff, now):
    occasion = build_occasion(station, capacity=1, now=now)
    other = build_participant(station, name="李建国", now=now)
    first = enter(staff, occasion, person, now)
    with pytest.raises(OccasionFullError):
        enter(staff, occasion, other, now)

    undo(staff, first, now)

    assert enter(staff, occasion, other, now).is_new
    with pytest.raises(OccasionFullError):
        enter(staff, occasion, person, now)
    assert list_violations(now) == []


@pytest.mark.parametrize(
    ("later", "refusal"), [(15 * MINUTE, None), (15 * MINUTE + MINUTE / 60, UndoTooLateError)]
)
def test_it_is_undone_within_fifteen_minutes(station, person, staff, now, later, refusal):
    receipt = enter(staff, build_occasion(station, now=now), person, now)

    if refusal is None:
        assert undo(staff, receipt, now + later).state is AttendanceState.UNDONE
        return
    with pytest.raises(refusal):
        undo(staff, receipt, now + later)
    assert balances(person) == (5, 0)


@pytest.mark.databases("sqlite")
def test_nobody_undoes_what_others_entered_or_their_own(station, person, staff, now):
    occasion = build_occasion(station, now=now)
    by_staff = enter(staff, occasion, person, now)
    other = build_participant(station, name="李建国", now=now)
    code = queries.get_display_code(occasion, now=now).token
    by_phone = service.check_in_by_code(actor=act_as(other), code=code, now=now)

    for actor, receipt, refusal in (
        (build_staff_actor(station), by_staff, UndoNotOwnError),
        (staff, by_phone, UndoNotOwnError),
        (build_own_actor(station, person), by_staff, OwnHoursError),
    ):
        with pytest.raises(refusal):
            undo(actor, receipt, now)
    assert (balances(person), balances(other)) == ((5, 0), (5, 0))


@pytest.mark.databases("sqlite")
def test_undoing_twice_takes_back_once(station, person, staff, now):
    occasion = build_occasion(station, now=now)
    first = enter(staff, occasion, person, now)
    undo(staff, first, now)
    enter(staff, occasion, person, now)

    again = undo(staff, first, now + MINUTE)

    assert (again.state, again.is_new) == (AttendanceState.UNDONE, False)
    assert balances(person) == (5, 0)


@pytest.mark.databases("sqlite")
def test_points_spent_meanwhile_are_owed_and_the_resident_is_told(station, person, staff, now):
    occasion = build_occasion(station, now=now)
    receipt = enter(staff, occasion, person, now)

    undo(staff, receipt, now)

    told = notices.page_notices(participant_id=person.id).items
    assert [(each.kind.value, each.details["points"]) for each in told] == [("entry_reversed", 5)]


@pytest.mark.databases("sqlite")
def test_a_service_shift_holds_nobody_once_it_is_undone(station, person, staff, now):
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, minutes=60, now=now)
    beside = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, minutes=60, now=now)
    undo(staff, enter(staff, shift, person, now), now)

    assert enter(staff, beside, person, now).is_new
    with pytest.raises(NotCheckedInError):
        leave(staff, shift, person, now + HOUR)


@pytest.fixture
def morning():
    return datetime(2026, 11, 20, 8, tzinfo=clock.zone())


def test_somebody_checked_out_by_mistake_is_there_still(station, person, staff, morning):
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, minutes=120, now=morning)
    came = enter(staff, shift, person, morning)
    left = leave(staff, shift, person, morning + 40 * MINUTE)
    assert (left.points, balances(person)) == (5, (5, 40))

    opened = service.undo_check_out(
        actor=staff, check_in_id=left.check_in_id, now=morning + 41 * MINUTE
    )
    again = service.undo_check_out(
        actor=staff, check_in_id=left.check_in_id, now=morning + 41 * MINUTE
    )

    assert opened.check_in_id == again.check_in_id != came.check_in_id
    assert (opened.state, opened.checked_in_at) == (AttendanceState.OPEN, came.checked_in_at)
    assert balances(person) == (0, 0)
    final = leave(staff, shift, person, morning + 120 * MINUTE)
    assert (final.minutes, final.points, balances(person)) == (120, 20, (20, 120))
    assert list_violations(morning + 3 * HOUR) == []


@pytest.mark.databases("sqlite")
def test_who_has_not_left_has_no_check_out_to_undo(station, person, staff, morning):
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, minutes=120, now=morning)
    came = enter(staff, shift, person, morning)

    with pytest.raises(NotCheckedOutError):
        service.undo_check_out(actor=staff, check_in_id=came.check_in_id, now=morning)


@pytest.mark.databases("sqlite")
def test_what_waits_for_a_review_is_refused_with_it(station, person, staff, morning):
    long_day = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, minutes=480, now=morning)
    enter(staff, long_day, person, morning)
    leave(staff, long_day, person, morning + 8 * HOUR)
    evening = morning + 8 * HOUR
    short = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, minutes=60, now=evening)
    came = enter(staff, short, person, evening)
    leave(staff, short, person, evening + 10 * MINUTE)
    before = balances(person)

    undo(staff, came, evening + 11 * MINUTE)

    assert balances(person) == before == (80, 480)
    assert [each.state.value for each in queries.list_reviews([came.check_in_id])] == ["refused"]
    later = leave_again(staff, short, person, evening)
    assert [each.minutes for each in queries.list_reviews([later.check_in_id])] == [60]
    assert list_violations(evening + 2 * HOUR) == []


def leave_again(staff, occasion, person, start):
    enter(staff, occasion, person, start)
    return leave(staff, occasion, person, start + HOUR)


@pytest.fixture
def slow_start(monkeypatch):
    """Give every racer the time to look before any of them acts."""
    check = rules.check_undoable

    def check_slowly(*arguments, **details):
        check(*arguments, **details)
        time.sleep(PAUSE_SECONDS)

    monkeypatch.setattr(rules, "check_undoable", check_slowly)


def race_to_undo(race, now):
    station = build_station()
    staff = build_staff_actor(station, Role.HOST)
    person = build_participant(station, now=now)
    occasion = build_occasion(station, capacity=3, now=now)
    enter(staff, occasion, build_participant(station, name="李建国", now=now), now)
    receipt = enter(staff, occasion, person, now)
    outcomes = race(AT_ONCE, lambda _: undo(staff, receipt, now))
    return occasion, person, outcomes


@pytest.mark.usefixtures("slow_start")
def test_undoing_many_times_at_once_takes_back_once(race, now):
    occasion, person, outcomes = race_to_undo(race, now)

    assert all(isinstance(outcome, Receipt) for outcome in outcomes)
    assert sorted(each.is_new for each in outcomes) == [False] * (AT_ONCE - 1) + [True]
    assert balances(person) == (0, 0)
    assert count_seats(occasion) == 1
    assert list_violations(now) == []


@pytest.mark.usefixtures("slow_start")
def test_without_its_guard_undoing_at_once_gives_places_back_twice(race, now, monkeypatch):
    """The control: without the question whether it was undone, places of others get free."""
    monkeypatch.setattr(undoing, "take_back", lambda *_, **__: True)

    occasion, _, _ = race_to_undo(race, now)

    assert count_seats(occasion) == 0


def count_seats(occasion):
    seats = sa.text("SELECT taken FROM occasion_seats WHERE occasion_id = :id")
    wanted = occasion.id.hex if db.engine.dialect.name == "sqlite" else occasion.id
    return db.session.scalar(seats, {"id": wanted})
