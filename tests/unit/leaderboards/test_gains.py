"""Sealed entries change cells; batches and folds come to the same."""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from rewards.leaderboards import rules
from rewards.leaderboards.types import Gain
from rewards.ledger.types import Asset, BoardKind, EarnedSum, SealedPosting

TODAY = date(2026, 11, 21)
START = datetime(2026, 11, 1, tzinfo=UTC)
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
            "business_date": TODAY,
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
            "business_date": TODAY - timedelta(days=draw(st.integers(0, 30))),
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

    assert len(gains) == 15
    assert {(gain.delta, gain.tie) for gain in gains} == {(-10, rules.TIE_MAX)}


def test_gains_of_one_cell_become_one_with_the_latest_tie():
    gains = [Gain("b", b"m", 5, 90), Gain("b", b"n", 1, 80), Gain("b", b"m", 2, 70)]

    assert rules.sum_gains(gains) == (Gain("b", b"m", 7, 70), Gain("b", b"n", 1, 80))


def list_gains(posting):
    return rules.list_gains(posting, today=TODAY)


@given(histories(), st.integers(30, 200))
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
    expected = {cell: rules.build_score(*pair) for cell, pair in cells.items() if pair[0]}

    folded = {
        (cell.board, cell.member): cell.score
        for _, own in groupby(_sum(postings), key=lambda each: each.participant_id)
        for cell in rules.fold_cells(own, today=TODAY)
    }

    assert folded == expected


def _sum(postings):
    names = ("participant_id", "asset", "board", "node_path", "business_date")

    def grain(posting):
        return tuple(getattr(posting, name) for name in names)

    for values, group in groupby(sorted(postings, key=grain), key=grain):
        own = list(group)
        gains = [each.posted_at for each in own if each.amount > 0]
        yield EarnedSum(
            **dict(zip(names, values, strict=True)),
            amount=sum(each.amount for each in own),
            last_gain_at=max(gains, default=None),
            count=len(own),
        )
