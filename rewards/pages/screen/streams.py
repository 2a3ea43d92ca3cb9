"""Live slides as server-sent events. Screens that get none ask every few seconds instead."""

import json
import queue
import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.core.settings import Settings
from rewards.web import devices

from . import boards, feeds, pages, slides
from .feeds import Hub, Watcher
from .shown import Slide, Snapshot

blueprint = Blueprint("streams", __name__)

HEARTBEAT_SECONDS = 12.0
# After a restart the screens come back one by one, not all at once.
RETRY_MILLISECONDS = (2_000, 15_000)
FULL_RETRY_SECONDS = (30, 120)

_hub = Hub()


@blueprint.get("/streams/screen")
def watch_screen() -> ResponseReturnValue:
    """Send what the asking screen shows, now and whenever it changes."""
    screen = devices.get_screen()
    shown = slides.list_slides(screen, locale=pages.read_locale())
    return _stream(shown, version=screen.version)


@blueprint.get("/streams/boards/<label>")
def watch(label: str) -> ResponseReturnValue:
    """Send a board now and whenever it changes."""
    return _stream([boards.read_slide(label)], version=boards.VERSION)


def _stream(shown: Sequence[Slide], *, version: int) -> Response:
    settings: Settings = current_app.extensions["settings"]
    address = request.remote_addr or ""
    if not _hub.take_seat(address, most=settings.streams_max):
        return _allow_origin(_refuse())
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    # Closes once, however often the server closes the response.
    leaving = ExitStack()
    leaving.callback(_hub.give_seat, address)
    watcher = feeds.build_watcher(len(shown))
    for slide in shown:
        feed, _ = _hub.join(slide.key, partial(_make, app, slide), watcher)
        leaving.callback(_hub.leave, slide.key, feed, watcher)
    response = Response(
        _events(watcher, pages.describe(version=version)), mimetype="text/event-stream"
    )
    response.call_on_close(leaving.close)
    response.headers["Cache-Control"] = "no-store"
    # nginx would keep the events until there are enough of them.
    response.headers["X-Accel-Buffering"] = "no"
    return _allow_origin(response)


def _make(app: Flask, slide: Slide) -> Snapshot:
    # The session lives as long as this context, not as long as the stream.
    with app.app_context():
        return slides.make(slide, now=clock.now())


def _events(watcher: Watcher, screen: dict[str, Any]) -> Iterator[str]:
    retry = random.randint(*RETRY_MILLISECONDS)  # noqa: S311 - spreads load, keeps no secret
    yield f"retry: {retry}\nevent: screen\ndata: {json.dumps(screen)}\n\n"
    while True:
        try:
            snapshot = watcher.get(timeout=HEARTBEAT_SECONDS)
        except queue.Empty:
            yield f'event: beat\ndata: {{"now": {int(clock.now().timestamp())}}}\n\n'
        else:
            yield f"id: {snapshot.etag}\nevent: slide\ndata: {snapshot.body}\n\n"


def _refuse() -> Response:
    response = jsonify(code="streams-full")
    response.status_code = 503
    seconds = random.randint(*FULL_RETRY_SECONDS)  # noqa: S311 - spreads load, keeps no secret
    response.headers["Retry-After"] = str(seconds)
    return response


def _allow_origin(response: Response) -> Response:
    # Pages are served on another port of the same host, or at the public address.
    origin = request.headers.get("Origin", "")
    settings: Settings = current_app.extensions["settings"]
    own = urlsplit(f"//{request.host}").hostname
    is_same_host = bool(origin) and urlsplit(origin).hostname == own
    if is_same_host or (settings.public_url and origin == settings.public_url):
        response.headers["Access-Control-Allow-Origin"] = origin
        # Cookies know no ports: the one of the screen is ours too.
        response.headers["Access-Control-Allow-Credentials"] = "true"
    response.headers["Vary"] = "Origin"
    return response
