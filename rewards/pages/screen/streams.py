"""Live boards as server-sent events. Screens that get none ask every few seconds instead."""

import queue
import random
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.core.settings import Settings

from . import snapshots
from .boards import read_wanted
from .feeds import Hub, Watcher
from .snapshots import Snapshot, Wanted

blueprint = Blueprint("streams", __name__)

HEARTBEAT_SECONDS = 12.0
# After a restart the screens come back one by one, not all at once.
RETRY_MILLISECONDS = (2_000, 15_000)
FULL_RETRY_SECONDS = (30, 120)

_hub = Hub()


@blueprint.get("/streams/boards/<label>")
def watch(label: str) -> ResponseReturnValue:
    """Send a board now and whenever it changes."""
    settings: Settings = current_app.extensions["settings"]
    address = request.remote_addr or ""
    wanted = read_wanted(label)
    if not _hub.take_seat(address, most=settings.streams_max):
        return _allow_origin(_refuse())
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    # Closes once, however often the server closes the response.
    leaving = ExitStack()
    leaving.callback(_hub.give_seat, address)
    feed, watcher = _hub.join(wanted.key, lambda: _make(app, wanted))
    leaving.callback(_hub.leave, wanted.key, feed, watcher)
    response = Response(_events(watcher), mimetype="text/event-stream")
    response.call_on_close(leaving.close)
    response.headers["Cache-Control"] = "no-store"
    # nginx would keep the events until there are enough of them.
    response.headers["X-Accel-Buffering"] = "no"
    return _allow_origin(response)


def _make(app: Flask, wanted: Wanted) -> Snapshot:
    # The session lives as long as this context, not as long as the stream.
    with app.app_context():
        return snapshots.make(wanted, now=clock.now())


def _events(watcher: Watcher) -> Iterator[str]:
    retry = random.randint(*RETRY_MILLISECONDS)  # noqa: S311 - spreads load, keeps no secret
    yield f"retry: {retry}\n\n"
    while True:
        try:
            snapshot = watcher.get(timeout=HEARTBEAT_SECONDS)
        except queue.Empty:
            yield f'event: beat\ndata: {{"now": {int(clock.now().timestamp())}}}\n\n'
        else:
            yield f"id: {snapshot.etag}\nevent: board\ndata: {snapshot.body}\n\n"


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
    response.headers["Vary"] = "Origin"
    return response
