"""An account that is closed while its owner signs up keeps no place; and without the guard."""

import threading

import pytest

from rewards.access.types import SystemActor
from rewards.activities import operations as activities
from rewards.core.checks import Scope
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.ledger import operations as ledger
from rewards.signups import queries, service
from tests.factories.signups import build_film, build_people, state_of, taken
from tests.factories.world import act_as, build_station

pytestmark = pytest.mark.databases("postgresql")

SECONDS_MAX = 30


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def film(station, now):
    return build_film(station, now=now, capacity=1)


@pytest.fixture
def person(station, now):
    (person,) = build_people(station, 1, now=now)
    return person


@pytest.fixture
def meet(film, person, race, now, monkeypatch):
    """Return a function that closes an account during a sign-up.

    The sign-up stands still where it calls *step* of *module* until the account is closed,
    or *patience* ends.
    """

    def run(module, step, *, patience=SECONDS_MAX):
        arrived, closed = threading.Event(), threading.Event()
        go_on = getattr(module, step)

        def wait(*values, **named):
            arrived.set()
            closed.wait(timeout=patience)
            return go_on(*values, **named)

        def contend(number):
            if number == 0:
                return service.sign_up(actor=act_as(person), occasion_id=film.id, now=now)
            arrived.wait(timeout=SECONDS_MAX)
            identity.close_participant(actor=SystemActor(), participant_id=person.id, now=now)
            closed.set()
            return None

        monkeypatch.setattr(module, step, wait)
        signed_up, closing = race(2, contend)
        assert (signed_up.is_new, closing) == (True, None)

    return run


def find_unforgotten(now):
    scope = Scope(after=0, through=0, now=now, is_whole=True)
    with db.engine.connect() as connection:
        return [each.invariant for each in queries.list_kept_places(connection, scope)]


def test_who_closes_an_account_waits_for_its_sign_up_and_gives_the_place_up(
    meet, film, person, now
):
    meet(activities, "take_seat", patience=0.2)

    assert (state_of(film, person), taken(film), find_unforgotten(now)) == ("cancelled", 0, [])


def test_without_the_lock_of_the_account_the_place_is_kept_for_nobody(
    meet, film, person, now, monkeypatch
):
    monkeypatch.setattr(ledger, "lock_account", lambda **_account: None)
    meet(activities, "take_seat")

    assert (state_of(film, person), taken(film), find_unforgotten(now)) == ("confirmed", 1, ["I22"])
