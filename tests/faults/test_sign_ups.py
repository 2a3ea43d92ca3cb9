"""Three hundred people sign up for a hall of 172 seats at the same instant, and come at once.

172 have a seat and 128 stand in line, also while workers are killed and
everybody asks again until they are answered. At the door those with a seat get
in, and the others are told their place in line.
"""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from rewards.activities.models import OccasionSeatsRow
from rewards.core import clock
from rewards.core.db import db
from rewards.signups import queries

from .checks import check_all
from .clients import CODE_PASSED, Call, Client, Journal, check_in
from .world import build_world, open_app

PEOPLE = 300
SEATS = 172
KILLS = 6


@pytest.fixture
def world(instance):
    return build_world(instance, people=PEOPLE)


@pytest.fixture
def client(instance, world):
    instance.start()
    return Client(instance.port, Journal())


def sign_up(person, occasion):
    return Call(
        key=uuid4().hex,
        token=person.token,
        path=f"/occasions/{occasion.id}/sign-ups",
        body={},
        subject=("sign-up", person.id, occasion.id),
    )


def send_at_once(client, calls, *, meanwhile=lambda: None):
    together = threading.Barrier(len(calls) + 1)

    def send(call):
        together.wait()
        return client.send(call)

    with ThreadPoolExecutor(len(calls)) as threads:
        sending = [threads.submit(send, call) for call in calls]
        together.wait()
        began = time.monotonic()
        meanwhile()
        return [each.result() for each in sending], time.monotonic() - began


def count(world, occasion):
    with open_app(world.settings):
        taken = db.session.scalar(
            sa.select(OccasionSeatsRow.taken).where(OccasionSeatsRow.occasion_id == occasion.id)
        )
        return queries.tally([occasion.id])[occasion.id], taken


@pytest.mark.parametrize("kills", [0, KILLS], ids=["all-at-once", "while-workers-die"])
def test_three_hundred_for_172_seats(client, instance, world, chooser, report, kills):
    closes_at = clock.now() + timedelta(minutes=25)
    [film] = world.add_occasions(
        1, capacity=SEATS, takes_sign_ups=True, sign_up_closes_at=closes_at
    )

    def kill():
        for _ in range(kills):
            threading.Event().wait(chooser.uniform(0.1, 0.4))
            instance.kill("web-worker", chooser=chooser)

    calls, seconds = send_at_once(
        client, [sign_up(person, film) for person in world.people], meanwhile=kill
    )

    tally, taken = count(world, film)
    states = Counter(call.answer.get("state") for call in calls)
    report(f"{PEOPLE} sign-ups, {kills} kills, {seconds:.1f} s, {dict(states)}")
    assert states == {"confirmed": SEATS, "waiting": PEOPLE - SEATS}
    places = sorted(
        call.answer["place_in_line"] for call in calls if call.answer["state"] == "waiting"
    )
    assert places == list(range(1, PEOPLE - SEATS + 1))
    assert (tally.confirmed, tally.waiting, taken) == (SEATS, PEOPLE - SEATS, SEATS)
    assert not client.journal.failures

    calls, seconds = send_at_once(client, [check_in(person, film) for person in world.people])

    while any(call.refusal == CODE_PASSED for call in calls):
        calls = [
            client.send(check_in(person, film)) if call.refusal == CODE_PASSED else call
            for person, call in zip(world.people, calls, strict=True)
        ]
    statuses = Counter(call.refusal or call.status for call in calls)
    tally, taken = count(world, film)
    report(f"{PEOPLE} at the door, {seconds:.1f} s, {dict(statuses)}")
    assert statuses == {201: SEATS, "still-waiting": PEOPLE - SEATS}
    assert (tally.arrived, tally.confirmed, taken) == (SEATS, 0, SEATS)
    outcome = check_all(world.settings, client.journal, foreseen={"still-waiting", CODE_PASSED})
    report(outcome)
    assert not outcome.inconsistencies, outcome
