"""Places that are kept, lines that move up by themselves, and giving up."""

from datetime import timedelta

import pytest

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role, SystemActor
from rewards.activities import queries as activities
from rewards.activities import service as planning
from rewards.activities.errors import AgeLimitError, OccasionInUseError, OccasionTimesError
from rewards.identity import service as identity
from rewards.notices import queries as notices
from rewards.participants.errors import ParticipantNotFoundError
from rewards.signups import queries, service
from rewards.signups.errors import (
    NotWaitingError,
    OwnPlaceError,
    SignUpClosedError,
    SignUpNotFoundError,
    SignUpNotOfferedError,
    SignUpPausedError,
)
from rewards.signups.types import SignUpState
from rewards.web import sentences
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
from tests.factories.world import (
    act_as,
    build_occasion,
    build_own_actor,
    build_participant,
    build_staff_actor,
    build_station,
)

SYSTEM = SystemActor()


@pytest.fixture
def station(app):
    return build_station()


def told(person):
    return [each.kind.value for each in notices.page_notices(participant_id=person.id).items]


@pytest.mark.usefixtures("noise")
def test_places_go_to_the_first_and_the_others_stand_in_line(station, now):
    film = build_film(station, now=now)
    people = build_people(station, 4, now=now)

    signed_up = join(film, *people, now=now)

    assert [each.state for each in signed_up] == ["confirmed"] * 2 + ["waiting"] * 2
    assert [each.place_in_line for each in signed_up] == [None, None, 1, 2]
    assert all(each.is_new for each in signed_up)
    assert taken(film) == 2


def test_signing_up_twice_keeps_one_place(station, now):
    film = build_film(station, now=now)
    (person,) = build_people(station, 1, now=now)

    first, second = join(film, person, person, now=now)

    assert (second.id, second.is_new) == (first.id, False)
    assert (taken(film), states_of(film)) == (1, ["confirmed"])


def test_without_a_limit_everybody_has_a_place(station, now):
    talk = build_film(station, capacity=None, now=now)

    signed_up = join(talk, *build_people(station, 3, now=now), now=now)

    assert {each.state for each in signed_up} == {SignUpState.CONFIRMED}
    service.cancel(actor=act_as_of(signed_up[0]), sign_up_id=signed_up[0].id, now=now)
    assert sorted(states_of(talk)) == ["cancelled", "confirmed", "confirmed"]


def act_as_of(sign_up):
    class Person:
        id = sign_up.participant_id

    return act_as(Person)


def test_a_place_given_up_goes_to_the_first_in_line_who_is_told(station, now):
    film = build_film(station, now=now)
    a, b, c, d = build_people(station, 4, now=now)
    first, *_ = join(film, a, b, c, d, now=now)

    cancelled = service.cancel(actor=act_as(a), sign_up_id=first.id, now=now)

    assert (cancelled.state, cancelled.missed_at) == ("cancelled", None)
    assert [state_of(film, each) for each in (b, c, d)] == ["confirmed", "confirmed", "waiting"]
    assert queries.find_sign_up(occasion_id=film.id, participant_id=d.id).place_in_line == 1
    assert (taken(film), told(c), told(d)) == (2, ["sign_up_moved_up"], [])


def test_giving_up_twice_frees_one_place(station, now):
    film = build_film(station, now=now)
    a, b = build_people(station, 2, now=now)
    first, _ = join(film, a, b, now=now)

    again = [service.cancel(actor=act_as(a), sign_up_id=first.id, now=now) for _ in range(2)]

    assert [each.is_new for each in again] == [True, False]
    assert taken(film) == 1


def test_whoever_gave_up_may_sign_up_again_and_stands_last(station, now):
    film = build_film(station, capacity=1, now=now)
    a, b = build_people(station, 2, now=now)
    first, _ = join(film, a, b, now=now)
    service.cancel(actor=act_as(a), sign_up_id=first.id, now=now)

    (again,) = join(film, a, now=now)

    assert (again.id, again.state, again.place_in_line) == (first.id, "waiting", 1)
    assert state_of(film, b) == "confirmed"


