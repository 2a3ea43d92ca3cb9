"""Counts and times of requests, for Prometheus."""

import os

from flask import Flask
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from werkzeug.wrappers import Response

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
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
