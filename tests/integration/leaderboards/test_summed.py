"""Without Redis a large board is summed once in some seconds for all who ask."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from rewards.leaderboards import queries
from rewards.leaderboards.queries import books
from rewards.leaderboards.types import Kind, Period, Source, Subject
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from rewards.network import queries as network
from tests.factories.books import post
from tests.factories.world import build_participant, build_station


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def crowd(station, now):
    people = [build_participant(station, now=now) for _ in range(14)]
    for number, person in enumerate(people[:12]):
        moment = now - timedelta(minutes=number // 5)
        post(person, station, amount=(30, 30, 20)[number % 3], now=moment)
    return people


@pytest.fixture
def read(station, now):
    def get_board(**details):
        day = (now + timedelta(hours=8)).date()
        return queries.get_board(**{"node": station, "day": day, "now": now, **details})

    return get_board


@pytest.fixture
def sums(monkeypatch):
    """The boards that were summed; every board counts as large."""
    monkeypatch.setattr(books, "SHARED_FROM", 1)
    list_ranked, made = ledger.list_ranked, []

    def list_slowly(span, *, limit):
        made.append(span)
        time.sleep(0.2)
        return list_ranked(span, limit=limit)

    monkeypatch.setattr(ledger, "list_ranked", list_slowly)
    return made


def read_parts(read, crowd):
    first = read(limit=5)
    parts = [first, read(limit=5, cursor=first.next), read(limit=100)]
    return parts + [read(around=person.id) for person in crowd]


def test_what_is_shared_is_what_the_statements_say(read, crowd, sums, monkeypatch):
    shared = read_parts(read, crowd)
    assert len(sums) == 1

    queries.forget()
    monkeypatch.setattr(books, "LINES_MAX", 11)
    single = read_parts(read, crowd)

    assert shared == single
    assert {board.source for board in shared} == {Source.DATABASE}


@pytest.mark.usefixtures("crowd")
@pytest.mark.databases("sqlite")
def test_boards_of_nodes_are_shared_too(read, station, sums, monkeypatch):
    center = network.list_ancestors(station.path)[0]
    wanted = {"node": center, "subject": Subject.NODE, "period": Period.YEAR}
    shared = read(**wanted)
    assert (len(sums), len(shared.items)) == (1, 1)

    monkeypatch.setattr(books, "LINES_MAX", 0)
    queries.forget()
    assert read(**wanted) == shared
    assert read(asset=Asset.SERVICE_MINUTES, kind=Kind.ALL).items == ()


def test_one_sums_for_all_who_ask_at_once(read, crowd, sums, app, station, now):
    def ask(number):
        with app.app_context():
            return read(around=crowd[number].id).me

    with ThreadPoolExecutor(4) as pool:
        own = list(pool.map(ask, range(4)))

    assert len(sums) == 1
    assert [each.participant_id for each in own] == [person.id for person in crowd[:4]]


def test_what_is_shared_is_some_seconds_old_at_most_and_says_so(
    read, crowd, sums, station, now, monkeypatch
):
    seconds = [100.0]
    monkeypatch.setattr(books._boards, "_clock", lambda: seconds[0])
    before = read()
    post(crowd[13], station, amount=99, now=now)
    later = now + timedelta(seconds=4)

    seconds[0] += books.SHARED_SECONDS - 0.1
    assert read(now=later) == replace(before, as_of=now)
    seconds[0] += 0.1
    after = read(now=later)

    assert after.items[0].member_id == str(crowd[13].id)
    assert (after.as_of, len(sums)) == (later, 2)
