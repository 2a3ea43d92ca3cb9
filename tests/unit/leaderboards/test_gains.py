"""Sealed entries change cells; batches and folds come to the same."""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from rewards.leaderboards import rules
from rewards.leaderboards.types import Gain, Subject
from rewards.ledger.types import Asset, BoardKind, EarnedSum, SealedPosting

TODAY = date(2026, 11, 21)
START = datetime(2026, 11, 1, tzinfo=UTC)
TEAMS = (None, UUID(int=11), UUID(int=12))
PATHS = ("aaaaaaaa/", "aaaaaaaa/bbbbbbbb/", "aaaaaaaa/bbbbbbbb/cccccccc/")


def build_posting(seq=1, **details):
    return SealedPosting(
        **{
            "seq": seq,
            "hash": f"{seq:064}",
            "participant_id": UUID(int=1),
            "asset": Asset.POINTS,
            "amount": 10,
            "is_earned": True,
            "board": BoardKind.NONE,
            "node_path": PATHS[-1],
            "counted_on": TODAY,
            "team_id": None,
            "posted_at": START,
            **details,
        }
    )


@st.composite
def histories(draw):
    """Postings in the order of the chain, taking back no more than was given."""
    length = draw(st.integers(1, 30))
    postings = []
    for seq in range(1, length + 1):
        amount = draw(st.integers(1, 20))
        taken = draw(st.booleans()) and postings and draw(st.sampled_from(postings))
        details = {
            "participant_id": UUID(int=draw(st.integers(1, 3))),
            "asset": draw(st.sampled_from(Asset)),
            "board": draw(st.sampled_from(BoardKind)),
            "node_path": draw(st.sampled_from(PATHS)),
            "counted_on": TODAY - timedelta(days=draw(st.integers(0, 30))),
            "team_id": draw(st.sampled_from(TEAMS)),
        }
        if taken and taken.amount > 0:
            details = {name: getattr(taken, name) for name in details}
            amount = -taken.amount
        moment = START + timedelta(seconds=seq)
        postings.append(build_posting(seq, amount=amount, posted_at=moment, **details))
    return postings


def test_what_was_spent_changes_no_board():
    assert rules.list_gains(build_posting(is_earned=False, amount=-10), today=TODAY) == ()


def test_what_is_taken_back_lowers_every_board_and_no_tie():
    gains = rules.list_gains(build_posting(amount=-10), today=TODAY)

    assert len(gains) == 15 + 2 * 5
    assert {(gain.delta, gain.tie) for gain in gains if ":node:" not in gain.board} == {
        (-10, rules.TIE_SPAN - 1)
    }
    assert {(gain.delta, gain.tie) for gain in gains if ":node:" in gain.board} == {
        (-10, rules.NODE_TIE_SPAN - 1)
    }


def test_what_is_earned_with_a_team_counts_on_its_boards_too():
    team_id = UUID(int=11)

    gains = rules.list_gains(build_posting(team_id=team_id), today=TODAY)

    assert {gain.member for gain in gains if ":team:" in gain.board} == {team_id.bytes}
    assert {gain.board.replace("team:", "") for gain in gains if ":team:" in gain.board} == {
        gain.board for gain in gains if gain.member == UUID(int=1).bytes
    }


def test_each_node_on_the_way_stands_on_the_board_of_the_one_above():
    gains = rules.list_gains(build_posting(), today=TODAY)

    assert {
        (gain.board.partition(":")[0], gain.member) for gain in gains if ":node:" in gain.board
    } == {(PATHS[0], b"bbbbbbbb"), (PATHS[1], b"cccccccc")}


def test_gains_of_one_cell_become_one_with_the_latest_tie():
    gains = [Gain("b", b"m", 5, 90), Gain("b", b"n", 1, 80), Gain("b", b"m", 2, 70)]

    assert rules.sum_gains(gains) == (Gain("b", b"m", 7, 70), Gain("b", b"n", 1, 80))


def list_gains(posting):
    return rules.list_gains(posting, today=TODAY)


@given(histories(), st.integers(80, 400))
def test_batches_hold_every_entry_once_in_order_and_few_cells(postings, most):
    batches = list(rules.split_batches(postings, gains_of=list_gains, most=most))

    assert all(len(gains) <= most for _, gains in batches)
    assert [last.seq for last, _ in batches] == sorted({last.seq for last, _ in batches})
    assert batches[-1][0] == postings[-1]
    total = sum(gain.delta for posting in postings for gain in list_gains(posting))
    assert sum(gain.delta for _, gains in batches for gain in gains) == total


def test_entries_that_change_nothing_still_move_the_end_of_a_batch():
    postings = [build_posting(seq, is_earned=False) for seq in (1, 2, 3)]

    assert list(rules.split_batches(postings, gains_of=list_gains, most=30)) == [(postings[-1], ())]


@given(histories())
def test_the_fold_of_sums_is_what_the_gains_add_up_to(postings):
    cells = {}
    for posting in postings:
        for gain in list_gains(posting):
            value, tie = cells.get((gain.board, gain.member), (0, rules.TIE_MAX))
            cells[gain.board, gain.member] = (value + gain.delta, min(tie, gain.tie))
    expected = {
        (board, member): rules.build_score(*pair, span_of(board))
        for (board, member), pair in cells.items()
    }

    folded = {
        (cell.board, cell.member): cell.score
        for subject in Subject
        for _, own in groupby(_sum(postings, subject), key=lambda each: each.earner)
        for cell in rules.fold_cells(own, today=TODAY, subject=subject)
    }

    assert folded == expected


def span_of(board):
    return rules.find_span(rules.parse_board(board).subject)


def _sum(postings, subject):
    names = ("asset", "board", "node_path", "counted_on")
    earner = {Subject.PARTICIPANT: "participant_id", Subject.TEAM: "team_id"}.get(subject)
    if subject is Subject.TEAM:
        postings = [posting for posting in postings if posting.team_id]

    def grain(posting):
        who = getattr(posting, earner) if earner else None
        return str(who), *(getattr(posting, name) for name in names)

    for (_, *values), group in groupby(sorted(postings, key=grain), key=grain):
        own = list(group)
        gains = [each.posted_at for each in own if each.amount > 0]
        yield EarnedSum(
            earner=getattr(own[0], earner) if earner else None,
            **dict(zip(names, values, strict=True)),
            amount=sum(each.amount for each in own),
            last_gain_at=max(gains, default=None),
            count=len(own),
        )