def test_nobody_gives_up_the_place_of_another(station, now):
    film = build_film(station, now=now)
    a, b = build_people(station, 2, now=now)
    first, _ = join(film, a, b, now=now)

    with pytest.raises(SignUpNotFoundError):
        service.cancel(actor=act_as(b), sign_up_id=first.id, now=now)


def test_more_places_move_the_line_up(station, now):
    film = build_film(station, now=now)
    people = build_people(station, 5, now=now)
    join(film, *people, now=now)

    planning.update_occasion(actor=SYSTEM, occasion_id=film.id, changes={"capacity": 4}, now=now)

    assert states_of(film) == ["confirmed"] * 4 + ["waiting"]
    assert taken(film) == 4


def test_no_limit_any_more_lets_everybody_in_and_a_new_one_counts_them(station, now):
    film = build_film(station, now=now)
    join(film, *build_people(station, 4, now=now), now=now)

    def limit(places):
        planning.update_occasion(
            actor=SYSTEM, occasion_id=film.id, changes={"capacity": places}, now=now
        )

    limit(None)
    assert states_of(film) == ["confirmed"] * 4
    with pytest.raises(OccasionInUseError):
        limit(3)
    limit(5)
    assert taken(film) == 4


def test_fewer_places_than_are_kept_are_refused(station, now):
    film = build_film(station, now=now)
    join(film, *build_people(station, 2, now=now), now=now)

    for changes in ({"capacity": 1}, {"takes_sign_ups": False}):
        with pytest.raises(OccasionInUseError):
            planning.update_occasion(actor=SYSTEM, occasion_id=film.id, changes=changes, now=now)
    assert states_of(film) == ["confirmed"] * 2


def test_cancelling_the_occasion_cancels_and_tells(station, now):
    film = build_film(station, now=now)
    people = build_people(station, 3, now=now)
    join(film, *people, now=now)

    planning.cancel_occasion(actor=SYSTEM, occasion_id=film.id, now=now)

    assert (states_of(film), taken(film)) == (["cancelled"] * 3, 0)
    assert [told(each) for each in people] == [["sign_up_occasion_cancelled"]] * 3
    with pytest.raises(SignUpClosedError):
        join(film, people[0], now=now)


def test_another_time_is_told_to_everybody_and_sign_up_closes_as_long_before(station, now):
    closes_at = now + timedelta(days=2)
    film = build_film(station, sign_up_closes_at=closes_at, now=now)
    (person,) = build_people(station, 1, now=now)
    join(film, person, now=now)
    later = {
        "starts_at": film.starts_at + timedelta(days=1),
        "ends_at": film.ends_at + timedelta(days=1),
    }

    moved = planning.update_occasion(actor=SYSTEM, occasion_id=film.id, changes=later, now=now)

    assert moved.sign_up_closes_at == closes_at + timedelta(days=1)
    assert told(person) == ["sign_up_time_changed"]


def test_another_place_is_told_to_everybody_who_is_still_to_come(station, now):
    film = build_film(station, capacity=2, place="线下空间", now=now)
    kept, gone, waiting = build_people(station, 3, now=now)
    _, given_up, _ = join(film, kept, gone, waiting, now=now)
    service.cancel(actor=act_as(gone), sign_up_id=given_up.id, now=now)

    for place in ("4号厅", "5号厅"):
        changes = {"place": place, "title": "红色观影"}
        planning.update_occasion(actor=SYSTEM, occasion_id=film.id, changes=changes, now=now)

    assert told(kept) == ["sign_up_place_changed"] * 2
    assert told(waiting) == ["sign_up_place_changed"] * 2 + ["sign_up_moved_up"]
    assert told(gone) == []
    last = notices.page_notices(participant_id=kept.id).items[0]
    assert sentences.explain_notice(last, occasion=activities.get_occasion(film.id)).why == (
        "现在在5号厅"
    )


