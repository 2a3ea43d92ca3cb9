"""What is kept of every request: its number, one line in the log, and its counts."""

import time
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID, uuid4

import structlog
from flask import Flask, current_app, g, got_request_exception, request
from werkzeug.wrappers import Response

from rewards.web import metrics, sessions

HEADER = "X-Request-ID"
NO_ROUTE = "none"
BYTES_MAX = "bytes_max"
QUIET_ENDPOINTS = frozenset({"healthz", "readyz", "metrics", "static_files.static"})

View = TypeVar("View", bound=Callable[..., Any])

log = structlog.get_logger(__name__)


def register(app: Flask) -> None:
    """Have the requests of *app* numbered, logged and counted."""
    app.before_request(_begin)
    app.after_request(_end)
    got_request_exception.connect(_log_bug, app)
    # Flask would log the raw path, which holds codes.
    app.logger.disabled = True


def takes(bytes_max: int) -> Callable[[View], View]:
    """Let the decorated view be sent more bytes than others are: a file comes with the form."""

    def decorate(view: View) -> View:
        setattr(view, BYTES_MAX, bytes_max)
        return view

    return decorate


def request_id() -> UUID:
    """Return the number of the request, the one in the log."""
    number: UUID = g.request_id
    return number


def _begin() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    # Before anybody reads the form, as the check of its hidden token does.
    request.max_content_length = getattr(view, BYTES_MAX, request.max_content_length)
    g.request_id = _asked_id() or uuid4()
    g.request_began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=str(g.request_id))


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.request_began
    route = _route()
    metrics.count_request(
        method=request.method, route=route, status=response.status_code, seconds=seconds
    )
    write = log.debug if request.endpoint in QUIET_ENDPOINTS else log.info
    write(
        "request",
        method=request.method,
        route=route,
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
        actor=sessions.known_actor_kind(),
    )
    response.headers[HEADER] = str(g.request_id)
    return response


def _log_bug(_app: Flask, exception: BaseException) -> None:
    log.error("request.failed", route=_route(), exc_info=exception)


def _route() -> str:
    # The template of the path: the path itself may hold a code or a number of
    # a person.
    return request.url_rule.rule if request.url_rule is not None else NO_ROUTE


def _asked_id() -> UUID | None:
    try:
        return UUID(request.headers.get(HEADER, ""))
    except ValueError:
        return None
