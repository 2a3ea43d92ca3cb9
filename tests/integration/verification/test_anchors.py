"""A chain that agrees with itself is told apart from the one that was, by anchors and marks."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from rewards.cli.books import watch_books
from rewards.core import clock
from rewards.verification import queries, service, store
from rewards.verification.queries import running
from tests.factories.books import post
from tests.factories.tampering import rechain, tamper, tampering
from tests.factories.world import build_participant
from tests.integration.verification.conftest import seal

LAST = "(SELECT seq FROM ledger_seal_head)"
LAST_ENTRY = f"(SELECT entry_id FROM ledger_seals WHERE seq = {LAST})"
LAST_OWNER = f"SELECT account_id FROM ledger_postings WHERE entry_id = {LAST_ENTRY} AND amount > 0"
CUT = (
    f"UPDATE ledger_accounts SET balance = 0, earned = 0 WHERE id IN ({LAST_OWNER})",
    f"DELETE FROM ledger_lots WHERE entry_id = {LAST_ENTRY}",
    f"DELETE FROM ledger_postings WHERE entry_id = {LAST_ENTRY}",
    f"DELETE FROM ledger_entries WHERE id = {LAST_ENTRY}",
    f"DELETE FROM ledger_seals WHERE seq = {LAST}",
    "UPDATE ledger_seal_head SET seq = seq - 1",
    f"UPDATE ledger_seal_head SET hash = (SELECT hash FROM ledger_seals WHERE seq = {LAST})",
)


@pytest.fixture
def folder(app):
    return app.extensions["settings"].instance_path


@pytest.fixture
def anchored(folder, station, now):
    """Leave an anchor over three points that somebody has got last."""
    post(build_participant(station, now=now), station, amount=3, now=now)
    seal()
    return service.leave_anchor(folder=folder, now=now)


def rewrite():
    with tampering() as connection:
        connection.execute(sa.text("UPDATE ledger_entries SET board = 'none'"))
        rechain(connection)


def names_of(report):
    return {each["invariant"] for each in report["violations"]}


def test_a_rewritten_and_rechained_history_is_found_by_the_anchor_alone(run, anchored):
    rewrite()

    status, report = run("--full")

    assert (status, names_of(report)) == (1, {"I14"})


def test_without_an_anchor_a_rewritten_history_agrees_with_itself(run):
    rewrite()

    assert run("--full")[0] == 0


def test_a_cut_tail_is_found_by_the_anchor_alone(run, anchored):
    tamper(*CUT)

    status, report = run("--full")

    assert (status, names_of(report)) == (1, {"I14"})
    assert report["violations"][0]["found"] == "no such seal"


def test_without_an_anchor_a_cut_tail_agrees_with_itself(run, anchored, folder):
    (folder / store.FILE_NAME).unlink()
    tamper(*CUT)

    assert run("--full")[0] == 0


@pytest.mark.parametrize("depth", ["--fast", "--full"])
@pytest.mark.parametrize("change", [rewrite, lambda: tamper(*CUT)])
def test_the_mark_of_the_last_check_finds_both_without_an_anchor(
    run, anchored, folder, change, depth
):
    (folder / store.FILE_NAME).unlink()
    assert run("--fast")[0] == 0
    change()

    status, report = run(depth)

    assert (status, names_of(report)) == (1, {"I13"})


def test_the_next_fast_check_begins_where_the_last_clean_one_ended(run, station, now):
    first = run("--fast")[1]["seals"]
    post(build_participant(station, now=now), station, amount=3, now=now)
    seal()

    second = run("--fast")[1]["seals"]

    assert second == {
        "after": first["last"],
        "through": first["last"] + 1,
        "last": first["last"] + 1,
    }


def test_the_mark_stays_where_it_was_while_something_is_wrong(run, station, now):
    run("--fast")
    before = queries.find_mark()
    tamper("UPDATE stock_levels SET on_hand = on_hand + 1")
    post(build_participant(station, now=now), station, amount=3, now=now)
    seal()

    run("--fast")

    after = queries.find_mark()
    assert (after.seq, after.hash, after.verified_at) == (
        before.seq,
        before.hash,
        before.verified_at,
    )
    assert after.violations == 1
    assert after.checked_at > before.checked_at


def test_a_fast_check_walks_a_bounded_part_of_the_chain(run, monkeypatch):
    monkeypatch.setattr(running, "SEALS_AT_ONCE_MAX", 10)

    ends = [run("--fast")[1]["seals"]["through"] for _ in range(3)]

    assert ends == [10, 20, min(30, queries.find_mark().seq)]


def test_an_entry_that_waits_for_its_seal_for_more_than_a_minute_is_told(run, station):
    late = clock.now() - timedelta(seconds=61)
    post(build_participant(station, now=late), station, amount=3, now=late)

    status, report = run("--fast")

    assert (status, names_of(report)) == (1, {"I16"})


def test_an_anchor_is_left_only_when_the_chain_has_moved(anchored, folder, station, now):
    again = service.leave_anchor(folder=folder, now=now)
    post(build_participant(station, now=now), station, amount=3, now=now)
    seal()
    moved = service.leave_anchor(folder=folder, now=now)

    assert again is None
    assert store.list_anchors(folder) == (anchored, moved)
    assert (folder / store.FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_anchors_that_cannot_be_read_are_no_proof(run, anchored, folder):
    with (folder / store.FILE_NAME).open("a") as file:
        file.write('{"seq": 4, "ha\n')

    status, report = run("--full")

    assert (status, report["result"]) == (2, "not checked")
    assert "line 2 is not an anchor" in report["reason"]


def test_the_worker_logs_what_is_broken_as_an_error(app, station, now):
    tamper("UPDATE stock_levels SET on_hand = on_hand + 1")

    with capture_logs() as lines:
        watch_books(now=now)

    told = [line for line in lines if line["event"] == "books.violated"]
    assert [(line["log_level"], line["invariants"], line["count"]) for line in told] == [
        ("error", ["I7"], 1)
    ]
    assert json.dumps(told[0]["first"])


def test_the_worker_says_nothing_of_books_that_are_right(app, station, now):
    with capture_logs() as lines:
        watch_books(now=now)

    assert lines == []