def test_sign_up_cannot_close_after_check_in(station, now):
    with pytest.raises(OccasionTimesError):
        build_film(station, sign_up_closes_at=now + timedelta(days=9), now=now)


def test_an_account_that_closes_gives_its_places_on(station, now):
    film = build_film(station, capacity=1, now=now)
    a, b = build_people(station, 2, now=now)
    join(film, a, b, now=now)

    identity.close_participant(actor=SYSTEM, participant_id=a.id, now=now)

    assert (state_of(film, a), state_of(film, b), taken(film)) == ("cancelled", "confirmed", 1)


def test_those_of_other_centers_and_what_takes_no_sign_ups_are_refused(station, now):
    film = build_film(station, now=now)
    stranger = build_participant(build_station(), now=now)
    (person,) = build_people(station, 1, now=now)

    with pytest.raises(ParticipantNotFoundError):
        join(film, stranger, now=now)
    with pytest.raises(SignUpNotOfferedError):
        join(build_occasion(station, now=now), person, now=now)
    with pytest.raises(SignUpClosedError):
        join(film, person, now=film.starts_at + timedelta(seconds=1))


def test_staff_sign_a_resident_up_and_let_one_through(station, now):
    film = build_film(station, capacity=1, now=now)
    a, b, c = build_people(station, 3, now=now)
    staff = build_staff_actor(station)
    clerk = build_staff_actor(station, Role.CLERK)
    join(film, a, b, now=now)

    last = service.sign_up_by_staff(actor=clerk, occasion_id=film.id, participant_id=c.id, now=now)
    through = service.let_through(actor=staff, sign_up_id=last.id, now=now)

    assert (last.place_in_line, through.place_in_line) == (2, 1)
    assert queries.find_sign_up(occasion_id=film.id, participant_id=b.id).place_in_line == 2
    with pytest.raises(NotAllowedError):
        service.let_through(actor=clerk, sign_up_id=last.id, now=now)
    first = queries.find_sign_up(occasion_id=film.id, participant_id=a.id)
    with pytest.raises(NotWaitingError):
        service.let_through(actor=staff, sign_up_id=first.id, now=now)
    elsewhere = build_staff_actor(build_station(), Role.CLERK)
    with pytest.raises(NotAllowedError):
        service.cancel_by_staff(actor=elsewhere, sign_up_id=first.id, now=now)
    service.cancel_by_staff(actor=clerk, sign_up_id=first.id, now=before_start(film, hours=1))
    assert (state_of(film, c), state_of(film, b)) == ("confirmed", "waiting")


def test_staff_sign_themselves_up_as_everybody_does(station, now):
    (person,) = build_people(station, 1, now=now)
    own = build_own_actor(station, person)
    for days in (3, 4, 5):
        missed = build_film(station, now=now, starts_in=days * 24 * 60)
        join(missed, person, now=now)
        service.release_due(now=after_start(missed, minutes=10))
    at = after_start(missed, minutes=11)
    later = build_film(station, now=now, starts_in=10 * 24 * 60)

    with pytest.raises(SignUpPausedError):
        service.sign_up_by_staff(actor=own, occasion_id=later.id, participant_id=person.id, now=at)


def test_nobody_puts_themselves_first_in_line(station, now):
    film = build_film(station, capacity=1, now=now)
    *others, person = build_people(station, 3, now=now)
    *_, last = join(film, *others, person, now=now)

    with pytest.raises(OwnPlaceError):
        service.let_through(actor=build_own_actor(station, person), sign_up_id=last.id, now=now)

    assert queries.get_sign_up(last.id).place_in_line == 2


def test_whoever_may_not_come_cannot_sign_up(station, now):
    film = build_film(station, age_min=60, now=now)
    young = build_participant(station, birth_year=2000, now=now)
    old = build_participant(station, name="李老", birth_year=1950, now=now)

    with pytest.raises(AgeLimitError):
        join(film, young, now=now)
    (kept,) = join(film, old, now=now)
    assert (kept.state, taken(film)) == ("confirmed", 1)
