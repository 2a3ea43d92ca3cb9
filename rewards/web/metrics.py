"""Counts and times of requests, for Prometheus."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

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
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from rewards.core import clock
from rewards.leaderboards import queries as boards
from rewards.leaderboards.types import Progress
from rewards.ledger import queries as ledger
from rewards.verification import queries as verification
from rewards.web import hooks

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_requests = Counter(
    "rewards_http_requests_total", "Requests answered.", ["method", "route", "status"]
)
_seconds = Histogram("rewards_http_request_seconds", "Time to answer.", ["route"], buckets=BUCKETS)


_streams = Gauge("rewards_streams", "Streams that are open.", multiprocess_mode="livesum")
_slides = Gauge(
    "rewards_stream_slides", "Different slides that they show.", multiprocess_mode="livesum"
)
_slides_made = Counter("rewards_stream_slides_made_total", "Slides made for streams.", ["result"])
_codes = Counter(
    "rewards_sign_in_codes_total",
    "Sign-in codes sent to phones, or refused by a limit: browser, address, service.",
    ["result"],
)


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request under its route template."""
    known = method if method in METHODS else "OTHER"
    _requests.labels(known, route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


def gauge_streams(*, streams: int, slides: int) -> None:
    """Tell how many streams this process serves, and how many different slides they show."""
    _streams.set(streams)
    _slides.set(slides)


def count_slide(*, is_made: bool) -> None:
    """Count a slide that was made for streams, or could not be."""
    _slides_made.labels("made" if is_made else "failed").inc()


def count_code(*, result: str) -> None:
    """Count a sign-in code that was sent, or refused by a limit other than that of its phone."""
    _codes.labels(result).inc()


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
    text += generate_latest(_gauge_boards()) + generate_latest(hooks.gauge())
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


class _Boards(Collector):
    """How far the boards of each center have come, as the worker has left it in the database."""

    def collect(self) -> Iterator[Metric]:
        """Yield each figure for every center that ever had boards."""
        try:
            centers = boards.list_progress()
        except SQLAlchemyError:
            return
        now = clock.now()
        for name, text, value_of in BOARD_GAUGES:
            family = GaugeMetricFamily(f"rewards_boards_{name}", text, labels=["center"])
            for each in centers:
                value = value_of(each, now)
                if value is not None:
                    family.add_metric([each.center], value)
            yield family
        yield from _count_boards(centers)


def _count_boards(centers: Iterable[Progress]) -> Iterator[Metric]:
    rebuilds = CounterMetricFamily(
        "rewards_boards_rebuilds", "Boards made anew, by why.", labels=["center", "cause"]
    )
    cells = CounterMetricFamily(
        "rewards_boards_compared_cells",
        "Cells compared with the books while both were in use.",
        labels=["center", "found"],
    )
    for each in centers:
        for cause, count in each.rebuilds.items():
            rebuilds.add_metric([each.center, cause], count)
        cells.add_metric([each.center, "right"], each.verified_cells - each.wrong_cells)
        cells.add_metric([each.center, "wrong"], each.wrong_cells)
    yield rebuilds
    yield cells


def _lag(each: Progress, now: datetime) -> float:
    behind = each.behind_since
    return 0.0 if behind is None else max((now - behind).total_seconds(), 0.0)


def _second(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


BOARD_GAUGES: Sequence[tuple[str, str, Callable[[Progress, datetime], float | None]]] = (
    ("lag_seconds", "How long the oldest entry waits that is on no board yet.", _lag),
    ("lag_entries", "Entries that are on no board yet.", lambda each, _: each.behind),
    ("epoch", "The epoch in use.", lambda each, _: each.epoch),
    ("applied_seal", "The last seal on the boards.", lambda each, _: each.seq),
    (
        "followed_timestamp_seconds",
        "When the boards were last seen to follow.",
        lambda each, _: _second(each.followed_at),
    ),
    (
        "verified_timestamp_seconds",
        "When the boards were last compared with the books.",
        lambda each, _: _second(each.verified_at),
    ),
)


def _gauge_boards() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Boards())
    return registry
