"""Boards read part by part to the last place, while they move."""

from datetime import timedelta

import pytest

from rewards.core.errors import InvalidCursorError
from rewards.leaderboards import queries, rules, service, store
from rewards.leaderboards.types import Kind, Period, Place, Source, Subject
from rewards.ledger.types import Asset
from rewards.participants.types import BoardDisplay
from tests.factories.books import post
from tests.factories.world import build_participant, build_station

pytestmark = pytest.mark.usefixtures("redis_server")


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def crowd(station, now):
    """Many with the same points, many of whom got there in the same second."""
    people = [build_participant(station, now=now) for _ in range(12)]
    for number, person in enumerate(people):
        moment = now - timedelta(minutes=number // 5)
        post(person, station, amount=(30, 30, 20)[number % 3], now=moment)
    service.project(now=now)
    return people


@pytest.fixture
def read(station, now):
    def get_board(**details):
        day = (now + timedelta(hours=8)).date()
        return queries.get_board(**{"node": station, "day": day, "now": now, **details})

    return get_board


@pytest.fixture(params=[Source.REDIS, Source.DATABASE])
def source(request):
    """Where boards are read; without Redis, from the books."""
    kept = store.connections._connections[:]
    if request.param is Source.DATABASE:
        store.connections._connections.clear()
    yield request.param
    store.connections._connections[:] = kept


def stand(lines):
    return [(line.rank, line.member_id, line.value) for line in lines]


def read_on(read, limit, **details):
    parts = [read(limit=limit, **details)]
    while parts[-1].next is not None:
        parts.append(read(limit=limit, cursor=parts[-1].next, **details))
    return parts


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("limit", [1, 5, 12])
def test_the_parts_of_a_board_are_the_board(read, source, limit):
    whole = read(limit=100)
    parts = read_on(read, limit)

    assert whole.source is source
    assert whole.next is None
    assert [part.source for part in parts] == [source] * len(parts)
    assert [line for part in parts for line in part.items] == list(whole.items)
    assert [len(part.items) for part in parts[:-1]] == [limit] * (len(parts) - 1)


@pytest.mark.usefixtures("crowd")
def test_redis_goes_on_where_the_books_have_stopped_and_the_other_way_round(read):
    kept = store.connections._connections[:]
    whole = read(limit=100).items
    for is_first in (True, False):
        store.connections._connections[:] = kept if is_first else []
        first = read(limit=5)
        store.connections._connections[:] = [] if is_first else kept
        rest = read(limit=100, cursor=first.next)
        store.connections._connections[:] = kept

        assert first.source is not rest.source
        assert stand(first.items + rest.items) == stand(whole)


def test_who_falls_behind_a_cursor_is_seen_and_who_passes_it_is_not(
    crowd, station, read, source, now
):
    first = read(limit=5)
    places = [line.member_id for line in read(limit=100).items]
    climber = next(person for person in crowd if str(person.id) == places[-1])
    holder = next(person for person in crowd if str(person.id) == places[4])

    post(climber, station, amount=500, now=now)
    # The line at the cursor itself is no longer where it was.
    post(holder, station, amount=400, now=now)
    kept = store.connections._connections[:]
    service.project(now=now)
    store.connections._connections[:] = kept
    rest = read(limit=100, cursor=first.next)

    assert rest.source is source
    assert [line.member_id for line in rest.items] == places[5:-1]
    assert [line.rank for line in rest.items] == sorted(line.rank for line in rest.items)


@pytest.mark.usefixtures("crowd")
def test_after_the_last_place_there_is_nothing(station, read, source, now):
    key = build_key(station, now)
    last = read(cursor=rules.build_cursor(key, Place(1, b"\0" * 16)))

    assert (last.items, last.next, last.source) == ((), None, source)


def test_the_end_of_a_long_board_is_no_small_group(station, read, source, now):
    people = [
        build_participant(station, name=f"王小{letter}", board_display=BoardDisplay.MASKED, now=now)
        for letter in "甲乙丙丁戊己"
    ]
    for number, person in enumerate(people):
        post(person, station, amount=100 - number, now=now)
    kept = store.connections._connections[:]
    service.project(now=now)
    store.connections._connections[:] = kept

    parts = read_on(read, 4)

    assert [len(part.items) for part in parts] == [4, 2]
    assert not any(part.is_small for part in parts)
    assert all(line.name is not None for part in parts for line in part.items)


def test_a_cursor_of_another_board_is_refused(crowd, read):
    cursor = read(limit=1).next

    for other in ({"period": Period.YEAR}, {"subject": Subject.NODE}):
        with pytest.raises(InvalidCursorError):
            read(cursor=cursor, **other)


def build_key(station, now):
    return rules.build_key(
        node_path=station.path,
        asset=Asset.POINTS,
        kind=Kind.ALL,
        period=Period.MONTH,
        day=(now + timedelta(hours=8)).date(),
    )
