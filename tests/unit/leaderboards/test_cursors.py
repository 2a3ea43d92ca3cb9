"""Cursors of boards: read as they were built, and no other text is one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.core.errors import InvalidCursorError
from rewards.core.paging import encode_cursor
from rewards.leaderboards import rules
from rewards.leaderboards.types import Kind, Period, Place, Subject
from rewards.ledger.types import Asset

MEMBER = bytes(range(16))


def build_key(subject=Subject.PARTICIPANT, period=Period.MONTH):
    return rules.build_key(
        subject=subject,
        node_path="c/i/",
        asset=Asset.POINTS,
        kind=Kind.ALL,
        period=period,
        day=date(2026, 11, 21),
    )


@given(score=st.integers(1, 2**53 - 1), member=st.binary(min_size=16, max_size=16))
def test_a_cursor_stands_for_the_place_it_was_built_of(score, member):
    place = Place(score, member)

    assert rules.read_cursor(build_key(), rules.build_cursor(build_key(), place)) == place


def test_a_cursor_of_nodes_holds_a_label():
    key, place = build_key(Subject.NODE), Place(7, b"tcfqfexd")

    assert rules.read_cursor(key, rules.build_cursor(key, place)) == place


@pytest.mark.parametrize(
    "place",
    [
        Place(0, MEMBER),
        Place(-5, MEMBER),
        Place(2**53, MEMBER),
        Place(5, MEMBER[1:]),
        Place(5, MEMBER + MEMBER),
        Place(5, b""),
    ],
)
def test_a_cursor_to_no_place_of_a_board_is_refused(place):
    with pytest.raises(InvalidCursorError):
        rules.read_cursor(build_key(), rules.build_cursor(build_key(), place))


@pytest.mark.parametrize("score", [True, 5.0, "5", None])
@pytest.mark.parametrize("member", [MEMBER.hex(), "xy", 5, None])
def test_values_of_another_kind_are_refused(score, member):
    digest = rules.cursors._digest(build_key())

    with pytest.raises(InvalidCursorError):
        rules.read_cursor(build_key(), encode_cursor((digest, score, member)))


@pytest.mark.parametrize("cursor", ["", "?", "W10", "WzEsMiwzXQ", "W251bGwsbnVsbCxudWxsXQ"])
def test_what_is_no_cursor_is_refused(cursor):
    with pytest.raises(InvalidCursorError):
        rules.read_cursor(build_key(), cursor)


def test_a_cursor_of_another_board_is_refused():
    cursor = rules.build_cursor(build_key(), Place(5, MEMBER))

    for other in (build_key(Subject.TEAM), build_key(period=Period.YEAR)):
        with pytest.raises(InvalidCursorError):
            rules.read_cursor(other, cursor)
