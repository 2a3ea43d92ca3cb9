"""Many people at the same moment. Each guard has a control that goes red without it."""

import time

import pytest
import sqlalchemy as sa

from rewards.access.types import SystemActor
from rewards.activities import operations as activities
from rewards.activities import queries as planned
from rewards.activities import service as planning
from rewards.activities.models import OccasionSeatsRow
from rewards.activities.types import Seats
from rewards.checkins import queries as checkins
from rewards.checkins import service as checking_in
from rewards.core.db import db, table_of
from rewards.core.errors import UnavailableError
from rewards.participants.models import ParticipantRow
from rewards.signups import queries, service
from rewards.signups.models import SignUpRow
from rewards.signups.operations import signing
from rewards.signups.types import SignUp
from rewards.web.statuses import refusal_of
from tests.factories.signups import (
    after_start,
    before_start,
    build_film,
    build_people,
    join,
    states_of,
    taken,
)
from tests.factories.world import act_as, build_participant, build_station

PLACES = 172
PEOPLE = 300
AT_ONCE = 8
PAUSE_SECONDS = 0.05
TRIES_MAX = 20


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def crowd(station, now):
    """Three hundred people, written at once: to seal each name takes longer than the race."""
    build_participant(station, now=now)
    table = table_of(ParticipantRow)
    one = dict(db.session.execute(sa.select(table)).mappings().one())
    numbers = range(1, PEOPLE)
    rows = [
        one | {"id": type(one["id"])(int=one["id"].int + n), "number": f"{10_000_000 + n}"}
        for n in numbers
    ]
    db.session.execute(sa.insert(table), rows)
    db.session.commit()
    return db.session.scalars(sa.select(table.c.id)).all()


class Person:
    def __init__(self, participant_id):
        self.id = participant_id


def rush(race, film, crowd, now):
    def sign_up(number):
        # Whoever is told that the database is busy asks again, as phones do.
        for _ in range(TRIES_MAX):
            try:
                return service.sign_up(
                    actor=act_as(Person(crowd[number])), occasion_id=film.id, now=now
                )
            except Exception as error:
                if not isinstance(refusal_of(error), UnavailableError):
                    raise
                db.session.remove()
        raise AssertionError("the database was busy all the time")

    return race(len(crowd), sign_up)


def test_of_three_hundred_at_once_172_have_a_place_and_128_stand_in_line(race, station, crowd, now):
    film = build_film(station, capacity=PLACES, now=now)

    outcomes = rush(race, film, crowd, now)

    assert all(isinstance(outcome, SignUp) for outcome in outcomes), outcomes
    tally = queries.tally([film.id])[film.id]
    assert (tally.confirmed, tally.waiting) == (PLACES, PEOPLE - PLACES)
    waiting = queries.list_sign_ups(film.id, "waiting")
    assert [each.place_in_line for each in waiting] == list(range(1, PEOPLE - PLACES + 1))
    assert taken(film) == PLACES


@pytest.fixture
def slow_look(monkeypatch):
    """Give every racer the time to look before any of them acts."""
    look = queries.find_sign_up

    def look_slowly(**wanted):
        found = look(**wanted)
        time.sleep(PAUSE_SECONDS)
        return found

    monkeypatch.setattr(queries, "find_sign_up", look_slowly)


def look_without_lock(occasion_id):
    row = db.session.get(OccasionSeatsRow, occasion_id)
    time.sleep(PAUSE_SECONDS)
    return Seats(occasion_id=occasion_id, capacity=row.capacity, taken=row.taken)


def outcomes_of_a_small_rush(race, station, now):
    film = build_film(station, capacity=3, now=now)
    people = build_people(station, AT_ONCE, now=now)
    outcomes = race(
        AT_ONCE,
        lambda n: service.sign_up(actor=act_as(people[n]), occasion_id=film.id, now=now),
    )
    return film, outcomes


def test_a_small_rush_fills_the_places_and_numbers_the_line(race, station, now):
    film, outcomes = outcomes_of_a_small_rush(race, station, now)

    assert all(isinstance(outcome, SignUp) for outcome in outcomes)
    assert sorted(states_of(film)) == ["confirmed"] * 3 + ["waiting"] * 5


# On SQLite the unit of work itself is the lock: tests/integration/core has its control.
@pytest.mark.databases("postgresql")
def test_without_the_lock_people_are_refused_whom_the_line_had_room_for(
    race, station, now, monkeypatch
):
    """The control: all look, and find places that are gone when they take them."""
    monkeypatch.setattr(activities, "lock_seats", look_without_lock)

    _film, outcomes = outcomes_of_a_small_rush(race, station, now)

    assert not all(isinstance(outcome, SignUp) for outcome in outcomes)


@pytest.mark.databases("postgresql")
def test_without_the_lock_and_the_guarded_update_a_rush_overfills(race, station, now, monkeypatch):
    """The control: look first, take later, no constraint."""
    monkeypatch.setattr(activities, "lock_seats", look_without_lock)
    monkeypatch.setattr(activities, "take_seat", lambda _occasion: None)

    film, _ = outcomes_of_a_small_rush(race, station, now)

    assert queries.tally([film.id])[film.id].confirmed > 3


