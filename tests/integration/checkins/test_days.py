"""Minutes above eight hours of a day wait for a review; hours are filled in by two people."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Grant, Role, StaffActor, StaffId
from rewards.activities import service as activities
from rewards.activities.types import OccasionKind
from rewards.checkins import queries, service
from rewards.checkins.errors import (
    AttendanceSettledError,
    BackFillNoServiceError,
    BackFillSettledError,
    HoursReasonError,
    OverlappingCheckInError,
    OwnHoursError,
    ReviewNotFoundError,
    SecondPersonError,
)
from rewards.checkins.operations import filling
from rewards.checkins.types import BackFillState, ReviewLevel, ReviewState
from rewards.core import clock
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset, Reason
from rewards.network import queries as network
from rewards.notices import queries as notices
from rewards.notices.types import NoticeKind
from tests.factories.redemptions import SYSTEM, close_account
from tests.factories.world import (
    act_as,
    build_occasion,
    build_own_actor,
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
def admins(station):
    """An administrator of each level, by the name of the level."""
    center, institute, _ = network.list_ancestors(station.path)
    return {
        "station": build_staff_actor(station),
        "institute": build_staff_actor(institute, Role.INSTITUTE_ADMIN),
        "center": build_staff_actor(center, Role.CENTER_ADMIN),
    }


def serve(station, person, start, hours, **details):
    """Come to a shift of so many hours and leave at its end."""
    shift = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, now=start, minutes=hours * 60, **details
    )
    whom = {"actor": SYSTEM, "occasion_id": shift.id, "participant_id": person.id}
    service.check_in_by_staff(now=start, **whom)
    return service.check_out_by_staff(now=shift.ends_at, **whom)


def balances(person):
    db.session.rollback()
    return tuple(
        ledger.get_balance(person.id, asset=asset).balance
        for asset in (Asset.POINTS, Asset.SERVICE_MINUTES)
    )


def told(person):
    return [each.kind for each in notices.page_notices(participant_id=person.id).items]


def audited(prefix):
    return db.session.scalar(
        sa.select(sa.func.count()).where(AuditRecordRow.action.startswith(prefix))
    )


@pytest.fixture
def long_day(station, person, day):
    """Three hours, four hours and two hours on one day; the receipt of the last."""
    serve(station, person, day, 3)
    serve(station, person, day + 4 * HOUR, 4)
    return serve(station, person, day + 9 * HOUR, 2)


def decide(actor, receipt, now, *, is_approved=True, reason="核对过签字表"):
    return service.decide_minutes(
        actor=actor,
        check_in_id=receipt.check_in_id,
        is_approved=is_approved,
        reason=reason,
        now=now,
    )


@pytest.mark.usefixtures("noise")
def test_above_eight_hours_a_day_minutes_wait(station, person, long_day, now):
    """Vector 4 of the domain's 6.5."""
    assert (long_day.minutes, long_day.points) == (120, 10)
    assert balances(person) == (80, 480)
    waiting = queries.list_waiting_reviews(node_path=station.path, limit=9)
    assert [(each.minutes, each.level) for each in waiting] == [(60, ReviewLevel.INSTITUTE)]
    assert queries.count_day_minutes(person.id, waiting[0].business_date) == 540


def test_the_institute_lets_them_count_once_and_no_points_come(person, long_day, admins, now):
    decide(admins["institute"], long_day, now)
    decide(admins["center"], long_day, now)

    assert balances(person) == (80, 540)
    assert told(person) == [NoticeKind.HOURS_CONFIRMED]
    assert audited("minutes.approved") == 1
    entry = ledger.page_entries(participant_id=person.id, asset=Asset.SERVICE_MINUTES).items[0]
    assert (entry.amount, entry.rule_code, entry.reason) == (60, "OVER_8H", Reason.ATTENDANCE)


@pytest.mark.parametrize("is_approved", [True, False])
def test_who_decides_on_them_has_a_part_in_the_attendance(long_day, admins, now, is_approved):
    """So that nobody rejects an appeal about minutes that they refused."""
    decide(admins["institute"], long_day, now, is_approved=is_approved)

    hands = queries.list_hands(db.session.connection(), [long_day.check_in_id])

    assert admins["institute"].principal in hands[long_day.check_in_id]


def test_the_station_does_not_decide_on_them(person, long_day, admins, now):
    with pytest.raises(NotAllowedError):
        decide(admins["station"], long_day, now)

    assert balances(person) == (80, 480)


