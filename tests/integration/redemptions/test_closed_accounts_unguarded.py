"""An account that is closed under a reservation, with a guard taken out: what each is there for."""

import threading

import pytest

from rewards.identity import service as identity
from rewards.ledger import operations as ledger
from rewards.participants.errors import ParticipantClosedError
from rewards.redemptions import operations, queries, rules
from rewards.redemptions.service import reserving
from rewards.redemptions.types import RedemptionStatus
from tests.factories.redemptions import SYSTEM, add_participant, add_shop, reserve

pytestmark = pytest.mark.databases("postgresql")

SECONDS_MAX = 30


@pytest.fixture
def meet(app, race, now, monkeypatch):
    """Return a function that closes an account during a reservation, and returns what came of it.

    The reservation stands still where it calls *step* of *module* until the account is closed,
    or *patience* ends.
    """
    shop = add_shop(now)
    person = add_participant(shop.station, now, points=60)

    def run(module, step, *, patience=SECONDS_MAX):
        arrived, closed = threading.Event(), threading.Event()
        go_on = getattr(module, step)

        def wait(*values, **named):
            arrived.set()
            closed.wait(timeout=patience)
            return go_on(*values, **named)

        def contend(number):
            if number == 0:
                return reserve(shop, person, now)
            arrived.wait(timeout=SECONDS_MAX)
            identity.close_participant(actor=SYSTEM, participant_id=person.participant_id, now=now)
            closed.set()
            return None

        monkeypatch.setattr(module, step, wait)
        done, failed = race(2, contend)
        assert failed is None
        return done

    return run


def lock_only(participant_id, *, now):
    return ledger.lock_spendable(participant_id=participant_id, now=now)


def status_of(redemption):
    return queries.get_redemption(redemption.id).status


def test_an_account_that_was_closed_meanwhile_reserves_nothing(meet):
    assert isinstance(meet(rules, "check_price"), ParticipantClosedError)


def test_without_a_look_under_the_lock_it_does(meet, monkeypatch):
    monkeypatch.setattr(reserving, "lock_owner", lock_only)

    assert status_of(meet(rules, "check_price")) is RedemptionStatus.RESERVED


def test_who_closes_an_account_waits_for_its_reservation_and_cancels_it(meet):
    redemption = meet(operations, "open_redemption", patience=0.2)

    assert status_of(redemption) is RedemptionStatus.CANCELLED


def test_without_the_lock_of_the_account_the_reservation_is_missed(meet, monkeypatch):
    monkeypatch.setattr(ledger, "lock_account", lambda **_account: None)

    assert status_of(meet(operations, "open_redemption")) is RedemptionStatus.RESERVED