@pytest.mark.usefixtures("slow_look")
def test_the_same_person_eight_times_at_once_has_one_place(race, station, now):
    for capacity in (5, None):
        film = build_film(station, capacity=capacity, now=now)
        (person,) = build_people(station, 1, now=now)

        outcomes = race(
            AT_ONCE,
            lambda _, film=film, person=person: service.sign_up(
                actor=act_as(person), occasion_id=film.id, now=now
            ),
        )

        assert len({each.id for each in outcomes}) == 1, outcomes
        assert states_of(film) == ["confirmed"]
        assert taken(film) in (1, None)


def give_up_at_once(race, station, now):
    film = build_film(station, capacity=2, now=now)
    a, b = build_people(station, 2, now=now)
    first, _ = join(film, a, b, now=now)
    race(AT_ONCE, lambda _: service.cancel(actor=act_as(a), sign_up_id=first.id, now=now))
    return film


def test_giving_up_eight_times_at_once_frees_one_place(race, station, now):
    assert taken(give_up_at_once(race, station, now)) == 1


@pytest.mark.databases("postgresql")
def test_without_the_locks_giving_up_at_once_frees_too_many(race, station, now, monkeypatch):
    """The control: all see a place that is kept, and each gives it back."""

    def look(*conditions):
        row = db.session.execute(sa.select(table_of(SignUpRow)).where(*conditions)).one()
        time.sleep(PAUSE_SECONDS)
        return row

    monkeypatch.setattr(activities, "lock_seats", lambda _occasion_id: None)
    monkeypatch.setattr(signing, "lock_row", look)
    monkeypatch.setattr(signing, "move_up", lambda *_, **__: None)

    assert taken(give_up_at_once(race, station, now)) == 0


def test_coming_and_the_release_at_once_never_lose_or_double_a_place(race, station, now):
    film = build_film(station, capacity=AT_ONCE, now=now)
    people = build_people(station, AT_ONCE * 2, now=now)
    join(film, *people, now=now)
    at = after_start(film, minutes=10)
    code = checkins.get_display_code(film, now=at).token

    def act(number):
        if number % 4 == 0:
            return service.release_due(now=at)
        return checking_in.check_in_by_code(actor=act_as(people[number]), code=code, now=at)

    race(AT_ONCE, act)

    tally = queries.tally([film.id])[film.id]
    assert taken(film) == tally.confirmed + tally.arrived == AT_ONCE
    assert checkins.count_attendance([film.id])[film.id] == tally.arrived


def test_giving_up_and_signing_up_at_once_keeps_the_house_full(race, station, now):
    film = build_film(station, capacity=4, now=now)
    people = build_people(station, 12, now=now)
    kept = join(film, *people[:4], now=now)
    at = before_start(film, hours=30)

    def act(number):
        if number < 4:
            return service.cancel(actor=act_as(people[number]), sign_up_id=kept[number].id, now=at)
        return service.sign_up(actor=act_as(people[number]), occasion_id=film.id, now=at)

    outcomes = race(12, act)

    assert all(isinstance(outcome, SignUp) for outcome in outcomes), outcomes
    assert sorted(states_of(film)) == ["cancelled"] * 4 + ["confirmed"] * 4 + ["waiting"] * 4
    assert taken(film) == 4


def limit_while_people_sign_up(race, station, now):
    film = build_film(station, capacity=None, now=now)
    people = build_people(station, AT_ONCE, now=now)

    def act(number):
        if number < AT_ONCE:
            return service.sign_up(actor=act_as(people[number]), occasion_id=film.id, now=now)
        return planning.update_occasion(
            actor=SystemActor(), occasion_id=film.id, changes={"capacity": AT_ONCE}, now=now
        )

    outcomes = race(AT_ONCE + 1, act)
    assert not [each for each in outcomes if isinstance(each, Exception)]
    return taken(film), queries.tally([film.id])[film.id].confirmed


@pytest.mark.usefixtures("slow_look")
def test_places_that_are_counted_while_people_sign_up_are_all_counted(race, station, now):
    assert limit_while_people_sign_up(race, station, now) == (AT_ONCE, AT_ONCE)


@pytest.mark.databases("postgresql")
@pytest.mark.usefixtures("slow_look")
def test_without_the_lock_places_are_counted_past_those_who_sign_up(
    race, station, now, monkeypatch
):
    """The control: who has begun to sign up when places are counted takes none."""
    monkeypatch.setattr(activities, "lock_occasion", planned.get_occasion)

    counted, confirmed = limit_while_people_sign_up(race, station, now)

    assert counted < confirmed


def test_two_workers_at_once_remind_everybody_once(race, station, now):
    film = build_film(station, capacity=None, now=now)
    join(film, *build_people(station, 6, now=now), now=now)

    reminded = race(4, lambda _: service.remind_due(now=before_start(film, hours=24), limit=3))

    assert all(isinstance(each, int) for each in reminded), reminded
    assert sum(reminded) + service.remind_due(now=before_start(film, hours=24)) == 6