def test_above_twelve_hours_the_center_decides(station, person, long_day, admins, day, now):
    decide(admins["institute"], long_day, now)
    last = serve(station, person, day + 11 * HOUR, 4)

    after_institute = decide(admins["institute"], last, now)
    with pytest.raises(NotAllowedError):
        service.decide_minutes(
            actor=admins["station"], check_in_id=last.check_in_id, is_approved=True, now=now
        )
    assert [(each.minutes, each.state) for each in after_institute] == [
        (180, ReviewState.APPROVED),
        (60, ReviewState.WAITING),
    ]
    assert balances(person) == (80, 720)

    decide(admins["center"], last, now)
    assert balances(person) == (80, 780)


@pytest.mark.parametrize("is_first", [True, False])
def test_the_center_decides_on_its_part_other_than_the_institute(
    station, person, admins, day, now, is_first
):
    receipt = serve(station, person, day, 14)
    decide(admins["institute"], receipt, now, is_approved=is_first)

    decided = decide(admins["center"], receipt, now, is_approved=not is_first)

    states = [ReviewState.APPROVED, ReviewState.REFUSED]
    assert [each.state for each in decided] == (states if is_first else states[::-1])
    assert balances(person) == (80, 720 if is_first else 600)
    assert audited("minutes.") == 2


def test_refused_minutes_need_a_reason_and_stay_refused(person, long_day, admins, now):
    institute = admins["institute"]
    with pytest.raises(HoursReasonError):
        decide(institute, long_day, now, is_approved=False, reason=" ")

    decide(institute, long_day, now, is_approved=False)
    decide(institute, long_day, now, is_approved=False)

    with pytest.raises(AttendanceSettledError):
        decide(institute, long_day, now)
    assert (balances(person), told(person)) == ((80, 480), [NoticeKind.HOURS_DECLINED])


def test_nobody_reviews_their_own_minutes(station, person, long_day, now):
    center = network.list_ancestors(station.path)[0]
    own = StaffActor(
        staff_id=StaffId(new_id()),
        name="lihua",
        grants=(Grant(Role.CENTER_ADMIN, center.path),),
        participant_id=person.id,
    )

    with pytest.raises(OwnHoursError):
        decide(own, long_day, now)


def test_what_never_waited_is_not_reviewed(station, person, day, admins, now):
    with pytest.raises(ReviewNotFoundError):
        decide(admins["center"], serve(station, person, day, 3), now)


def test_two_reviewers_at_once_let_minutes_count_once(race, person, long_day, admins, now):
    race(4, lambda number: decide(admins["institute" if number % 2 else "center"], long_day, now))

    assert balances(person) == (80, 540)
    assert audited("minutes.approved") == 1


def request(actor, person, start, hours, now, **what):
    return service.request_back_fill(
        **{
            "actor": actor,
            "participant_id": person.id,
            "started_at": start,
            "ended_at": start + hours * HOUR,
            "evidence": EVIDENCE,
            "now": now,
            **what,
        }
    )


def settle(actor, asked, now, *, is_approved=True, reason="核对过签字表"):
    return service.decide_back_fill(
        actor=actor, back_fill_id=asked.id, is_approved=is_approved, reason=reason, now=now
    )


@pytest.fixture
def leader(station):
    return build_staff_actor(station, Role.TEAM_LEADER)


@pytest.fixture
def asked(station, person, leader, day, now):
    return request(leader, person, day, 3, now, node_id=station.id, title="防汛值守")


def test_three_hours_filled_in_are_minutes_and_no_points(station, person, asked, admins, now):
    """Vector 17 of the domain's 6.5."""
    assert balances(person) == (0, 0)
    assert [each.id for each in queries.list_requested(node_path=station.path, limit=9)] == [
        asked.id
    ]

    decided = settle(admins["station"], asked, now)

    assert (decided.state, decided.points, decided.is_new) == (BackFillState.APPROVED, 0, True)
    assert balances(person) == (0, 180)
    entry = ledger.page_entries(participant_id=person.id, asset=Asset.SERVICE_MINUTES).items[0]
    assert (entry.reason, entry.source_id) == (Reason.BACKFILL, asked.id)
    assert told(person) == [NoticeKind.BACKFILL_APPROVED]
    assert audited("back_fill.") == 2


def test_a_second_click_fills_nothing_in_again(person, asked, admins, now):
    settle(admins["station"], asked, now)

    again = settle(admins["center"], asked, now)

    assert (again.is_new, balances(person), audited("back_fill.")) == (False, (0, 180), 2)
    with pytest.raises(BackFillSettledError):
        settle(admins["station"], asked, now, is_approved=False)


def test_whoever_asked_does_not_decide(station, person, day, admins, now):
    asked = request(admins["station"], person, day, 3, now, node_id=station.id, title="防汛值守")

    with pytest.raises(SecondPersonError):
        settle(admins["station"], asked, now)

    assert balances(person) == (0, 0)


