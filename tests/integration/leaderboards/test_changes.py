"""How far each has moved since yesterday, as Redis tells it."""

from datetime import timedelta

import pytest

from rewards.leaderboards import queries, service, store
from rewards.leaderboards.queries import changes
from rewards.leaderboards.types import Change, Kind, Period, Source
from rewards.ledger.types import BoardKind
from tests.factories.books import post, reverse
from tests.factories.world import build_participant, build_station

pytestmark = pytest.mark.usefixtures("redis_server")

DAY = timedelta(days=1)
NEW = Change(places=0, is_new=True)


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def read(station, now):
    def get_board(**details):
        moment = details.get("now", now)
        day = (moment + timedelta(hours=8)).date()
        return queries.get_board(**{"node": station, "day": day, "now": now, **details})

    return get_board


@pytest.fixture
def people(station, now):
    """By yesterday A 50, B 40, C 40, D 10; today B +20, D +35 and E 5 for the first time."""
    people = {name: build_participant(station, now=now) for name in "ABCDE"}
    for name, amount in {"A": 50, "B": 40, "C": 40, "D": 10}.items():
        post(people[name], station, amount=amount, now=now - 2 * DAY, board=BoardKind.STUDY)
    for name, amount in {"B": 20, "D": 35, "E": 5}.items():
        post(people[name], station, amount=amount, now=now)
    service.project(now=now)
    return people


def by_name(board, people):
    names = {str(person.id): name for name, person in people.items()}
    return {names[line.member_id]: line.change for line in board.items}


def move(places):
    return Change(places=places, is_new=False)


EXPECTED = {"B": move(1), "A": move(-1), "D": move(1), "C": move(-2), "E": NEW}


@pytest.mark.every_engine
def test_every_line_tells_how_far_it_has_moved(people, read):
    for period in (Period.WEEK, Period.MONTH, Period.YEAR, Period.ALL):
        board = read(period=period)

        assert board.source is Source.REDIS
        assert by_name(board, people) == EXPECTED


def test_neighbours_and_later_parts_tell_it_as_well(people, read):
    first = read(limit=2)

    assert by_name(read(around=people["D"].id), people) == EXPECTED
    assert by_name(first, people) | by_name(read(cursor=first.next), people) == EXPECTED


def test_a_board_of_a_kind_looks_at_that_kind_of_today(people, station, read, now):
    post(people["D"], station, amount=40, now=now, board=BoardKind.STUDY)
    service.project(now=now)

    told = by_name(read(kind=Kind.STUDY), people)

    assert told == {"A": move(0), "D": move(3), "B": move(-1), "C": move(-1)}


def test_what_is_taken_back_today_is_of_the_day_it_was_earned_on(people, station, read, now):
    entry = post(people["C"], station, amount=30, now=now)
    service.project(now=now)
    changes.known.forget()
    before = by_name(read(), people)["C"]

    reverse(entry, now=now)
    service.project(now=now)
    changes.known.forget()

    assert before == move(1)
    assert by_name(read(), people) == EXPECTED


def test_a_day_has_no_yesterday_and_neither_has_the_first_day_of_a_period(station, read, now):
    person = build_participant(station, now=now)
    monday = now - 5 * DAY
    post(person, station, amount=5, now=monday)
    service.project(now=monday)

    assert [line.change for line in read(period=Period.DAY, now=monday).items] == [None]
    assert [line.change for line in read(period=Period.WEEK, now=monday).items] == [None]
    assert [line.change for line in read(period=Period.MONTH, now=monday).items] == [NEW]


def test_a_period_that_is_over_tells_no_changes(station, read, now):
    person = build_participant(station, now=now)
    post(person, station, amount=5, now=now - 30 * DAY)
    service.project(now=now)

    board = read(day=(now - 30 * DAY).date())

    assert [line.change for line in board.items] == [None]


@pytest.mark.usefixtures("people")
def test_the_books_do_not_tell_changes(read):
    kept = store.connections._connections[:]
    store.connect(None)
    try:
        board = read()
    finally:
        store.connections._connections[:] = kept

    assert board.source is Source.DATABASE
    assert {line.change for line in board.items} == {None}


def test_where_too_many_have_moved_only_the_new_ones_are_known(people, read, monkeypatch):
    monkeypatch.setattr(store.boards, "MOVED_MAX", 2)

    told = by_name(read(), people)

    assert told == dict.fromkeys("ABCD") | {"E": NEW}


def test_a_rank_of_yesterday_is_counted_once_a_minute(people, read, monkeypatch):
    asked = []
    find_moved = store.find_moved

    def count(*args, **details):
        asked.append(details["values"])
        return find_moved(*args, **details)

    monkeypatch.setattr(store, "find_moved", count)
    now = [0.0]
    monkeypatch.setattr(changes.known, "_clock", lambda: now[0])
    first, again = read(), read()
    now[0] += changes.KEPT_SECONDS
    later = read()

    assert len(asked) == 2
    assert all({10, 40, 50} <= set(values) for values in asked)
    assert by_name(first, people) == by_name(again, people) == by_name(later, people) == EXPECTED
