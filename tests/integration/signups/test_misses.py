"""What counts as not having come, and what does not or no more."""

from datetime import timedelta

import pytest

from rewards.access.types import SystemActor
from rewards.activities import operations as activities
from rewards.activities import service as planning
from rewards.checkins import queries as checkins
from rewards.checkins import service as checking_in
from rewards.notices import queries as notices
from rewards.signups import queries, service
from tests.factories.signups import (
    after_start,
    before_start,
    build_film,
    build_people,
    join,
    state_of,
    states_of,
)
from tests.factories.world import act_as, build_staff_actor, build_station

SYSTEM = SystemActor()


@pytest.fixture
def station(app):
    return build_station()


def told(person):
    return [each.kind.value for each in notices.page_notices(participant_id=person.id).items]


def give_up(occasion, person, *, at):
    found = queries.find_sign_up(occasion_id=occasion.id, participant_id=person.id)
    return service.cancel(actor=act_as(person), sign_up_id=found.id, now=at)


def test_nobody_missed_what_was_never_held_and_all_are_told(station, now):
    film = build_film(station, now=now, capacity=2)
    a, late, b = build_people(station, 3, now=now)
    join(film, a, late, b, now=now)
    give_up(film, late, at=before_start(film, hours=1))
    service.release_due(now=after_start(film, minutes=10))
    at = after_start(film, minutes=15)
    assert [queries.count_missed(each.id, now=at) for each in (a, late)] == [1, 1]

    planning.cancel_occasion(actor=SYSTEM, occasion_id=film.id, now=at)

    assert [queries.count_missed(each.id, now=at) for each in (a, late)] == [0, 0]
    assert told(a)[0] == "sign_up_occasion_cancelled"
    assert told(b)[0] == "sign_up_occasion_cancelled"
    assert told(late) == []


def test_signing_up_again_takes_no_miss_back(station, now):
    film = build_film(station, capacity=None, now=now)
    gives_up, stays_away = build_people(station, 2, now=now)
    join(film, gives_up, stays_away, now=now)
    late = before_start(film, hours=1)
    for person in (gives_up, stays_away):
        give_up(film, person, at=late)
        join(film, person, now=late + timedelta(minutes=1))

    give_up(film, gives_up, at=late + timedelta(minutes=2))
    service.release_due(now=after_start(film, minutes=10))

    at = after_start(film, minutes=11)
    assert state_of(film, stays_away) == "released"
    assert [queries.count_missed(each.id, now=at) for each in (gives_up, stays_away)] == [1, 1]


def test_whoever_gave_up_late_and_came_after_all_missed_nothing(station, now):
    film = build_film(station, now=now)
    (person,) = build_people(station, 1, now=now)
    join(film, person, now=now)
    late = before_start(film, hours=1)
    give_up(film, person, at=late)
    join(film, person, now=late)
    at = before_start(film, minutes=5)

    code = checkins.get_display_code(film, now=at).token
    checking_in.check_in_by_code(actor=act_as(person), code=code, now=at)

    assert state_of(film, person) == "arrived"
    assert queries.count_missed(person.id, now=at) == 0


@pytest.mark.parametrize(("told_before", "missed"), [(2, 1), (1, 0)])
def test_whoever_hears_of_a_new_time_too_late_to_give_notice_owes_none(
    station, now, told_before, missed
):
    film = build_film(station, capacity=None, now=now)
    (person,) = build_people(station, 1, now=now)
    join(film, person, now=now)
    starts_at = film.starts_at - timedelta(hours=3)

    planning.update_occasion(
        actor=SYSTEM,
        occasion_id=film.id,
        changes={"starts_at": starts_at, "ends_at": film.ends_at - timedelta(hours=3)},
        now=starts_at - timedelta(hours=told_before),
    )
    service.release_due(now=starts_at + timedelta(minutes=10))

    at = starts_at + timedelta(minutes=11)
    assert state_of(film, person) == "released"
    assert queries.count_missed(person.id, now=at) == missed


@pytest.mark.databases("sqlite")
def test_one_occasion_that_cannot_be_released_keeps_no_other_from_it(station, now, monkeypatch):
    broken, film = (build_film(station, now=now) for _ in range(2))
    for occasion in (broken, film):
        join(occasion, *build_people(station, 1, now=now), now=now)
    hold = activities.hold_occasion

    def hold_unless_broken(occasion_id):
        assert occasion_id != broken.id
        return hold(occasion_id)

    monkeypatch.setattr(activities, "hold_occasion", hold_unless_broken)

    assert service.release_due(now=after_start(film, minutes=10)) == 1
    assert [states_of(each) for each in (broken, film)] == [["confirmed"], ["released"]]


@pytest.mark.parametrize("which", [0, 2])
def test_a_pause_ends_with_any_of_the_misses_it_came_of(station, now, which):
    (person,) = build_people(station, 1, now=now)
    for n in range(3):
        film = build_film(station, now=now, starts_in=(n + 3) * 24 * 60)
        join(film, person, now=now)
        service.release_due(now=after_start(film, minutes=10))
    at = after_start(film, minutes=11)
    missed = queries.page_of_participant(participant_id=person.id).items
    assert queries.find_pause(person.id, now=at) is not None

    service.excuse(actor=build_staff_actor(station), sign_up_id=missed[which].id, now=at)

    assert queries.find_pause(person.id, now=at) is None