def test_nobody_asks_or_decides_for_themselves(station, person, asked, day, now):
    own = StaffActor(
        staff_id=StaffId(new_id()),
        name="lihua",
        grants=(Grant(Role.STATION_ADMIN, station.path),),
        participant_id=person.id,
    )

    with pytest.raises(OwnHoursError):
        settle(own, asked, now)
    with pytest.raises(OwnHoursError):
        request(own, person, day + 4 * HOUR, 1, now, node_id=station.id, title="防汛值守")


def test_a_leader_asks_and_does_not_decide(station, asked, now):
    with pytest.raises(NotAllowedError):
        settle(build_staff_actor(station, Role.TEAM_LEADER), asked, now)


def test_refused_hours_never_come(person, asked, admins, now):
    settle(admins["station"], asked, now, is_approved=False)

    with pytest.raises(BackFillSettledError):
        settle(admins["station"], asked, now)
    assert (balances(person), told(person)) == ((0, 0), [NoticeKind.BACKFILL_REFUSED])


def test_hours_are_filled_in_once_and_beside_no_others(station, person, asked, leader, day, now):
    with pytest.raises(OverlappingCheckInError):
        request(leader, person, day + HOUR, 1, now, node_id=station.id, title="防汛值守")
    with pytest.raises(OverlappingCheckInError):
        serve(station, person, day + 2 * HOUR, 2)

    serve(station, person, day + 3 * HOUR, 2)
    with pytest.raises(OverlappingCheckInError):
        request(leader, person, day + 4 * HOUR, 2, now, node_id=station.id, title="防汛值守")


def test_the_database_by_itself_refuses_hours_beside_others(
    station, person, asked, leader, day, now, monkeypatch
):
    monkeypatch.setattr(filling, "check_elsewhere", lambda *_args, **_options: None)

    with pytest.raises(OverlappingCheckInError):
        request(leader, person, day + HOUR, 1, now, node_id=station.id, title="防汛值守")


def test_refused_hours_hold_nobody(station, person, asked, admins, leader, day, now):
    settle(admins["station"], asked, now, is_approved=False)

    assert request(leader, person, day, 3, now, node_id=station.id, title="防汛值守").is_new


def test_points_come_too_where_the_system_had_failed(station, person, leader, admins, day, now):
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=day, minutes=180)
    activities.flag_failure(
        actor=admins["station"], occasion_id=shift.id, note="网络断了一下午", now=now
    )
    asked = request(leader, person, day, 3, now, occasion_id=shift.id)

    decided = settle(admins["station"], asked, now)

    assert (asked.title, decided.points) == (shift.title, 30)
    assert balances(person) == (30, 180)


def test_an_occasion_that_is_no_service_has_no_hours_to_fill_in(station, person, leader, day, now):
    lecture = build_occasion(station, now=day)

    with pytest.raises(BackFillNoServiceError):
        request(leader, person, day, 1, now, occasion_id=lecture.id)


def test_a_failure_at_what_is_no_service_gives_its_points_alone(
    station, person, leader, admins, day, now
):
    lecture = build_occasion(station, now=day)
    activities.flag_failure(
        actor=admins["station"], occasion_id=lecture.id, note="网络断了一下午", now=now
    )

    settle(admins["station"], request(leader, person, day, 1, now, occasion_id=lecture.id), now)

    assert balances(person) == (5, 0)


def test_a_day_above_eight_hours_is_for_the_institute(
    station, person, long_day, leader, admins, day, now
):
    asked = request(leader, person, day + 3 * HOUR, 1, now, node_id=station.id, title="防汛值守")

    with pytest.raises(NotAllowedError):
        settle(admins["station"], asked, now)
    settle(admins["institute"], asked, now)

    assert balances(person) == (80, 540)


def test_two_at_once_fill_in_once(race, person, asked, admins, now):
    race(4, lambda number: settle(admins["station" if number % 2 else "center"], asked, now))

    assert balances(person) == (0, 180)
    assert audited("back_fill.approved") == 1


def test_words_about_whoever_closed_their_account_are_erased(
    station, person, asked, admins, day, now
):
    settle(admins["station"], asked, now, is_approved=False)
    before = service.erase_words(now=now)
    close_account(act_as(person), now)

    erased = [service.erase_words(now=now) for _ in range(2)]

    found = queries.get_back_fill(asked.id)
    assert (before, erased) == (0, [1, 0])
    assert (found.evidence, found.reason, found.minutes) == ("", "", 180)


def test_nobody_enters_themselves(station, person, day):
    own = build_own_actor(station, person)
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=day, minutes=480)
    whom = {"occasion_id": shift.id, "participant_id": person.id}

    with pytest.raises(OwnHoursError):
        service.check_in_by_staff(actor=own, now=day, **whom)
    service.check_in_by_staff(actor=SYSTEM, now=day, **whom)
    with pytest.raises(OwnHoursError):
        service.check_out_by_staff(actor=own, now=shift.ends_at, **whom)

    assert balances(person) == (0, 0)
