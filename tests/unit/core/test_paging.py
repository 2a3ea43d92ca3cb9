import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.core.errors import InvalidCursorError
from rewards.core.paging import CURSOR_LENGTH_MAX, decode_cursor, encode_cursor

VALUES = st.lists(st.text(max_size=20) | st.integers() | st.none(), min_size=1, max_size=3)


def cursor_of(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@given(VALUES)
def test_a_cursor_gives_back_what_it_was_made_of(values):
    assert decode_cursor(encode_cursor(values), length=len(values)) == values


def test_a_cursor_needs_no_escaping_in_an_address():
    cursor = encode_cursor(["2026-11-21T06:40:00+00:00", "桥东>>>???"])

    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "!!!!",
        "桥",
        cursor_of("not json"),
        cursor_of('{"a": 1}'),
        cursor_of('"text"'),
        cursor_of("7"),
        cursor_of("[]"),
        cursor_of('["one", "two"]'),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        cursor_of("[" * 100_000),
        "A" * (CURSOR_LENGTH_MAX + 1),
    ],
)
def test_what_is_no_cursor_of_ours_is_refused(cursor):
    with pytest.raises(InvalidCursorError):
        decode_cursor(cursor, length=1)


@given(st.text(max_size=60))
def test_no_text_is_worse_than_refused(text):
    try:
        values = decode_cursor(text, length=1)
    except InvalidCursorError:
        return

    assert len(values) == 1
