"""What is kept of every request, and how the process says that it is well."""

import json
import re
from collections import Counter
from uuid import UUID, uuid4

import pytest
from flask import abort
from sqlalchemy.exc import OperationalError

from rewards.core import logging
from rewards.web import health


@pytest.fixture
def logged(app, capsys):
    """Return the lines of JSON logged since the last look."""
    logging.configure("INFO")

    def read():
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    yield read
    logging.configure("WARNING")


@pytest.fixture
def probing(app):
    """Routes that answer, refuse and break."""
    app.add_url_rule("/probe/<token>", "probe", lambda token: {"token": token})
    app.add_url_rule("/broken/<token>", "broken", lambda token: 1 / 0)
    app.add_url_rule("/forbidden", "forbidden", lambda: abort(403))
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


def test_a_request_is_one_line_with_its_route_and_not_its_path(probing, logged):
    answer = probing.get("/probe/secret-token?phone=13800000000", headers={"User-Agent": "x"})

    (line,) = logged()
    assert line.pop("timestamp")
    assert line.pop("milliseconds") >= 0
    assert line == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "route": "/probe/<token>",
        "status": 200,
        "actor": "anonymous",
        "request_id": answer.headers["X-Request-ID"],
    }


def test_what_every_page_fetches_is_not_logged(client, logged):
    with client.get("/static/tokens.css") as answer:
        assert answer.status_code == 200

    assert logged() == []


def test_a_bug_is_logged_with_its_traceback_but_not_its_path(probing, logged):
    answer = probing.get("/broken/secret-token?phone=13800000000")

    bug, *between, line = logged()
    assert answer.status_code == 500
    assert "ZeroDivisionError" in bug["exception"]
    assert "secret-token" not in json.dumps([bug, *between, line])
    assert "13800000000" not in json.dumps([bug, *between, line])
    assert bug["request_id"] == line["request_id"]
    assert line["status"] == 500


@pytest.mark.parametrize(("path", "status"), [("/no/such/page", 404), ("/forbidden", 403)])
def test_refusals_are_logged_too(probing, logged, path, status):
    probing.get(path)

    assert [line["status"] for line in logged() if line["event"] == "request"] == [status]


def test_a_number_given_by_the_proxy_is_kept(probing):
    number = uuid4()

    answer = probing.get("/probe/x", headers={"X-Request-ID": number.hex})

    assert answer.headers["X-Request-ID"] == str(number)


def test_anything_else_is_replaced_by_a_number_of_our_own(probing):
    answer = probing.get("/probe/x", headers={"X-Request-ID": 'x", "level": "fatal'})

    assert UUID(answer.headers["X-Request-ID"]).version == 4


def test_requests_are_counted_by_route(probing):
    def counted():
        text = probing.get("/metrics").get_data(as_text=True)
        line = r'^rewards_http_requests_total{method="(.+)",route="(.+)",status="(.+)"} (.+)$'
        found = re.findall(line, text, re.MULTILINE)
        return Counter({tuple(labels): float(count) for *labels, count in found})

    before = counted()
    probing.get("/probe/one")
    probing.get("/probe/two")
    probing.open("/probe/three", method="BREW")

    assert counted() - before == {
        ("GET", "/probe/<token>", "200"): 2,
        ("OTHER", "none", "405"): 1,
        ("GET", "/metrics", "200"): 1,
    }


def test_the_process_is_alive_without_any_engine(client, monkeypatch):
    monkeypatch.setattr(health, "reading", lambda: 1 / 0)

    assert client.get("/healthz").json == {"status": "ok"}


def test_without_redis_the_service_is_ready(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "up", "redis": "off"}


def test_a_redis_that_went_away_is_told_and_not_needed(app, redis_server, client, monkeypatch):
    assert client.get("/readyz").json["redis"] == "up"

    redis_server.client.client_pause(1500)
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json["redis"] == "down"


def test_without_the_database_the_service_is_not_ready(client, monkeypatch):
    def fail():
        raise OperationalError("SELECT 1", {}, OSError())

    monkeypatch.setattr(health, "reading", fail)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "database": "down", "redis": "off"}
