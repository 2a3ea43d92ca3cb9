"""Which periods are closed when, and what is kept of their boards."""

import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewards.leaderboards import rules
from rewards.leaderboards.types import ClosedBoard, ClosedLine, Kind, Period, Subject
from rewards.ledger import rules as ledger
from rewards.ledger.types import (
    Asset,
    BoardKind,
    ClosingPolicy,
    DecidedPolicy,
    LateEntries,
    PeriodSum,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
POLICY = ClosingPolicy(settle_days=3, late_entries=LateEntries.CURRENT)
# October closes at midnight between 3 and 4 November, and is closed ten minutes later.
CLOSES = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PATHS = ("aaaaaaaa/", "aaaaaaaa/bbbbbbbb/", "aaaaaaaa/bbbbbbbb/cccccccc/", "aaaaaaaa/dddddddd/")


def list_due(now, *, first=date(2026, 10, 31), since=LONG_AGO, policy=POLICY):
    decided = [DecidedPolicy(policy=policy, set_at=LONG_AGO)]
    return list(rules.list_due(first=first, decided=decided, since=since, zone=SHANGHAI, now=now))


def test_a_period_is_closed_a_while_after_it_is_settled_and_no_moment_before():
    assert list_due(CLOSES + rules.GRACE - timedelta(seconds=1)) == []

    due = list_due(CLOSES + rules.GRACE)

    assert [(each.period, each.start) for each in due] == [
        (Period.DAY, date(2026, 10, 31)),
        (Period.MONTH, date(2026, 10, 1)),
    ]
    assert {each.posted_before for each in due} == {CLOSES}


def test_each_day_closes_the_periods_that_end_with_it():
    due = list_due(datetime(2027, 2, 1, tzinfo=UTC), first=date(2026, 12, 20))

    periods = {period: [each for each in due if each.period is period] for period in Period}
    assert [each.start for each in periods[Period.YEAR]] == [date(2026, 1, 1)]
    assert [each.start for each in periods[Period.MONTH]] == [date(2026, 12, 1)]
    assert [each.start for each in periods[Period.WEEK]] == [
        date(2026, 12, 14) + timedelta(weeks=week) for week in range(6)
    ]
    assert [each.start for each in periods[Period.DAY]] == [
        date(2026, 12, 20) + timedelta(days=day) for day in range(40)
    ]
    assert periods[Period.ALL] == []
    assert [each.end for each in due] == sorted(each.end for each in due)


@pytest.mark.parametrize("settle_days", [0, 31])
def test_a_center_decides_how_long_a_period_stays_open(settle_days):
    policy = replace(POLICY, settle_days=settle_days)
    closes = CLOSES + timedelta(days=settle_days - 3)

    assert list_due(closes + rules.GRACE - timedelta(seconds=1), policy=policy) == []
    assert list_due(closes + rules.GRACE, policy=policy)[0].posted_before == closes


def test_what_was_over_when_the_first_period_was_closed_is_closed_as_it_stood():
    since = datetime(2026, 11, 10, tzinfo=UTC)
    due = list_due(datetime(2026, 11, 20, tzinfo=UTC), since=since)

    assert {each.posted_before for each in due if each.end < date(2026, 11, 7)} == {since}
    assert [each.posted_before for each in due if each.end == date(2026, 11, 10)] == [
        CLOSES + timedelta(days=10)
    ]


def test_the_first_time_everything_is_closed_as_it_stands():
    now = datetime(2026, 11, 20, tzinfo=UTC)

    assert {each.posted_before for each in list_due(now, since=None)} == {now - rules.GRACE}


OCTOBER_ENDS = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
SOON = st.integers(0, 33 * 24).map(lambda hour: OCTOBER_ENDS + timedelta(hours=hour))


@st.composite
def decisions(draw):
    """What a center decided in the weeks after October, the oldest first."""
    moments = draw(st.lists(SOON, min_size=1, max_size=4, unique=True))
    return [
        DecidedPolicy(policy=replace(POLICY, settle_days=draw(st.integers(0, 31))), set_at=moment)
        for moment in sorted(moments)
    ]


def close_months(decided, *, now):
    """Return by month before when what it holds was posted, as far as is decided by *now*."""
    known = [each for each in decided if each.set_at <= now]
    due = list(
        rules.list_due(
            first=date(2026, 10, 1), decided=known, since=LONG_AGO, zone=SHANGHAI, now=now
        )
    )
    return {each.start: each.posted_before for each in due if each.period is Period.MONTH}


@settings(max_examples=200)
@given(
    decided=decisions(),
    day=st.dates(date(2026, 10, 1), date(2026, 11, 30)),
    posted_at=SOON,
    is_missed=st.booleans(),
)
def test_every_entry_stands_on_the_board_of_one_month(decided, day, posted_at, is_missed):
    """Who posts goes by what was decided until then, and so does the worker, each time."""
    known = [each for each in decided if each.set_at <= posted_at]
    if is_missed and known:
        posted_at = known.pop().set_at + ledger.NOTICE / 2
    counted_on = ledger.count_on(day, decided=known, zone=SHANGHAI, now=posted_at)

    closed = {}
    for moment in [each.set_at for each in decided] + [datetime(2027, 6, 1, tzinfo=UTC)]:
        closed = close_months(decided, now=moment - timedelta(seconds=1)) | closed
    standing = [
        start
        for start, posted_before in closed.items()
        if start == counted_on.replace(day=1) and posted_at < posted_before
    ]
    assert standing == [counted_on.replace(day=1)]
    assert close_months(decided, now=datetime(2027, 6, 1, tzinfo=UTC)) == closed


TEAMS = (None, UUID(int=21), UUID(int=22))


@st.composite
def sums(draw):
    """Sums of a month at several nodes, in the order of their paths."""
    rows = draw(
        st.lists(
            st.builds(
                PeriodSum,
                participant_id=st.integers(1, 4).map(lambda number: UUID(int=number)),
                team_id=st.sampled_from(TEAMS),
                asset=st.sampled_from(Asset),
                board=st.sampled_from(BoardKind),
                node_path=st.sampled_from(PATHS),
                amount=st.integers(-5, 20),
                last_gain_at=st.none()
                | st.integers(0, 30).map(lambda day: CLOSES - timedelta(days=day)),
            ),
            max_size=30,
        )
    )
    return sorted(rows, key=lambda row: row.node_path)


def member_of(subject, path, row):
    if subject is Subject.PARTICIPANT:
        return row.participant_id.bytes
    if subject is Subject.TEAM:
        return row.team_id.bytes if row.team_id else None
    below = row.node_path[len(path) :]
    return below[:8].encode() if below else None


def expect(rows, key):
    """Return the lines of a board the slow way: everybody looked for in all rows."""
    cells = {}
    for row in rows:
        is_of_kind = key.kind is Kind.ALL or row.board.value == key.kind.value
        member = member_of(key.subject, key.node_path, row)
        is_below = row.node_path.startswith(key.node_path)
        if is_below and row.asset is key.asset and is_of_kind and member is not None:
            cells.setdefault(member, []).append(row)
    scale = rules.find_scale(key.subject, key.period, key.start)
    lines = []
    for member, mine in cells.items():
        gains = [row.last_gain_at for row in mine if row.last_gain_at]
        tie = rules.build_tie(rules.find_second(max(gains, default=None)), scale)
        lines.append(ClosedLine(member, sum(row.amount for row in mine), tie))
    lines.sort(key=lambda line: (line.value, line.tie, line.member), reverse=True)
    return tuple(line for line in lines if line.value > 0)


@given(sums())
def test_every_board_of_a_period_is_that_of_a_slow_count(rows):
    folded = list(rules.fold_boards(rows, period=Period.MONTH, day=date(2026, 10, 1)))

    boards = {board.key: board.lines for board in folded}
    assert len(boards) == len(folded)
    for path in PATHS:
        for subject in Subject:
            for asset, kind in [(Asset.SERVICE_MINUTES, Kind.ALL)] + [
                (Asset.POINTS, kind) for kind in Kind
            ]:
                key = rules.build_key(
                    subject=subject,
                    node_path=path,
                    asset=asset,
                    kind=kind,
                    period=Period.MONTH,
                    day=date(2026, 10, 1),
                )
                assert boards.pop(key, ()) == expect(rows, key)
    assert boards == {}


def build_board(subject=Subject.PARTICIPANT, *lines):
    key = rules.build_key(
        subject=subject,
        node_path=PATHS[1],
        asset=Asset.POINTS,
        kind=Kind.ALL,
        period=Period.MONTH,
        day=date(2026, 10, 1),
    )
    return ClosedBoard(key=key, lines=lines)


BOARD = build_board(
    Subject.PARTICIPANT,
    ClosedLine(UUID(int=2).bytes, 30, 5),
    ClosedLine(UUID(int=1).bytes, 12, 7),
)


@pytest.mark.parametrize(
    "board",
    [BOARD, build_board(Subject.NODE, ClosedLine(b"cccccccc", 2**39, 8191)), build_board()],
    ids=["people", "nodes", "nobody"],
)
def test_a_board_is_unpacked_as_it_was_packed(board):
    snapshot = rules.pack_board(board, through=7, chain="f" * 64)

    assert rules.unpack_lines(snapshot, board.key.subject) == board.lines
    assert rules.is_intact(snapshot, through=7, chain="f" * 64)
    assert (snapshot.people, snapshot.total) == (
        len(board.lines),
        sum(line.value for line in board.lines),
    )


def change(**details):
    return replace(rules.pack_board(BOARD, through=7, chain="f" * 64), **details)


@pytest.mark.parametrize(
    "snapshot",
    [
        change(lines=zlib.compress(b"[]")),
        change(lines=b"no longer packed"),
        change(lines=zlib.compress(b"\xff")),
        change(board="aaaaaaaa/:all:2026-10"),
        change(hash="0" * 64),
    ],
)
def test_a_board_that_was_changed_is_not_intact(snapshot):
    assert not rules.is_intact(snapshot, through=7, chain="f" * 64)


def test_the_same_lines_of_another_history_are_not_intact():
    snapshot = rules.pack_board(BOARD, through=7, chain="f" * 64)

    assert not rules.is_intact(snapshot, through=8, chain="f" * 64)
    assert not rules.is_intact(snapshot, through=7, chain="e" * 64)


def test_the_hash_of_a_period_tells_of_every_board():
    assert rules.hash_closing({"a": "1", "b": "2"}) == rules.hash_closing({"b": "2", "a": "1"})
    assert rules.hash_closing({"a": "1"}) != rules.hash_closing({"a": "1", "b": "2"})
    assert rules.hash_closing({"a": "1"}) != rules.hash_closing({"b": "1"})
