"""What `flask books verify` prints, how it ends, and what it costs."""

import json

import pytest
import sqlalchemy as sa

from rewards.app import create_app
from rewards.core.db import db
from rewards.leaderboards import service as leaderboards
from rewards.leaderboards import store as boards
from tests.conftest import build_settings
from tests.factories.boards import list_epochs
from tests.factories.tampering import tamper

STATEMENTS_MAX = 150


def test_lines_name_the_row_and_what_it_should_be(app, station):
    tamper("UPDATE stock_levels SET on_hand = on_hand + 1")

    result = app.test_cli_runner().invoke(args=["books", "verify"])

    assert result.exit_code == 1
    assert "I7   reward:" in result.stdout
    assert "expected 5 on hand, 2 of them reserved; found 6 on hand" in result.stdout
    assert result.stdout.splitlines()[-1] == "violated: 1 violation"


@pytest.mark.parametrize("options", [[], ["--full"]])
def test_a_database_without_the_tables_cannot_be_checked(
    tmp_path, make_database, database, options
):
    empty = make_database(database.kind, template=False)
    app = create_app(build_settings(tmp_path, empty.url))
    try:
        result = app.test_cli_runner().invoke(args=["books", "verify", *options])
        told = app.test_cli_runner().invoke(args=["books", "verify", "--json", *options])
    finally:
        with app.app_context():
            db.engine.dispose()

    assert (result.exit_code, told.exit_code) == (2, 2)
    assert result.stderr.splitlines()[-1].startswith("Error: The check broke off: ")
    assert json.loads(told.stdout)["result"] == "not checked"


@pytest.mark.parametrize("options", [[], ["--full"]])
def test_a_check_costs_a_bounded_number_of_statements(run, station, options):
    statements = []

    def count(_connection, _cursor, statement, *_):
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        run(*options)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)

    assert len(statements) <= STATEMENTS_MAX


def test_what_was_found_is_a_metric_of_every_process(client, run):
    tamper("UPDATE stock_levels SET on_hand = on_hand + 1")
    before = client.get("/metrics").text
    run()

    after = client.get("/metrics").text

    assert "rewards_books_violations" not in before
    assert "rewards_books_violations 1.0" in after
    assert "rewards_books_checked_timestamp_seconds" in after


def test_without_redis_the_boards_are_said_to_be_unchecked(run):
    status, report = run("--full")

    assert status == 0
    assert list(report["unchecked"]) == ["I15"]


def test_a_wrong_cell_of_a_board_is_found_by_the_full_check(redis_server, run, station, now):
    leaderboards.project(now=now)
    assert run("--full")[0] == 0
    epochs = list_epochs()[0]
    key = f"rw:{{c{epochs.center}}}:1:b:{station.path}:all:all"
    redis_server.client.zadd(key, {b"x" * 16: 2**25})

    status, report = run("--full")

    assert status == 1
    assert [each["invariant"] for each in report["violations"]] == ["I15"]


def test_boards_that_do_not_answer_leave_the_check_incomplete(redis_server, run):
    boards.connect("unix:///nowhere/s")

    status, report = run("--full")

    assert (status, list(report["unchecked"])) == (2, ["I15"])
