"""Periods are closed once and for ever, and read as they were closed."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role, SystemActor
from rewards.core.unit import use_case
from rewards.leaderboards import queries, rules, service
from rewards.leaderboards.errors import InvalidSettleDaysError
from rewards.leaderboards.types import FaultKind, Kind, Period, Source, Subject
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset, BoardKind, ClosingPolicy, LateEntries
from rewards.network import queries as network
from rewards.network.errors import NodeNotFoundError
from rewards.participants import operations as participants
from rewards.participants.types import BoardDisplay, ConsentChannel
from tests.factories.books import post, reverse
from tests.factories.tampering import tamper
from tests.factories.world import build_participant, build_staff_actor, build_station

OCTOBER = date(2026, 10, 1)
# Midnight after 3 November in Shanghai.
CLOSES = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
DUE = CLOSES + rules.GRACE
LATER = CLOSES + timedelta(days=10)
HOUR = timedelta(hours=1)
SYSTEM = SystemActor()


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def center(station):
    return network.list_ancestors(station.path)[0]


@pytest.fixture
def read(station):
    def get_board(**details):
        return queries.get_board(**{"node": station, "day": OCTOBER, "now": LATER, **details})

    return get_board


@pytest.fixture
def begun(station):
    """The first period is closed: from now on periods are closed as they become due."""
    person = build_participant(station, now=CLOSES - timedelta(days=60))
    moment = CLOSES - timedelta(days=34)
    post(person, station, amount=1, now=moment)
    service.project(now=moment)
    close(CLOSES - timedelta(days=29))
    return person


@pytest.fixture
def crowd(station, begun):
    """Eight people who earned something in October, two of them at the same time."""
    people = [build_participant(station, now=CLOSES) for _ in range(8)]
    start = CLOSES - timedelta(days=20)
    for number, person in enumerate(people):
        kind = (BoardKind.STUDY, BoardKind.SERVICE, BoardKind.NONE)[number % 3]
        moment = start + number // 2 * HOUR
        post(person, station, amount=10 + number // 3, board=kind, now=moment)
    return people


def close(now):
    closed = 0
    while more := service.close_due(now=now):
        closed += more
    queries.forget()
    return closed


def stand(board):
    return [(line.rank, line.member_id, line.value) for line in board.items]


def set_policy(center, *, settle_days=3, late_entries=LateEntries.CURRENT, actor=SYSTEM):
    service.set_closing_policy(
        actor=actor,
        center_id=center.id,
        policy=ClosingPolicy(settle_days=settle_days, late_entries=late_entries),
        now=LATER,
    )


def hide(person):
    use_case(participants.set_board_display)(
        participant_id=person.id,
        display=BoardDisplay.HIDDEN,
        nickname="",
        channel=ConsentChannel.SELF,
        recorded_by=None,
        now=LATER,
    )


def october(center):
    return next(
        closing
        for closing in queries.list_closings(center.label)
        if closing.period is Period.MONTH and closing.starts_on == OCTOBER
    )


def verify():
    return service.verify_closed(on_progress=lambda *_: None)


@pytest.mark.usefixtures("crowd")
def test_a_closed_board_is_read_as_the_books_had_it(read, center, station):
    wanted = [
        {"node": node, "subject": subject, "kind": kind, "asset": asset, **limit}
        for node in (center, station)
        for subject in (Subject.PARTICIPANT, Subject.NODE)
        for kind, asset in ((Kind.ALL, Asset.POINTS), (Kind.STUDY, Asset.POINTS))
        for limit in ({}, {"limit": 3})
    ]
    before = [read(**each) for each in wanted]

    close(DUE)

    after = [read(**each) for each in wanted]
    assert {board.source for board in before} == {Source.DATABASE}
    assert {board.source for board in after} == {Source.SNAPSHOT}
    assert {(board.as_of, board.closed_at, board.later_entries) for board in after} == {
        (CLOSES, CLOSES, 0)
    }
    plain = {"source": None, "as_of": None, "closed_at": None}
    assert [replace(board, **plain) for board in after] == [
        replace(board, **plain) for board in before
    ]
    assert any(board.items for board in after)


def test_around_me_and_later_parts_are_read_from_what_was_kept(crowd, station, read, begun):
    around = [read(around=person.id) for person in (*crowd, begun)]
    whole = read(limit=100)
    close(DUE)

    for person, before in zip((*crowd, begun), around, strict=True):
        after = read(around=person.id)
        assert (stand(after), after.me) == (stand(before), before.me)
    stranger = build_participant(station, now=CLOSES)
    assert (read(around=stranger.id).me.rank, read(around=stranger.id).me.gap) == (None, 1)
    parts = [read(limit=4)]
    while parts[-1].next:
        parts.append(read(limit=4, cursor=parts[-1].next))
    assert [line for part in parts for line in stand(part)] == stand(whole)
    assert [part.source for part in parts] == [Source.SNAPSHOT] * 3


def test_nothing_is_closed_before_it_is_settled_and_then_only_once(crowd, center, read):
    assert close(DUE - timedelta(seconds=1)) > 0
    assert read().source is Source.DATABASE

    assert close(DUE) == 2
    assert close(DUE) == 0

    assert read().source is Source.SNAPSHOT
    assert october(center).posted_before == CLOSES


@pytest.mark.parametrize("policy", LateEntries)
def test_what_comes_late_does_not_move_what_is_closed(crowd, station, center, read, policy):
    set_policy(center, late_entries=policy)
    before = read()
    late_day = date(2026, 10, 20)
    late = post(crowd[0], station, amount=500, day=late_day, now=CLOSES)
    post(crowd[1], station, amount=7, now=CLOSES)
    close(DUE)
    post(crowd[2], station, amount=50, day=late_day, now=LATER)
    reverse(late, now=LATER)
    queries.forget()

    after = read()

    assert stand(after) == stand(before)
    assert after.later_entries == 3
    november = read(day=LATER.date(), now=LATER)
    assert sum(line.value for line in november.items) == (
        57 if policy is LateEntries.CURRENT else 7
    )


def test_a_reversal_in_time_is_in_what_is_closed(crowd, station, read):
    wrong = post(crowd[0], station, amount=500, day=date(2026, 10, 20), now=CLOSES - HOUR)
    reverse(wrong, now=CLOSES - timedelta(seconds=1))
    before = read()

    close(DUE)

    assert stand(read()) == stand(before)
    assert read().later_entries == 0


def test_the_first_time_what_came_late_before_is_in_it(station, read):
    person = build_participant(station, now=LATER)
    set_policy(network.list_ancestors(station.path)[0], late_entries=LateEntries.ORIGINAL)
    post(person, station, amount=9, day=date(2026, 10, 20), now=LATER - HOUR)

    close(LATER)

    assert [line.value for line in read().items] == [9]
    assert read().source is Source.SNAPSHOT


def test_a_period_in_which_nothing_was_earned_is_closed_and_empty(begun, read):
    close(LATER)

    board = read(period=Period.DAY, day=date(2026, 11, 5))

    assert (board.source, board.items, board.me) == (Source.SNAPSHOT, (), None)


def test_books_that_are_frozen_are_not_closed(crowd, monkeypatch, read):
    monkeypatch.setattr(ledger, "find_freeze", object)

    assert close(DUE) == 0


@pytest.mark.parametrize("waits", [True, False], ids=["waiting", "not waiting"])
def test_a_period_waits_until_all_its_entries_are_sealed(crowd, station, read, monkeypatch, waits):
    post(crowd[0], station, amount=90, day=date(2026, 10, 20), now=CLOSES - HOUR)
    monkeypatch.setattr(service.closing, "seal_all", lambda **_: 0)
    if not waits:
        monkeypatch.setattr(ledger, "has_unsealed_before", lambda _: False)

    close(DUE)
    meanwhile = read().source
    monkeypatch.undo()
    close(DUE)

    assert meanwhile is (Source.DATABASE if waits else Source.SNAPSHOT)
    assert (read().items[0].value == 100) is waits
    # What was sealed after a period was closed is none of its entries.
    assert verify() == ()


def test_whoever_withdraws_is_gone_from_closed_boards_too(station, begun, read):
    people = [
        build_participant(
            station, name=f"王小{letter}", board_display=BoardDisplay.MASKED, now=CLOSES
        )
        for letter in "甲乙丙丁戊"
    ]
    for person in people:
        post(person, station, now=CLOSES - 20 * HOUR * 24)
    close(DUE)
    named = [line.name for line in read(limit=5).items]
    hide(people[0])

    assert len([name for name in named if name]) == 5
    assert [line.name for line in read(limit=5).items if line.member_id == str(people[0].id)] == [
        None
    ]


def test_three_workers_close_a_period_once(crowd, center, race):
    already = len(queries.list_closings(center.label))

    closed = race(3, lambda _: service.close_due(now=DUE))

    assert sum(closed) > 0
    assert sum(closed) + already == len(queries.list_closings(center.label))
    assert verify() == ()


@pytest.mark.usefixtures("crowd")
def test_what_was_closed_is_proven_against_the_books():
    close(DUE)

    assert verify() == ()


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        (
            "UPDATE board_snapshots SET people = people, hash = '{zeros}' WHERE {month}",
            {FaultKind.CHANGED},
        ),
        ("UPDATE board_snapshots SET lines = {other} WHERE {month}", {FaultKind.CHANGED}),
        ("DELETE FROM board_snapshots WHERE {month}", {FaultKind.MISSING, FaultKind.CHANGED}),
        ("UPDATE board_closings SET hash = '{zeros}' WHERE {closing}", {FaultKind.CHANGED}),
        ("UPDATE board_closings SET chain = '{zeros}' WHERE {closing}", {FaultKind.FOREIGN}),
        (
            "UPDATE ledger_entries SET amount = amount + 1 WHERE business_date = '2026-10-15'",
            {FaultKind.WRONG},
        ),
    ],
    ids=["hash", "lines", "deleted", "closing", "history", "books"],
)
@pytest.mark.usefixtures("crowd")
def test_what_was_changed_since_is_found(station, database, statement, kinds):
    close(DUE)
    month = f"board = '{station.path}:all:2026-10'"
    other = f"(SELECT lines FROM board_snapshots WHERE board = '{station.path}:study:2026-10')"

    tamper(
        statement.format(
            month=month, other=other, zeros="0" * 64, closing="starts_on = '2026-10-01'"
        )
    )
    queries.forget()

    assert {fault.kind for fault in verify()} == kinds


def test_the_policy_is_the_centers_and_is_audited(center, station):
    set_policy(center, settle_days=7, late_entries=LateEntries.ORIGINAL)

    assert ledger.get_closing_policy(center.label) == ClosingPolicy(
        settle_days=7, late_entries=LateEntries.ORIGINAL
    )
    with pytest.raises(NodeNotFoundError):
        set_policy(station)


@pytest.mark.parametrize("settle_days", [-1, 32])
def test_a_period_stays_open_for_a_month_at_most(center, settle_days):
    with pytest.raises(InvalidSettleDaysError):
        set_policy(center, settle_days=settle_days)


@pytest.mark.parametrize("role", [Role.INSTITUTE_ADMIN, Role.STATION_ADMIN, Role.AUDITOR])
def test_only_those_who_run_the_center_decide(center, role):
    with pytest.raises(NotAllowedError):
        set_policy(center, actor=build_staff_actor(center, role))


@pytest.mark.usefixtures("crowd")
def test_a_closed_board_is_unpacked_once_for_all_who_ask_at_once(read, monkeypatch, app):
    close(DUE)
    unpack, calls = rules.unpack_lines, []

    def slowly(*args):
        calls.append(args)
        time.sleep(0.2)
        return unpack(*args)

    monkeypatch.setattr(rules, "unpack_lines", slowly)

    def ask(_number):
        with app.app_context():
            return stand(read())

    with ThreadPoolExecutor(4) as pool:
        boards = list(pool.map(ask, range(4)))

    assert len(calls) == 1
    assert all(board == boards[0] for board in boards)
    assert len(boards[0]) == 9


@pytest.mark.parametrize("has_gap", [False, True], ids=["whole", "gap"])
def test_closing_goes_on_at_the_last_closed_day_and_fills_gaps(
    crowd, station, center, monkeypatch, has_gap
):
    close(DUE)
    if has_gap:
        post(crowd[0], station, amount=5, day=date(2026, 9, 1), now=DUE)
    asked = []
    list_due = rules.list_due

    def listen(*, first, **details):
        asked.append(first)
        return list_due(first=first, **details)

    monkeypatch.setattr(rules, "list_due", listen)
    close(DUE + timedelta(days=1))

    days = [
        each.starts_on for each in queries.list_closings(center.label) if each.period is Period.DAY
    ]
    first = date(2026, 9, 1) if has_gap else ledger.find_first_day(center.path)
    assert len(set(days)) == len(days) == (date(2026, 11, 1) - first).days + 1
    assert asked[0] == (first if has_gap else date(2026, 10, 31))


def test_the_reversal_of_a_late_entry_is_told_by_the_closed_day_of_that_one(crowd, station, read):
    late = post(crowd[0], station, amount=500, day=date(2026, 10, 20), now=CLOSES)
    close(CLOSES + timedelta(days=5))
    wanted = {"period": Period.DAY, "day": date(2026, 11, 4), "now": LATER}
    assert (read(**wanted).source, read(**wanted).later_entries) == (Source.SNAPSHOT, 0)

    reverse(late, now=LATER)
    queries.forget()

    assert read(**wanted).later_entries == 1
    assert read().later_entries == 2
