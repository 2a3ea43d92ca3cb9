"""A thousand people at one door at the same instant, and five hundred phones of one hall.

F2: everybody gets in once. F3: with 600 places, 600 get in and 400 are told
that it is full. F4: the same while workers are killed and everybody asks
again until they are answered.
"""

import http.client
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from rewards.checkins import rules as codes
from rewards.core import clock
from rewards.web.sessions import Cookie

from .checks import check_all
from .clients import CODE_PASSED, Client, Journal, check_in
from .world import build_world

PEOPLE = 1000
PLACES = 600
KILLS = 6
PHONES = 500
PHONES_AT_ONCE = 40


@pytest.fixture
def world(instance):
    return build_world(instance, people=PEOPLE)


@pytest.fixture
def client(instance, world):
    instance.start()
    return Client(instance.port, Journal())


def come_at_once(client, people, occasion):
    """Let everybody scan at the same instant; return the calls and the seconds they took."""
    together = threading.Barrier(len(people) + 1)

    def come(person):
        together.wait()
        call = client.send(check_in(person, occasion))
        while call.refusal == CODE_PASSED:
            # The screen has moved on while the service was away: they scan again.
            call = client.send(check_in(person, occasion))
        return call

    with ThreadPoolExecutor(len(people)) as threads:
        coming = [threads.submit(come, person) for person in people]
        together.wait()
        began = time.monotonic()
        yield began
        calls = [each.result() for each in coming]
    yield calls, time.monotonic() - began


def run(client, people, occasion, *, meanwhile=lambda: None):
    crowd = come_at_once(client, people, occasion)
    next(crowd)
    meanwhile()
    calls, seconds = next(crowd)
    return Counter(call.status for call in calls), seconds


@pytest.mark.parametrize(
    ("places", "kills"),
    [(None, 0), (PLACES, 0), (None, KILLS), (PLACES, KILLS)],
    ids=["all", "600-places", "all-while-workers-die", "600-places-while-workers-die"],
)
def test_a_thousand_at_once(client, instance, world, chooser, report, places, kills):
    [occasion] = world.add_occasions(1, capacity=places)

    def kill():
        for _ in range(kills):
            threading.Event().wait(chooser.uniform(0.2, 0.8))
            instance.kill("web-worker", chooser=chooser)

    statuses, seconds = run(client, world.people, occasion, meanwhile=kill)

    outcome = check_all(world.settings, client.journal, foreseen={"occasion-full", CODE_PASSED})
    report(
        outcome,
        f"{PEOPLE} people, {places} places, {kills} kills, {seconds:.1f} s,"
        f" tries without an answer {dict(client.journal.misses)}",
    )
    assert outcome.is_clean, outcome
    expected = {201: PEOPLE} if places is None else {201: places, 409: PEOPLE - places}
    assert statuses == expected


def test_five_hundred_phones_behind_one_address(client, instance, world, report):
    [occasion] = world.add_occasions(1)
    began = time.monotonic()
    with ThreadPoolExecutor(PHONES_AT_ONCE) as threads:
        statuses = Counter(
            status
            for seen in threads.map(
                lambda person: scan_with_a_phone(instance.port, person, occasion),
                world.people[:PHONES],
            )
            for status in seen
        )
    seconds = time.monotonic() - began

    outcome = check_all(world.settings, client.journal, foreseen=set())
    report(f"{PHONES} phones, {dict(statuses)}, {seconds:.1f} s")
    assert statuses == {200: 2 * PHONES, 303: PHONES}
    assert not outcome.inconsistencies


def scan_with_a_phone(port, person, occasion):
    """Open the link, tap, read the result, as a browser does; return the statuses."""
    jar = {Cookie.PARTICIPANT.value: person.token}
    code = codes.build_code(label=occasion.code_label, key=occasion.code_key, now=clock.now())
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        landing, page = ask(connection, "GET", f"/C/{code.token}", jar)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        tapped, _page = ask(connection, "POST", "/check-ins", jar, f"csrf_token={token}")
        result, page = ask(connection, "GET", tapped.headers["Location"], jar)
    assert "签到成功" in page
    return landing.status, tapped.status, result.status


def ask(connection, method, path, jar, body=None):
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body=body, headers=headers)
    response = connection.getresponse()
    text = response.read().decode()
    for line in response.headers.get_all("Set-Cookie") or ():
        name, _equals, value = line.partition(";")[0].partition("=")
        jar[name] = value
    return response, text
