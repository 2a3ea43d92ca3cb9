"""What was taken back holds nobody; nobody counts twice, and nobody's hours are lost."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from rewards.access.types import Role
from rewards.activities import queries as occasions
from rewards.activities import service as activities
from rewards.activities.errors import OccasionInUseError
from rewards.activities.types import NO_POINTS, OccasionKind, OccasionStatus
from rewards.checkins import queries, service
from rewards.checkins.errors import (
    AccountClosedError,
    AttendanceSettledError,
    BackFillNoServiceError,
    OverlappingCheckInError,
)
from rewards.checkins.models import CheckInRow
from rewards.checkins.operations import filling
from rewards.checkins.types import AttendanceState, ReviewState
from rewards.core import clock
from rewards.core.checks import Scope
from rewards.core.db import db, snapshot
from rewards.corrections import service as corrections
from rewards.ledger import queries as ledger
from rewards.ledger.errors import AlreadyCreditedError
from rewards.ledger.types import Asset
from rewards.network import queries as network
from rewards.notices import queries as notices
from tests.factories.redemptions import SYSTEM, close_account
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
EVIDENCE = "站长在场，签字表第3页第12行"


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def day():
    """Eight in the morning in Shanghai."""
    return datetime(2026, 11, 20, 8, tzinfo=clock.zone())


@pytest.fixture
def leader(station):
    return build_staff_actor(station, Role.TEAM_LEADER)


@pytest.fixture
def admin(station):
    return build_staff_actor(network.list_ancestors(station.path)[0], Role.CENTER_ADMIN)


def plan(station, start, hours, **details):
    return build_occasion(
        station,
        kind=OccasionKind.SERVICE_SHIFT,
        now=start,
        minutes=int(hours * 60),
        **details,
    )


def come(person, shift, at):
    return service.check_in_by_staff(
        actor=SYSTEM, occasion_id=shift.id, participant_id=person.id, now=at
    )


def leave(person, shift, at):
    return service.check_out_by_staff(
        actor=SYSTEM, occasion_id=shift.id, participant_id=person.id, now=at
    )


def serve(station, person, start, hours):
    shift = plan(station, start, hours)
    come(person, shift, start)
    return leave(person, shift, shift.ends_at)


def balances(person):
    db.session.rollback()
    return tuple(
        ledger.get_balance(person.id, asset=asset).balance
        for asset in (Asset.POINTS, Asset.SERVICE_MINUTES)
    )


def take_back(admin, person, now, *, assets=(Asset.POINTS, Asset.SERVICE_MINUTES)):
    """Reverse the newest entry of each asset."""
    for asset in assets:
        entry = ledger.page_entries(participant_id=person.id, asset=asset).items[0]
        corrections.reverse(actor=admin, entry_id=entry.id, note="登记错了人，作废", now=now)


def request(actor, person, occasion, start, end, now):
    return service.request_back_fill(
        actor=actor,
        participant_id=person.id,
        occasion_id=occasion.id,
        started_at=start,
        ended_at=end,
        evidence=EVIDENCE,
        now=now,
    )


def settle(actor, asked, now):
    return service.decide_back_fill(actor=actor, back_fill_id=asked.id, is_approved=True, now=now)


def find(check, now):
    with snapshot() as connection:
        return check(connection, Scope(now=now, after=0, through=10**9, is_whole=True))


def test_hours_taken_back_make_room_for_the_true_ones(station, person, leader, admin, day, now):
    wrong = serve(station, person, day, 8)
    shift = occasions.get_occasion(wrong.occasion_id)
    with pytest.raises(OverlappingCheckInError):
        request(leader, person, shift, day, day + 4 * HOUR, now)

    take_back(admin, person, now)
    asked = request(leader, person, shift, day, day + 4 * HOUR, now)
    settle(admin, asked, now)

    assert balances(person) == (0, 240)


def test_hours_filled_in_and_taken_back_make_room_too(station, person, leader, admin, day, now):
    shift = plan(station, day, 4)
    settle(admin, request(leader, person, shift, day, shift.ends_at, now), now)

    take_back(admin, person, now, assets=[Asset.SERVICE_MINUTES])
    settle(admin, request(leader, person, shift, day, day + HOUR, now), now)

    assert balances(person) == (0, 60)
    assert serve(station, person, day + HOUR, 1).is_new


def test_what_waits_of_hours_taken_back_never_counts(station, person, admin, day, now):
    receipt = serve(station, person, day, 10)

    take_back(admin, person, now)

    assert [each.state for each in queries.list_reviews([receipt.check_in_id])] == [
        ReviewState.REFUSED
    ]
    with pytest.raises(AttendanceSettledError):
        service.decide_minutes(
            actor=admin, check_in_id=receipt.check_in_id, is_approved=True, now=now
        )
    assert balances(person) == (0, 0)
    assert find(queries.list_undecided_audits, now) == ()


def test_points_taken_back_alone_leave_the_hours(station, person, leader, admin, day, now):
    receipt = serve(station, person, day, 2)

    take_back(admin, person, now, assets=[Asset.POINTS])

    with pytest.raises(OverlappingCheckInError):
        request(
            leader,
            person,
            occasions.get_occasion(receipt.occasion_id),
            day,
            day + HOUR,
            now,
        )


def test_a_day_whose_hours_were_taken_back_is_not_too_long(station, person, admin, day, now):
    serve(station, person, day, 8)
    take_back(admin, person, now)
    serve(station, person, day + 9 * HOUR, 4)

    assert balances(person)[1] == 240
    assert find(queries.list_long_days, now) == ()


def test_hours_filled_in_count_as_the_rule_says(station, person, leader, admin, day, now):
    round_ = plan(station, day, 2, rule_code="CURTAIN")

    asked = request(leader, person, round_, day, round_.ends_at, now)
    settle(admin, asked, now)

    assert (asked.minutes, balances(person)) == (10, (0, 10))
    assert find(queries.list_unfounded_minutes, now) == ()


@pytest.mark.parametrize("is_guarded", [True, False])
def test_whoever_was_counted_without_leaving_has_nothing_filled_in(
    station, person, leader, day, now, monkeypatch, is_guarded
):
    round_ = plan(station, day, 2, rule_code="CURTAIN")
    come(person, round_, day)
    if not is_guarded:
        monkeypatch.setattr(filling.queries, "is_counted_without_leaving", lambda *_: False)

    with pytest.raises(AlreadyCreditedError):
        request(leader, person, round_, day, round_.ends_at, now)

    assert balances(person) == (2, 10)


def test_nobody_is_counted_without_leaving_beside_hours_filled_in(
    station, person, leader, admin, day, now
):
    round_ = plan(station, day, 2, rule_code="CURTAIN")
    settle(admin, request(leader, person, round_, day, day + HOUR, now), now)

    with pytest.raises(AlreadyCreditedError):
        come(person, round_, day)

    assert balances(person) == (0, 10)


def test_the_rest_of_a_shift_during_a_failure_is_hours_alone(
    station, person, leader, admin, day, now
):
    shift = plan(station, day, 3)
    come(person, shift, day)
    leave(person, shift, day + HOUR)
    activities.flag_failure(actor=admin, occasion_id=shift.id, note="网络断了一下午", now=now)

    decided = settle(admin, request(leader, person, shift, day + HOUR, shift.ends_at, now), now)

    assert (decided.points, balances(person)) == (0, (10, 180))


def test_of_a_failure_where_nothing_is_given_nothing_is_filled_in(
    station, person, leader, admin, day, now
):
    duty = build_occasion(station, now=day, rule_code=NO_POINTS)
    activities.flag_failure(actor=admin, occasion_id=duty.id, note="网络断了一下午", now=now)

    with pytest.raises(BackFillNoServiceError):
        request(leader, person, duty, day, duty.ends_at, now)


def test_points_that_were_filled_in_are_told_without_hours(
    station, person, leader, admin, day, now
):
    lecture = build_occasion(station, now=day)
    activities.flag_failure(actor=admin, occasion_id=lecture.id, note="网络断了一下午", now=now)

    settle(admin, request(leader, person, lecture, day, day + HOUR, now), now)

    (notice,) = notices.page_notices(participant_id=person.id).items
    assert notice.details == {"day": "2026-11-20", "points": 5}


def test_whoever_closed_the_account_is_credited_no_hours(station, person, leader, admin, day, now):
    shift = plan(station, day, 4)
    asked = request(leader, person, shift, day, day + HOUR, now)
    receipt = come(person, plan(station, day + 5 * HOUR, 1), day + 5 * HOUR)
    long = serve(station, build_participant(station, now=now), day, 10)
    close_account(act_as(person), now)

    with pytest.raises(AccountClosedError):
        settle(admin, asked, now)
    with pytest.raises(AccountClosedError):
        service.confirm_hours(actor=leader, check_in_id=receipt.check_in_id, now=day + 30 * HOUR)
    close_account(long, now)
    with pytest.raises(AccountClosedError):
        service.decide_minutes(actor=admin, check_in_id=long.check_in_id, is_approved=True, now=now)

    assert balances(person) == (0, 0)


def test_an_occasion_to_which_somebody_came_is_not_cancelled(station, person, leader, day):
    shift = plan(station, day, 2)
    receipt = come(person, shift, day)

    for at in (day + MINUTE, day + 5 * HOUR):
        with pytest.raises(OccasionInUseError):
            activities.cancel_occasion(actor=SYSTEM, occasion_id=shift.id, now=at)

    confirmed = service.confirm_hours(
        actor=leader, check_in_id=receipt.check_in_id, now=day + 6 * HOUR
    )
    assert (confirmed.minutes, balances(person)) == (120, (20, 120))


def test_an_occasion_to_which_nobody_came_is_cancelled(station, day):
    shift = plan(station, day, 2)

    cancelled = activities.cancel_occasion(actor=SYSTEM, occasion_id=shift.id, now=day)

    assert cancelled.status is OccasionStatus.CANCELLED


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_whoever_went_on_from_what_was_put_off_leaves_it_at_that(
    station, person, leader, day, is_confirmed
):
    first = plan(station, day, 2)
    receipt = come(person, first, day)
    activities.update_occasion(
        actor=SYSTEM,
        occasion_id=first.id,
        changes={"ends_at": first.ends_at + HOUR},
        now=first.ends_at - MINUTE,
    )
    second = plan(station, first.ends_at + 10 * MINUTE, 1)
    come(person, second, second.starts_at)

    if is_confirmed:
        leave(person, second, second.ends_at)
        left = service.confirm_hours(
            actor=leader, check_in_id=receipt.check_in_id, now=day + 8 * HOUR
        )
    else:
        left = leave(person, first, second.starts_at + 20 * MINUTE)

    assert left.minutes == 130
    assert find(queries.list_overlaps, day) == ()


def test_a_credit_of_what_nobody_proved_is_found(station, person, day, now):
    receipt = serve(station, person, day, 2)
    assert find(queries.list_unproved_credits, now) == ()
    db.session.execute(
        sa.update(CheckInRow)
        .where(CheckInRow.id == receipt.check_in_id)
        .values(
            state=AttendanceState.LAPSED,
            minutes=0,
            checked_out_at=None,
            attended_from=None,
            attended_until=None,
        )
    )
    db.session.commit()

    (found,) = find(queries.list_unproved_credits, now)

    assert (found.invariant, found.subject) == ("I11", f"check_in:{receipt.check_in_id}")
