"""Boards as they are shown: the same from Redis and from the books."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest

from rewards.core.unit import use_case
from rewards.leaderboards import queries, service, store
from rewards.leaderboards.types import Kind, Period, Source, Subject
from rewards.ledger.types import Asset, BoardKind
from rewards.network import queries as network
from rewards.network.types import Level
from rewards.participants import operations as participants
from rewards.participants.types import BoardDisplay, ConsentChannel
from tests.factories.books import post, reverse
from tests.factories.teams import build_team
from tests.factories.world import build_node, build_participant, build_station

pytestmark = [pytest.mark.every_engine, pytest.mark.usefixtures("redis_server")]

DAY = timedelta(days=1)


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def today(now):
    return (now + timedelta(hours=8)).date()


@pytest.fixture
def read(station, today, now):
    """Return a function that reads a board of the station."""

    def get_board(**details):
        return queries.get_board(**{"node": station, "day": today, "now": now, **details})

    return get_board


@pytest.fixture
def read_books(read):
    """Return a function that reads a board without Redis."""

    def get_board(**details):
        kept = store.connections._connections[:]
        store.connect(None)
        try:
            return read(**details)
        finally:
            store.connections._connections[:] = kept

    return get_board


@pytest.fixture
def crowd(station, now):
    """Fourteen people of two teams, many with the same points, who got there at different times."""
    teams = [build_team(station, now=now) for _ in range(2)]
    people = [build_participant(station, now=now) for _ in range(14)]
    amounts = [50, 40, 40, 40, 30, 30, 20, 20, 20, 20, 20, 10, 10, 5]
    for number, (person, amount) in enumerate(zip(people, amounts, strict=True)):
        moment = now - timedelta(minutes=number * 7 % 14)
        board = (BoardKind.STUDY, BoardKind.SERVICE, BoardKind.NONE)[number % 3]
        team_id = teams[number % 2].id
        post(person, station, amount=amount, board=board, team_id=team_id, now=moment)
        minutes = {
            "asset": Asset.SERVICE_MINUTES,
            "board": BoardKind.SERVICE,
            "team_id": team_id,
        }
        post(person, station, amount=60 + number % 4, now=moment, **minutes)
    service.project(now=now)
    return people


def compare(board):
    # The books do not tell who has moved.
    items = tuple(replace(line, change=None) for line in board.items)
    return replace(board, items=items, as_of=None, source=None)


def test_who_got_there_first_stands_first_and_equal_points_share_a_rank(
    station, read, read_books, now
):
    first, second, third = sorted(
        (build_participant(station, now=now) for _ in range(3)), key=lambda each: each.id
    )
    # The order of the identifiers says the contrary of the order in time.
    post(first, station, amount=10, now=now)
    post(second, station, amount=100, now=now - timedelta(minutes=5))
    post(third, station, amount=60, now=now - timedelta(minutes=9))
    post(third, station, amount=40, now=now)
    service.project(now=now)

    for board in (read(), read_books()):
        assert [(each.rank, each.member_id) for each in board.items] == [
            (1, str(second.id)),
            (1, str(third.id)),
            (3, str(first.id)),
        ]


def test_spending_leaves_everybody_where_they_stand(crowd, station, read, now):
    before = read()
    post(crowd[0], station, amount=-45, now=now)
    service.project(now=now)

    assert read().items == before.items


def test_what_is_taken_back_leaves_every_board_of_its_day(station, read, read_books, today, now):
    person = build_participant(station, now=now)
    kept = post(person, station, amount=5, day=today, board=BoardKind.STUDY, now=now)
    wrong = post(person, station, amount=20, day=today, board=BoardKind.STUDY, now=now)
    post(person, station, amount=-25, now=now)
    service.project(now=now)

    reverse(wrong, now=now + timedelta(hours=1))
    service.project(now=now)

    assert kept != wrong
    for period in Period:
        here, there = read(period=period), read_books(period=period)
        assert (here.source, there.source) == (Source.REDIS, Source.DATABASE)
        assert [line.value for line in here.items] == [line.value for line in there.items] == [5]


@pytest.mark.usefixtures("crowd")
def test_every_board_is_the_same_from_redis_and_from_the_books(read, read_books, station):
    nodes = network.list_ancestors(station.path)
    for node, subject, kind, asset, period in product(nodes, Subject, Kind, Asset, Period):
        wanted = {"node": node, "subject": subject, "kind": kind, "asset": asset, "period": period}
        here, there = read(**wanted), read_books(**wanted)

        assert (here.source, there.source) == (Source.REDIS, Source.DATABASE)
        # Below the station there is no node that could stand on a board.
        assert (here.items == ()) == (subject is Subject.NODE and node == station)
        assert compare(here) == compare(there)


def test_the_neighbours_of_everybody_are_the_same_from_redis_and_from_the_books(
    crowd, read, read_books
):
    for person in crowd:
        here, there = read(around=person.id), read_books(around=person.id)

        assert (here.source, there.source) == (Source.REDIS, Source.DATABASE)
        assert compare(here) == compare(there)


def test_around_me_are_five_neighbours_each_side(crowd, read):
    me = read(limit=100).items[7]

    board = read(around=UUID(me.member_id))

    assert [each.member_id for each in board.items] == [
        each.member_id for each in read(limit=100).items[2:13]
    ]
    assert [each.rank for each in board.items] == [
        each.rank for each in read(limit=100).items[2:13]
    ]
    assert (board.me.rank, board.me.value, board.me.gap) == (7, 20, 10)


def test_the_first_has_no_gap_and_fewer_neighbours(crowd, read, read_books):
    for board in (read(around=crowd[0].id), read_books(around=crowd[0].id)):
        assert (board.me.rank, board.me.value, board.me.gap) == (1, 50, None)
        assert len(board.items) == 6


@pytest.mark.usefixtures("crowd")
def test_one_who_earned_nothing_yet_gets_the_top_and_what_the_last_place_takes(
    station, read, read_books, now
):
    newcomer = build_participant(station, now=now)
    for board in (read(around=newcomer.id), read_books(around=newcomer.id)):
        assert compare(board).items == compare(read()).items
        assert (board.me.rank, board.me.value, board.me.gap) == (None, 0, 5)


@pytest.mark.usefixtures("crowd")
def test_a_board_has_as_many_lines_as_asked_for(read, read_books):
    for limit, length in ((1, 1), (3, 3), (0, 1), (1000, 14)):
        assert len(read(limit=limit).items) == len(read_books(limit=limit).items) == length


@pytest.mark.usefixtures("crowd")
def test_boards_that_are_lost_are_read_from_the_books_and_never_empty(read, redis_server):
    before = read()
    redis_server.client.flushall()

    board = read()

    assert board.source is Source.DATABASE
    assert compare(board).items == compare(before).items


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("field", ["h", "wm"])
def test_boards_of_another_ledger_are_shown_to_nobody(read, redis_server, field):
    assert read().source is Source.REDIS
    (epoch,) = redis_server.client.keys("rw:{*:st")
    other = {"h": "f" * 64, "wm": 10_000}[field]
    redis_server.client.hset(epoch, field, other)

    board = read()

    assert board.source is Source.DATABASE
    assert board.items


@pytest.mark.usefixtures("crowd")
def test_with_a_redis_that_is_dead_boards_are_read_from_the_books(read):
    before = read()
    store.connect("unix:///nowhere/s")

    board = read()

    assert board.source is Source.DATABASE
    assert compare(board).items == compare(before).items


def test_boards_of_long_ago_are_read_from_the_books(station, read, today, now):
    person = build_participant(station, now=now)
    post(person, station, amount=8, now=now - 100 * DAY)
    service.project(now=now)

    board = read(period=Period.DAY, day=today - 100 * DAY)

    assert board.source is Source.DATABASE
    assert [each.value for each in board.items] == [8]


def show(person, now):
    """Have somebody agree to be shown by the masked name."""

    use_case(participants.set_board_display)(
        participant_id=person.id,
        display=BoardDisplay.MASKED,
        nickname="",
        channel=ConsentChannel.SELF,
        recorded_by=None,
        now=now,
    )


@pytest.mark.usefixtures("crowd")
def test_nobody_is_named_before_they_agree(station, read, now):
    person = build_participant(station, name="王建英", now=now)
    post(person, station, amount=99, now=now)
    service.project(now=now)
    before = read().items[0]

    show(person, now)

    assert (before.display, before.name) == (BoardDisplay.HIDDEN, None)
    assert (read().items[0].display, read().items[0].name) == (BoardDisplay.MASKED, "王*英")


@pytest.mark.parametrize("length", [1, 4, 100])
def test_a_board_of_fewer_than_five_names_nobody_however_it_is_read(
    station, read, read_books, now, length
):
    people = [build_participant(station, name="王建英", now=now) for _ in range(5)]
    for number, person in enumerate(people):
        show(person, now)
        if number < 4:
            post(person, station, amount=10 + number, now=now)
    service.project(now=now)

    for board in (
        read(limit=length),
        read_books(limit=length),
        read(around=people[1].id),
        read_books(around=people[1].id),
        read(around=people[4].id, limit=length),
    ):
        assert [line.name for line in board.items] == [None] * len(board.items)
        assert board.is_small

    post(people[4], station, amount=5, now=now)
    service.project(now=now)

    for board in (
        read(limit=length),
        read_books(limit=length),
        read(around=people[1].id),
        read_books(around=people[1].id),
    ):
        assert {line.name for line in board.items} == {"王*英"}
        assert not board.is_small


def test_those_of_the_same_name_are_told_apart_by_their_numbers(station, read, now):
    people = [build_participant(station, name="刘洋", now=now) for _ in range(5)]
    for person in people:
        show(person, now)
        post(person, station, amount=10, now=now)
    service.project(now=now)

    endings = {line.member_id: line.ending for line in read().items}

    assert all(person.number.endswith(endings[str(person.id)]) for person in people)
    assert len(set(endings.values())) == 5


@pytest.mark.usefixtures("crowd")
def test_a_prepared_board_is_made_once_for_all_who_ask(station, today, now):
    made = []

    def render(board):
        made.append(board)
        return str(len(board.items)).encode()

    def prepare(variant=""):
        return queries.prepare_board(
            node=station, day=today, now=now, render=render, variant=variant
        )

    first, second, other = prepare(), prepare(), prepare("en")

    assert first == second == other
    assert first.body == b"14"
    assert len(first.etag) == 32
    assert len(made) == 2


def test_nodes_stand_on_the_board_of_the_one_above_by_what_is_earned_below_them(
    read, read_books, station, today, now
):
    center, institute, *_ = network.list_ancestors(station.path)
    other = build_node(Level.INSTITUTE, parent=center, name="柳巷街道所")
    people = [build_participant(station, now=now) for _ in range(3)]
    for person, node, amount in zip(people, (station, station, other), (30, 20, 40), strict=True):
        post(person, node, amount=amount, now=now)
    # What is earned at the center itself is of none of its institutes.
    post(people[0], center, amount=500, now=now)
    service.project(now=now)

    for board in (
        read(node=center, subject=Subject.NODE),
        read_books(node=center, subject=Subject.NODE),
    ):
        assert [(line.rank, line.member_id, line.name, line.value) for line in board.items] == [
            (1, institute.label, institute.name, 50),
            (2, other.label, "柳巷街道所", 40),
        ]


def test_an_entry_that_came_late_counts_on_the_boards_of_its_day_of_posting(
    station, read, read_books, now
):
    month, year = timedelta(days=62), {"period": Period.YEAR}
    person = build_participant(station, now=now)
    post(person, station, amount=8, day=(now - month).date(), now=now)
    service.project(now=now)

    for get in (read, read_books):
        assert [line.value for line in get().items] == [8]
        assert [line.value for line in get(**year).items] == [8]
        assert get(day=(now - month).date()).items == ()
