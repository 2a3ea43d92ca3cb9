"""What a client is told when something of ours fails."""

import sqlite3

import pytest
import sqlalchemy.exc as sa_exc

from rewards.network import queries as network

pytestmark = pytest.mark.databases("sqlite")


class LockedError(sqlite3.OperationalError):
    sqlite_errorname = "SQLITE_BUSY"


class WrongStatementError(sqlite3.OperationalError):
    sqlite_errorname = "SQLITE_ERROR"


def broken(error):
    def fail(*_args, **_kwargs):
        raise error

    return fail


@pytest.mark.parametrize(
    "error",
    [
        sa_exc.OperationalError("SELECT 1", {}, LockedError("database is locked")),
        sa_exc.TimeoutError("QueuePool limit reached"),
        sa_exc.InterfaceError("SELECT 1", {}, Exception(), connection_invalidated=True),
    ],
    ids=["locked", "pool", "gone"],
)
def test_a_busy_database_asks_to_come_back(api, world, refused, monkeypatch, error):
    monkeypatch.setattr(network, "page_nodes", broken(error))

    response = api.get("/nodes", world.admin)

    refused(response, 503, "database-busy")
    assert int(response.headers["Retry-After"]) > 0
    assert "SELECT" not in response.text


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("secret"),
        sa_exc.OperationalError("SELECT secret", {}, WrongStatementError("no such table")),
    ],
    ids=["bug", "wrong statement"],
)
def test_a_bug_says_nothing_of_itself(api, world, monkeypatch, error):
    monkeypatch.setattr(network, "page_nodes", broken(error))

    response = api.get("/nodes", world.admin)

    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert set(response.json) == {"type", "title", "status", "instance"}
    assert "secret" not in response.text
