"""An occasion that is cancelled, or an account that is closed, during a check-in.

Each guard has a control that goes red without it. SQLite lets one unit in at a time.
"""

import threading

import pytest

from rewards.access.types import SystemActor
from rewards.activities import operations as activities_operations
from rewards.activities import queries as activities
from rewards.activities import service as planning
from rewards.activities.errors import OccasionCancelledError, OccasionInUseError
from rewards.activities.types import Occasion, OccasionKind, OccasionStatus
from rewards.checkins import queries, rules, service
from rewards.checkins.errors import AccountClosedError
from rewards.checkins.operations import attending
from rewards.checkins.types import Receipt
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from tests.factories.world import act_as, build_occasion, build_participant, build_station

SECONDS_MAX = 30
AT_ONCE = 8
# Where a scan stands still: before it holds anything, and when it was looked at.
SCANNED = (rules, "check_link")
WELCOMED = (activities_operations, "check_eligible")


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def meet(race, now, monkeypatch):
    """Return a function that does something else during a scan, and returns what came of both.

    The scan stands still where it calls *step* until the other is done, or
    *patience* ends.
    """

    def run(step, other, scan, *, patience=SECONDS_MAX):
        arrived, done = threading.Event(), threading.Event()
        go_on = getattr(*step)

        def wait(*values, **named):
            arrived.set()
            done.wait(timeout=patience)
            return go_on(*values, **named)

        def contend(number):
            if number == 0:
                return scan()
            arrived.wait(timeout=SECONDS_MAX)
            try:
                return other()
            finally:
                done.set()

        monkeypatch.setattr(*step, wait)
        return race(2, contend)

    return run


def scan_in(person, occasion, now):
    code = queries.get_display_code(occasion, now=now).token
    return lambda: service.check_in_by_code(actor=act_as(person), code=code, now=now)


def cancel(occasion, now):
    return lambda: planning.cancel_occasion(actor=SystemActor(), occasion_id=occasion.id, now=now)


def close(person, now):
    return lambda: identity.close_participant(
        actor=SystemActor(), participant_id=person.id, now=now
    )


def is_cancelled(occasion):
    return activities.get_occasion(occasion.id).status is OccasionStatus.CANCELLED


def test_an_occasion_cancelled_in_a_rush_has_nobody_or_everybody(station, race, now):
    occasion = build_occasion(station, now=now)
    people = [build_participant(station, name=f"居民{n}", now=now) for n in range(AT_ONCE)]
    acts = [cancel(occasion, now), *(scan_in(each, occasion, now) for each in people)]

    outcomes = race(AT_ONCE + 1, lambda n: acts[n]())

    came = [each for each in outcomes[1:] if isinstance(each, Receipt)]
    refused = [each for each in outcomes[1:] if isinstance(each, OccasionCancelledError)]
    assert (len(came), len(refused)) in {(AT_ONCE, 0), (0, AT_ONCE)}
    assert is_cancelled(occasion) is (not came)
    assert isinstance(outcomes[0], OccasionInUseError if came else Occasion)


@pytest.mark.databases("postgresql")
def test_who_scanned_before_it_was_cancelled_is_refused(station, meet, now):
    person, occasion = build_participant(station, now=now), build_occasion(station, now=now)

    scanned, _ = meet(SCANNED, cancel(occasion, now), scan_in(person, occasion, now))

    assert isinstance(scanned, OccasionCancelledError)
    assert (is_cancelled(occasion), ledger.get_balance(person.id).balance) == (True, 0)


@pytest.mark.databases("postgresql")
def test_who_cancels_waits_for_whoever_is_checking_in(station, meet, now):
    person, occasion = build_participant(station, now=now), build_occasion(station, now=now)

    scanned, cancelled = meet(
        WELCOMED, cancel(occasion, now), scan_in(person, occasion, now), patience=0.2
    )

    assert (scanned.points, is_cancelled(occasion)) == (5, False)
    assert isinstance(cancelled, OccasionInUseError)


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("step", [SCANNED, WELCOMED])
def test_without_the_hold_they_are_in_and_it_is_cancelled(station, meet, now, monkeypatch, step):
    """The control: what the status was before is all that is known."""
    person, occasion = build_participant(station, now=now), build_occasion(station, now=now)
    monkeypatch.setattr(activities_operations, "keep_scheduled", lambda _occasion_id: True)

    scanned, _ = meet(step, cancel(occasion, now), scan_in(person, occasion, now))

    assert (scanned.points, is_cancelled(occasion)) == (5, True)


@pytest.mark.databases("postgresql")
def test_an_account_that_was_closed_meanwhile_gets_nothing(station, meet, now):
    person, occasion = build_participant(station, now=now), build_occasion(station, now=now)

    scanned, _ = meet(SCANNED, close(person, now), scan_in(person, occasion, now))

    assert isinstance(scanned, AccountClosedError)
    assert ledger.get_balance(person.id).balance == 0
    assert queries.count_attendance([occasion.id]) == {occasion.id: 0}


@pytest.mark.databases("postgresql")
def test_without_a_look_under_the_lock_it_gets_points(station, meet, now, monkeypatch):
    """The control: that the sign-in was good before is all that is known."""
    person, occasion = build_participant(station, now=now), build_occasion(station, now=now)
    monkeypatch.setattr(activities_operations, "check_eligible", lambda *_who: None)

    scanned, _ = meet(SCANNED, close(person, now), scan_in(person, occasion, now))

    assert scanned.points == 5


@pytest.fixture
def leave(station, now):
    """Return somebody who is in, and what they do when they scan to leave."""
    person = build_participant(station, now=now)
    occasion = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now)
    assert scan_in(person, occasion, now)().is_new
    code = queries.get_display_code(occasion, now=occasion.ends_at).token
    return person, lambda: service.check_out_by_code(
        actor=act_as(person), code=code, now=occasion.ends_at
    )


@pytest.mark.databases("postgresql")
def test_nor_do_the_hours_of_whoever_leaves_then(leave, meet, now):
    person, scan = leave

    scanned, _ = meet(SCANNED, close(person, now), scan)

    assert isinstance(scanned, AccountClosedError)
    assert ledger.get_balance(person.id).balance == 0


@pytest.mark.databases("postgresql")
def test_without_a_look_there_they_do(leave, meet, now, monkeypatch):
    """The control."""
    person, scan = leave
    monkeypatch.setattr(attending, "check_account_open", lambda _participant_id: None)

    scanned, _ = meet(SCANNED, close(person, now), scan)

    assert scanned.points > 0
