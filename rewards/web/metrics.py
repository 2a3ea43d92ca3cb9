"""Counts and times of requests, for Prometheus."""

import os

from flask import Flask
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from rewards.ledger import queries as ledger
from rewards.verification import queries as verification

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_requests = Counter(
    "rewards_http_requests_total", "Requests answered.", ["method", "route", "status"]
)
_seconds = Histogram("rewards_http_request_seconds", "Time to answer.", ["route"], buckets=BUCKETS)


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request under its route template."""
    known = method if method in METHODS else "OTHER"
    _requests.labels(known, route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


def register(app: Flask) -> None:
    """Add /metrics to *app*."""
    app.add_url_rule("/metrics", "metrics", _show)


def _show() -> Response:
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        # Several workers count into files of one folder; any of them adds up all.
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    text = generate_latest(registry) + generate_latest(_gauge_books())
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _gauge_books() -> CollectorRegistry:
    # What the worker, on whatever host, has left in the database. Its age tells
    # of a check that does not run, so the gauge is missing rather than a guess.
    registry = CollectorRegistry()
    try:
        mark = verification.find_mark()
        is_frozen = ledger.find_freeze() is not None
    except SQLAlchemyError:
        return registry
    text = "1 while points neither come nor go, because the books were found wrong."
    Gauge("rewards_books_frozen", text, registry=registry).set(is_frozen)
    if mark is not None:
        for name, text, value in (
            ("violations", "Violations that the last check of the books found.", mark.violations),
            ("verified_seal", "The last seal found right.", mark.seq),
            ("checked_timestamp_seconds", "When it was.", mark.checked_at.timestamp()),
        ):
            Gauge(f"rewards_books_{name}", text, registry=registry).set(value)
    return registry
