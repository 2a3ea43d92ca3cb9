"""Misses are counted by visitor, for a while, and in bounded memory."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from rewards.web import throttles

NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
SPAN = timedelta(minutes=10)


@pytest.fixture
def misses():
    return throttles.Misses(misses_max=3, span=SPAN)


def test_the_last_miss_allowed_is_free_and_then_one_waits(misses):
    for _ in range(2):
        misses.add("a", now=NOW)
    assert misses.wait_seconds("a", now=NOW) == 0

    misses.add("a", now=NOW)

    assert misses.wait_seconds("a", now=NOW) == 600
    assert misses.wait_seconds("b", now=NOW) == 0


def test_waiting_ends_when_the_oldest_miss_is_old_enough(misses):
    for minutes in range(3):
        misses.add("a", now=NOW + timedelta(minutes=minutes))

    assert misses.wait_seconds("a", now=NOW + SPAN - timedelta(seconds=1)) == 1
    assert misses.wait_seconds("a", now=NOW + SPAN) == 0


def test_who_was_longest_away_is_forgotten_first(misses, monkeypatch):
    monkeypatch.setattr(throttles, "VISITORS_MAX", 2)
    for visitor in ("a", "b", "a", "a", "c"):
        misses.add(visitor, now=NOW)

    assert misses.wait_seconds("a", now=NOW) == 600


@pytest.mark.parametrize(
    ("address", "visitor"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("/run/socket", "/run/socket"),
    ],
)
def test_a_visitor_is_an_address_or_a_network_of_them(address, visitor):
    with Flask("test").test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert throttles.visitor() == visitor
