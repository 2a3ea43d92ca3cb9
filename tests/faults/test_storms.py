"""Everybody at once, with the same request several times and workers killed meanwhile."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from .checks import check_all
from .clients import Client, Journal, check_in, fulfil, reserve
from .world import build_world

PEOPLE = 80
THREADS = 40
CAPACITY = 50
PIECES = 10
KILLS = 3
COPIES_OF_A_REQUEST = 3


@pytest.fixture
def world(instance):
    return build_world(instance, people=PEOPLE)


@pytest.fixture
def client(instance, world):
    instance.start()
    return Client(instance.port, Journal())


def storm(client, calls, *, seed):
    """Send every call from several threads at once: one writes it down, the others repeat it."""
    copies = [(number, copy) for number in range(len(calls)) for copy in range(COPIES_OF_A_REQUEST)]
    random.Random(seed).shuffle(copies)
    answers = [[] for _ in calls]
    first = [threading.Lock() for _ in calls]

    def send(number):
        call = calls[number]
        if first[number].acquire(blocking=False):
            client.send(call)
            answers[number].append((call.status, call.answer))
            return
        answered = client.try_once(call) or client.insist(call)
        answers[number].append(answered[:2])

    with ThreadPoolExecutor(THREADS) as threads:
        sent = [threads.submit(send, number) for number, _ in copies]
        yield
        for each in sent:
            each.result()
    for call, told in zip(calls, answers, strict=True):
        # A refusal carries the number of the request, so it is not compared.
        if call.is_acknowledged and any(answer != told[0] for answer in told):
            client.journal.contradictions.append((call, told))


def run(client, calls, *, seed, kill=lambda: None):
    for _ in storm(client, calls, seed=seed):
        kill()
    return Counter(call.status for call in calls)


def test_more_people_than_seats_while_workers_die(client, instance, world, seed, chooser, report):
    [occasion] = world.add_occasions(1, capacity=CAPACITY)
    calls = [check_in(person, occasion) for person in world.people]

    def kill():
        for _ in range(KILLS):
            threading.Event().wait(chooser.uniform(0.1, 0.4))
            instance.kill("web-worker", chooser=chooser)

    statuses = run(client, calls, seed=seed, kill=kill)

    outcome = check_all(world.settings, client.journal, foreseen={"occasion-full"})
    report(outcome, f"{CAPACITY} seats, {PEOPLE} people, {KILLS} workers killed")
    assert outcome.is_clean, outcome
    assert statuses == {201: CAPACITY, 409: PEOPLE - CAPACITY}


def test_many_desks_and_the_last_pieces(client, world, seed, report):
    reward_id = world.add_reward(pieces=PIECES)
    calls = [reserve(world, person, reward_id) for person in world.people]

    statuses = run(client, calls, seed=seed)
    reserved = [call for call in calls if call.is_acknowledged]
    fulfilled = run(client, [fulfil(world, call.answer) for call in reserved], seed=seed)

    outcome = check_all(world.settings, client.journal, foreseen={"out-of-stock"})
    report(outcome, f"{PIECES} pieces, {PEOPLE} people")
    assert outcome.is_clean, outcome
    assert statuses == {201: PIECES, 409: PEOPLE - PIECES}
    assert fulfilled == {200: PIECES}
