"""Coming to what one signed up for, not coming, and what follows from it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.models import AuditRecordRow
from rewards.access.types import Role, SystemActor
from rewards.activities import queries as activities
from rewards.activities import service as planning
from rewards.activities.errors import OccasionFullError
from rewards.checkins import queries as checkins
from rewards.checkins import service as checking_in
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.notices import queries as notices
from rewards.signups import operations, queries, service
from rewards.signups.errors import (
    OwnPauseError,
    PauseNotFoundError,
    SignUpPausedError,
    SignUpSettledError,
    StillWaitingError,
)
from rewards.verification import service as verification
from tests.factories.signups import (
    after_start,
    before_start,
    build_film,
    build_people,
    join,
    state_of,
    states_of,
    taken,
)
from tests.factories.world import act_as, build_own_actor, build_staff_actor, build_station

SYSTEM = SystemActor()


@pytest.fixture
def station(app):
    return build_station()


def come(occasion, person, *, at):
    code = checkins.get_display_code(occasion, now=at).token
    return checking_in.check_in_by_code(actor=act_as(person), code=code, now=at)


def told(person):
    return [each.kind.value for each in notices.page_notices(participant_id=person.id).items]


def check_books(now):
    report = verification.verify_fast(now=now, on_progress=lambda *_: None)
    return [each.subject for each in report.violations if each.invariant == "I9"]


def test_whoever_signed_up_comes_in_on_the_place_kept_for_them(station, now):
    film = build_film(station, now=now)
    a, b, c = build_people(station, 3, now=now)
    join(film, a, b, now=now)
    at = before_start(film, minutes=5)

    come(film, a, at=at)

    with pytest.raises(OccasionFullError):
        come(film, c, at=at)
    come(film, b, at=at)
    assert (states_of(film), taken(film)) == (["arrived"] * 2, 2)
    found = queries.find_sign_up(occasion_id=film.id, participant_id=a.id)
    with pytest.raises(SignUpSettledError):
        service.cancel(actor=act_as(a), sign_up_id=found.id, now=at)


def test_whoever_comes_without_signing_up_takes_a_place_that_is_free(station, now):
    film = build_film(station, now=now)
    a, b, c = build_people(station, 3, now=now)
    join(film, a, now=now)
    at = before_start(film, minutes=5)

    come(film, b, at=at)

    assert taken(film) == 2
    (late,) = join(film, c, now=at)
    assert late.state == "waiting"


def test_whoever_waits_is_told_their_place_in_line_and_is_known_to_be_there(station, now):
    film = build_film(station, capacity=1, now=now)
    a, b, c = build_people(station, 3, now=now)
    join(film, a, b, c, now=now)
    at = before_start(film, minutes=1)

    with pytest.raises(StillWaitingError) as refusal:
        come(film, c, at=at)

    assert refusal.value.members == {
        "place": 2,
        "releases_at": after_start(film, minutes=10).isoformat(),
    }
    assert queries.find_sign_up(occasion_id=film.id, participant_id=c.id).came_at == at
    assert queries.find_sign_up(occasion_id=film.id, participant_id=b.id).came_at is None


def test_ten_minutes_after_the_start_empty_places_go_to_those_at_the_door(station, now):
    film = build_film(station, capacity=2, now=now)
    a, b, c, d = build_people(station, 4, now=now)
    join(film, a, b, c, d, now=now)
    come(film, a, at=before_start(film, minutes=5))
    with pytest.raises(StillWaitingError):
        come(film, d, at=before_start(film, minutes=1))

    early = service.release_due(now=after_start(film, minutes=9, seconds=59))
    released = service.release_due(now=after_start(film, minutes=10))

    assert (early, released) == (0, 1)
    assert [state_of(film, each) for each in (a, b, c, d)] == [
        "arrived",
        "released",
        "waiting",
        "confirmed",
    ]
    assert (told(b), told(d)) == (["sign_up_released"], ["sign_up_moved_up"])
    come(film, d, at=after_start(film, minutes=11))
    assert taken(film) == 2
    assert service.release_due(now=after_start(film, minutes=20)) == 0


def test_a_place_given_after_the_start_is_kept_ten_minutes_and_owes_no_notice(station, now):
    film = build_film(station, capacity=1, now=now)
    a, b = build_people(station, 2, now=now)
    join(film, a, b, now=now)

    service.release_due(now=after_start(film, minutes=12))
    assert service.release_due(now=after_start(film, minutes=21)) == 0
    assert service.release_due(now=after_start(film, minutes=22)) == 1

    missed = [
        queries.find_sign_up(occasion_id=film.id, participant_id=each.id).missed_at
        for each in (a, b)
    ]
    assert missed == [after_start(film, minutes=12), None]
    assert taken(film) == 0


def test_whoever_comes_late_still_comes_in_where_there_is_room(station, now):
    film = build_film(station, capacity=1, now=now)
    (a,) = build_people(station, 1, now=now)
    join(film, a, now=now)
    service.release_due(now=after_start(film, minutes=10))
    assert queries.count_missed(a.id, now=after_start(film, minutes=11)) == 1

    come(film, a, at=after_start(film, minutes=15))

    assert (state_of(film, a), taken(film)) == ("arrived", 1)
    assert queries.count_missed(a.id, now=after_start(film, minutes=16)) == 0


def miss(station, person, *, now, times=1):
    for n in range(times):
        film = build_film(station, now=now, starts_in=(n + 3) * 24 * 60)
        join(film, person, now=now)
        service.release_due(now=after_start(film, minutes=10))
    return after_start(film, minutes=10)


def test_three_misses_pause_signing_up_for_thirty_days_and_staff_lift_it(station, now):
    (person,) = build_people(station, 1, now=now)
    film = build_film(station, now=now, starts_in=40 * 24 * 60)
    at = miss(station, person, times=3, now=now)

    with pytest.raises(SignUpPausedError) as refusal:
        join(film, person, now=at)
    assert refusal.value.members == {"until": (at + timedelta(days=30)).isoformat()}
    assert told(person)[0] == "sign_up_paused"
    # Staff who see the resident decide for themselves.
    staff = build_staff_actor(station)
    entered = service.sign_up_by_staff(
        actor=staff, occasion_id=film.id, participant_id=person.id, now=at
    )
    assert entered.state == "confirmed"

    own = build_own_actor(station, person)
    with pytest.raises(OwnPauseError):
        service.lift_pause(actor=own, participant_id=person.id, now=at)
    service.lift_pause(actor=staff, participant_id=person.id, now=at)
    other = build_film(station, now=now, starts_in=41 * 24 * 60)
    join(other, person, now=at)
    with pytest.raises(PauseNotFoundError):
        service.lift_pause(actor=staff, participant_id=person.id, now=at)
    actions = db.session.scalars(sa.select(AuditRecordRow.action)).all()
    assert {"sign_up.entered", "sign_up.pause-lifted"} <= set(actions)


def test_a_pause_ends_by_itself_and_counts_from_nothing_again(station, now):
    (person,) = build_people(station, 1, now=now)
    at = miss(station, person, times=3, now=now)

    later = at + timedelta(days=30)
    assert queries.find_pause(person.id, now=later - timedelta(seconds=1)) is not None
    assert queries.find_pause(person.id, now=later) is None
    assert queries.count_missed(person.id, now=later) == 0
    assert queries.find_pause(person.id, now=miss(station, person, times=2, now=later)) is None


def test_misses_older_than_ninety_days_are_forgotten(station, now):
    (person,) = build_people(station, 1, now=now)
    at = miss(station, person, times=2, now=now)

    again = miss(station, person, now=at + timedelta(days=90))

    assert queries.find_pause(person.id, now=again) is None


def test_giving_up_too_late_counts_unless_staff_excuse_it(station, now):
    film = build_film(station, capacity=None, now=now)
    a, b, c = build_people(station, 3, now=now)
    first, second, third = join(film, a, b, c, now=now)
    late = before_start(film, hours=1)

    service.cancel(actor=act_as(a), sign_up_id=first.id, now=late)
    service.cancel_by_staff(
        actor=build_staff_actor(station, Role.CLERK),
        sign_up_id=second.id,
        is_excused=True,
        now=late,
    )
    service.cancel(actor=act_as(c), sign_up_id=third.id, now=before_start(film, hours=2))

    assert [queries.count_missed(each.id, now=late) for each in (a, b, c)] == [1, 0, 0]


def test_coming_is_undone_and_the_place_stays_kept(station, now):
    film = build_film(station, now=now)
    a, b = build_people(station, 2, now=now)
    join(film, a, now=now)
    at = before_start(film, minutes=5)
    come(film, a, at=at)

    undo = use_case(operations.undo_arrival)

    assert undo(film, a.id, now=at) is True
    assert (state_of(film, a), undo(film, a.id, now=at)) == ("confirmed", False)
    assert undo(film, b.id, now=at) is False


def test_a_slip_after_the_start_leaves_ten_minutes_to_come_again(station, now):
    film = build_film(station, now=now, capacity=1, starts_in=60)
    a, b = build_people(station, 2, now=now)
    join(film, a, b, now=before_start(film, hours=5))

    slip(station, film, a, at=after_start(film, minutes=5), undone_after=timedelta(minutes=7))
    service.release_due(now=after_start(film, minutes=21))
    kept = (state_of(film, a), state_of(film, b))
    service.release_due(now=after_start(film, minutes=22))

    assert (kept, taken(film)) == (("confirmed", "waiting"), 1)
    assert (state_of(film, a), state_of(film, b)) == ("released", "confirmed")
    assert queries.count_missed(a.id, now=after_start(film, minutes=22)) == 0


def slip(station, film, person, *, at, undone_after=timedelta(0)):
    """Check somebody in by mistake, and undo it."""
    staff = build_staff_actor(station)
    receipt = checking_in.check_in_by_staff(
        actor=staff, occasion_id=film.id, participant_id=person.id, now=at
    )
    assert state_of(film, person) == "arrived"
    checking_in.undo_check_in(actor=staff, check_in_id=receipt.check_in_id, now=at + undone_after)


def test_a_slip_gives_no_place_back_to_who_had_given_theirs_up(station, now):
    film = build_film(station, now=now)
    (a,) = build_people(station, 1, now=now)
    (joined,) = join(film, a, now=now)
    service.cancel(actor=act_as(a), sign_up_id=joined.id, now=before_start(film, hours=3))

    slip(station, film, a, at=before_start(film, minutes=5))

    assert (state_of(film, a), taken(film)) == ("cancelled", 0)
    assert check_books(now) == []


def test_a_slip_excuses_nobody_who_did_not_come(station, now):
    (person,) = build_people(station, 1, now=now)
    at = miss(station, person, times=3, now=now)
    pause = queries.find_pause(person.id, now=at)
    last = queries.page_of_participant(participant_id=person.id).items[0]
    film = activities.get_occasion(last.occasion_id)

    slip(station, film, person, at=at)

    assert (state_of(film, person), taken(film)) == ("released", 0)
    assert queries.find_pause(person.id, now=at) == pause
    assert queries.find_sign_up(occasion_id=film.id, participant_id=person.id) == last


def test_people_are_reminded_a_day_and_two_hours_before_once(station, now):
    film = build_film(station, now=now)
    a, b, late = build_people(station, 3, now=now)
    join(film, a, b, now=now)

    assert service.remind_due(now=before_start(film, hours=25)) == 0
    day_before = before_start(film, hours=24)
    assert service.remind_due(now=day_before, limit=1) == 1
    assert [service.remind_due(now=day_before) for _ in range(2)] == [1, 0]
    join(film, late, now=before_start(film, hours=3))
    hours_before = before_start(film, hours=2)
    assert [service.remind_due(now=hours_before) for _ in range(2)] == [2, 0]

    assert told(a) == ["sign_up_reminder"] * 2
    assert service.remind_due(now=after_start(film, seconds=0)) == 0


def test_whoever_waits_is_not_reminded(station, now):
    film = build_film(station, capacity=1, now=now)
    a, b = build_people(station, 2, now=now)
    join(film, a, b, now=now)

    assert service.remind_due(now=before_start(film, hours=24)) == 1
    assert told(b) == []


def test_places_kept_and_places_taken_add_up_in_the_books(station, now):
    film = build_film(station, now=now)
    a, b, c = build_people(station, 3, now=now)
    join(film, a, b, c, now=now)
    come(film, a, at=before_start(film, minutes=5))

    assert check_books(now) == []
    db.session.execute(sa.text("UPDATE sign_ups SET state = 'released' WHERE state = 'confirmed'"))
    db.session.commit()
    assert check_books(now) == [f"occasion:{film.id}"]


def test_staff_excuse_who_had_a_reason_and_a_pause_that_came_of_it_ends(station, now):
    (person,) = build_people(station, 1, now=now)
    at = miss(station, person, times=3, now=now)
    last = queries.page_of_participant(participant_id=person.id).items[0]
    own = build_own_actor(station, person)
    with pytest.raises(OwnPauseError):
        service.excuse(actor=own, sign_up_id=last.id, now=at)

    for _ in range(2):
        excused = service.excuse(
            actor=build_staff_actor(station, Role.CLERK), sign_up_id=last.id, now=at
        )

    assert excused.missed_at is None
    assert queries.find_pause(person.id, now=at) is None
    actions = db.session.scalars(sa.select(AuditRecordRow.action)).all()
    assert actions.count("sign_up.excused") == 1


def test_where_check_in_failed_nobody_counts_as_not_having_come(station, now):
    film = build_film(station, capacity=None, now=now)
    a, b = build_people(station, 2, now=now)
    join(film, a, now=now)
    service.release_due(now=after_start(film, minutes=10))
    assert queries.count_missed(a.id, now=after_start(film, minutes=11)) == 1
    (late,) = join(film, b, now=now)

    planning.flag_failure(
        actor=SYSTEM,
        occasion_id=film.id,
        note="停电了，扫不了码",
        now=after_start(film, minutes=12),
    )
    service.release_due(now=after_start(film, minutes=13))

    assert late.state == "confirmed"
    assert [
        queries.count_missed(each.id, now=after_start(film, minutes=14)) for each in (a, b)
    ] == [
        0,
        0,
    ]


def test_whoever_was_there_after_all_did_not_miss_it(station, now):
    (person,) = build_people(station, 1, now=now)
    film = build_film(station, now=now)
    join(film, person, now=now)
    service.release_due(now=after_start(film, minutes=10))
    later = after_start(film, hours=5)

    use_case(operations.believe)(film, person.id, now=later)

    assert queries.count_missed(person.id, now=later) == 0
