"""A worker killed at four exact points of a request, and the same request again."""

from itertools import cycle

import pytest

from .checks import check_books
from .clients import Client, Journal, cancel, check_in, fulfil, reserve
from .instance import Server, wait_until

ROUNDS = 6
# Whether the first try took effect, so that the second gets the stored answer.
POINTS = {
    "before-begin": False,
    "before-commit": False,
    "before-answer": True,
    "after-answer": True,
}


@pytest.fixture
def serve(instance, world):
    """Return a function that serves with the points; *control* takes a guard away."""
    running = []

    def start(control=""):
        running.append(Server(instance, FAULT_CONTROL=control))
        return Client(instance.port, Journal())

    yield start
    for server in running:
        server.stop()


def plan_calls(world, occasion, client):
    """Yield calls of every kind without end, each possible when it is asked for."""
    for person in cycle(world.people):
        if (person.id, occasion.id) not in {call.subject[1:] for call in client.journal.calls}:
            yield check_in(person, occasion)
        kept, given_up = (reserve(world, person, world.reward_ids[0]) for _ in range(2))
        yield kept
        yield fulfil(world, kept.answer)
        yield given_up
        yield cancel(person, given_up.answer)


def test_a_request_whose_worker_dies_takes_effect_once(serve, world, seed, chooser, report):
    client = serve()
    [occasion] = world.add_occasions(1)
    points = chooser.sample([*POINTS] * ROUNDS, len(POINTS) * ROUNDS)

    for call, point in zip(plan_calls(world, occasion, client), points, strict=False):
        client.send(call, headers={"X-Fault-Point": point})
        assert call.is_acknowledged, call.answer
        if point == "after-answer":
            assert call.tries == 1
            client.repeat(call)
        else:
            assert call.tries > 1
            assert call.is_hit is POINTS[point], point

    outcome = check_books(world.settings, client.journal)
    report(outcome, f"{len(points)} workers killed, {ROUNDS} at each of {len(POINTS)} points")
    assert outcome.is_clean, outcome
    assert outcome.acknowledged == len(points)


def test_with_the_key_stored_after_the_commit_a_redemption_is_doubled(serve, world, seed, report):
    client = serve("late-key")

    call = reserve(world, world.people[0], world.reward_ids[0])
    client.send(call, headers={"X-Fault-Point": "before-answer"})

    outcome = check_books(world.settings, client.journal)
    report(outcome, "negative control")
    assert call.is_acknowledged
    assert not call.is_hit
    assert len(outcome.doubled) == 1


def test_with_the_answer_before_the_commit_what_was_acknowledged_is_lost(
    serve, instance, world, seed, report
):
    client = serve("early-answer")
    [occasion] = world.add_occasions(1)

    for call in (
        check_in(world.people[0], occasion),
        reserve(world, world.people[1], world.reward_ids[0]),
    ):
        client.send(call, headers={"X-Fault-Point": "before-durable"})
        wait_until(instance.answers)

    outcome = check_books(world.settings, client.journal)
    report(outcome, "negative control")
    assert outcome.acknowledged == 2
    assert len(outcome.lost) == 2


def test_one_key_with_another_body_has_no_effect(serve, world, seed, report):
    client = serve()
    [occasion] = world.add_occasions(1)
    used = client.send(check_in(world.people[0], occasion))

    for number in range(20):
        other = check_in(world.people[0], occasion)
        other.key, other.body = used.key, {"code": f"{number:037d}"}
        client.send(other)
        assert other.status == 422

    outcome = check_books(world.settings, client.journal, foreseen={"idempotency-key-reused"})
    report(outcome, "20 bodies under one key")
    assert outcome.is_clean, outcome
