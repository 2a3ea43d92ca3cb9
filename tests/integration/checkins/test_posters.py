"""Posters: they lead to what is on, and by themselves give nothing that is worth anything."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.activities.types import NO_POINTS, OccasionKind
from rewards.checkins import queries, service
from rewards.checkins.errors import (
    InvalidCodeError,
    NothingHereError,
    PosterNotEnoughError,
    PosterRevokedError,
    TicketUsedError,
)
from rewards.checkins.models import CheckInRow, RefusedScanRow
from rewards.checkins.types import CheckInChannel, Evidence
from rewards.core.db import db
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

OURS = Evidence(device="00112233aabbccdd")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def activity(station, now):
    return build_occasion(station, now=now)


@pytest.fixture
def exhibition(station, now):
    """A photo board: to have been there is kept, and gives nothing."""
    return build_occasion(station, now=now, title="主题展板", rule_code=NO_POINTS)


@pytest.fixture
def hang(station, now):
    """Return a function that issues a poster, of the station where nothing else is said."""

    def issue(**subject):
        return service.issue_poster(
            actor=build_staff_actor(station), **(subject or {"node_id": station.id}), now=now
        )

    return issue


def code_of(poster):
    return queries.get_poster_code(poster)


def scan(person, poster, now):
    return service.check_in_by_code(actor=act_as(person), code=code_of(poster), now=now)


def test_a_poster_gives_a_stamp_where_nothing_is_earned(person, exhibition, hang, now):
    receipt = scan(person, hang(occasion_id=exhibition.id), now)

    assert (receipt.occasion_id, receipt.points) == (exhibition.id, 0)
    row = db.session.execute(sa.select(CheckInRow.channel)).scalar_one()
    assert row is CheckInChannel.POSTER


@pytest.mark.parametrize(
    "kind", [OccasionKind.ACTIVITY, OccasionKind.STUDY_SESSION, OccasionKind.SERVICE_SHIFT]
)
def test_a_poster_alone_checks_nobody_in_where_something_is_earned(
    station, person, hang, now, kind
):
    occasion = build_occasion(station, kind=kind, now=now)

    with pytest.raises(PosterNotEnoughError):
        scan(person, hang(occasion_id=occasion.id), now)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(CheckInRow)) == 0


def test_nor_where_minutes_count(station, person, hang, now):
    occasion = build_occasion(station, now=now, rule_code=NO_POINTS, requires_check_out=True)

    with pytest.raises(PosterNotEnoughError):
        scan(person, hang(occasion_id=occasion.id), now)


@pytest.mark.parametrize("places", [{"capacity": 1}, {"takes_sign_ups": True}])
def test_nor_where_places_are_kept(station, person, hang, now, places):
    lecture = build_occasion(station, now=now, rule_code=NO_POINTS, **places)

    with pytest.raises(PosterNotEnoughError):
        scan(person, hang(occasion_id=lecture.id), now)


def test_nor_by_a_ticket_that_a_poster_gave(person, activity, now):
    ticket = queries.freeze_poster(activity, device=OURS.device, now=now)

    with pytest.raises(PosterNotEnoughError):
        service.check_in_by_ticket(actor=act_as(person), ticket=ticket, evidence=OURS, now=now)


def test_nobody_leaves_by_a_poster(station, person, hang, now):
    with pytest.raises(PosterNotEnoughError):
        service.check_out_by_code(actor=act_as(person), code=code_of(hang()), now=now)


def test_the_poster_of_a_place_finds_the_stamp_among_what_is_on(
    person, activity, exhibition, hang, now
):
    assert scan(person, hang(), now).occasion_id == exhibition.id


def test_where_nothing_is_on_that_is_said(station, person, hang, now):
    build_occasion(station, now=now, starts_in=180, rule_code=NO_POINTS)

    with pytest.raises(NothingHereError):
        scan(person, hang(), now)


def test_a_poster_leads_to_the_occasions_of_its_own_place_today(station, hang, now):
    on = build_occasion(station, now=now, title="现在")
    later = build_occasion(station, now=now, title="晚些", starts_in=180)
    build_occasion(station, now=now, title="明天", starts_in=24 * 60)
    build_occasion(station, now=now, title="点人数", counts_heads=True)
    build_occasion(build_station(), now=now, title="别处")

    assert [each.id for each in queries.list_here(hang(), now=now)] == [on.id, later.id]


def test_a_poster_that_was_revoked_is_refused_at_once(station, person, exhibition, hang, now):
    poster = hang(occasion_id=exhibition.id)
    service.revoke_poster(actor=build_staff_actor(station), poster_id=poster.id, now=now)

    with pytest.raises(PosterRevokedError):
        scan(person, poster, now)

    assert db.session.scalar(sa.select(RefusedScanRow.reason)) == "poster-revoked"
    assert queries.list_posters(node_path=station.path) == ()


def test_a_poster_is_revoked_once(station, hang, now):
    poster, actor = hang(), build_staff_actor(station)

    first = service.revoke_poster(actor=actor, poster_id=poster.id, now=now)
    again = service.revoke_poster(actor=actor, poster_id=poster.id, now=now + MINUTE)

    assert first == again
    actions = db.session.scalars(sa.select(AuditRecordRow.action)).all()
    assert [actions.count(each) for each in ("poster.issued", "poster.revoked")] == [1, 1]


def test_only_who_plans_occasions_there_hangs_posters(station, hang, now):
    poster = hang()
    for actor in (build_staff_actor(station, Role.CLERK), build_staff_actor(build_station())):
        with pytest.raises(NotAllowedError):
            service.issue_poster(actor=actor, node_id=station.id, now=now)
        with pytest.raises(NotAllowedError):
            service.revoke_poster(actor=actor, poster_id=poster.id, now=now)


def test_the_code_of_one_poster_is_no_code_of_another(person, exhibition, hang, now):
    one, other = hang(), hang()
    # The head of one with the proof of the other.
    forged = code_of(one)[:22] + code_of(other)[22:]

    with pytest.raises(InvalidCodeError):
        service.check_in_by_code(actor=act_as(person), code=forged, now=now)


def test_rotating_the_code_of_an_occasion_leaves_its_posters(
    station, person, exhibition, hang, now
):
    poster = hang(occasion_id=exhibition.id)
    service.rotate_code(actor=build_staff_actor(station), occasion_id=exhibition.id, now=now)

    assert scan(person, poster, now).is_new


@pytest.fixture
def leaving(station, person, now):
    """Return two people who came to a shift, and a function by which one leaves by one scan."""
    shift = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, now=now, starts_in=-110, minutes=115
    )
    people = (person, build_participant(station, name="刘洋", now=now))
    for each in people:
        service.check_in_by_staff(
            actor=build_staff_actor(station),
            occasion_id=shift.id,
            participant_id=each.id,
            now=now - 110 * MINUTE,
        )
    link = queries.get_display_code(shift, now=now).token
    _, ticket = queries.freeze_scan(link, device=OURS.device, now=now)

    def leave(each):
        return service.check_out_by_ticket(
            actor=act_as(each), ticket=ticket, evidence=OURS, now=now
        )

    return people, leave


def test_a_scan_lets_one_person_leave(leaving):
    (one, other), leave = leaving

    assert leave(one).is_new
    assert not leave(one).is_new
    with pytest.raises(TicketUsedError):
        leave(other)


def test_of_two_who_leave_by_one_scan_at_once_one_does(leaving, race):
    people, leave = leaving

    outcomes = race(2, lambda number: leave(people[number]))

    assert sorted(type(each).__name__ for each in outcomes) == ["Receipt", "TicketUsedError"]
