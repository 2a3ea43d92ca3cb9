"""Live slides as server-sent events. Screens that get none ask every few seconds instead."""

import json
import random
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from rewards.core import clock
from rewards.core.settings import Settings
from rewards.ledger import queries as ledger
from rewards.processes import servers
from rewards.screens import queries as screens
from rewards.screens import service
from rewards.screens.errors import ScreenNotPairedError
from rewards.screens.types import Screen, ScreenId
from rewards.web import sessions
from rewards.web.sessions import Cookie

from . import boards, pages, slides
from .feeds import Source
from .hub import Holder, Hub, Watch
from .mailboxes import Line, Mailbox
from .shown import Slide, Snapshot

log = structlog.get_logger(__name__)

blueprint = Blueprint("streams", __name__)

EXTENSION = "streams"
# A proxy gives up after 15 s of silence or more, a screen after 25 s.
HEARTBEAT_SECONDS = 10.0
# After a restart the screens come back one by one, not all at once.
RETRY_MILLISECONDS = (2_000, 15_000)
FULL_RETRY_SECONDS = (30, 120)
# One that came back before its old stream was found dead, and a page that is just reloading.
STREAMS_OF_SCREEN = 2
STREAMS_OF_STAFF = 8
# After this staff are asked anew whether they are signed in and may see the board.
STAFF_SECONDS = 300.0
# Entries that are read at a time.
CHANGES_MAX = 500


class Service:
    """What the streams of an application have to know of the rest of it."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._seen: int | None = None

    def is_stopping(self) -> bool:
        """Tell whether this process was asked to stop."""
        return servers.is_stopping()

    def list_changed(self) -> Collection[str]:
        """Return the paths of nodes at which something was booked since the last time."""
        with self._app.app_context():
            if self._seen is None:
                self._seen = ledger.get_head().seq
                return ()
            paths: set[str] = set()
            while postings := ledger.list_sealed(after=self._seen, limit=CHANGES_MAX):
                self._seen = postings[-1].seq
                paths.update(posting.node_path for posting in postings)
            return paths

    def list_versions(self, screen_ids: Collection[ScreenId]) -> Mapping[ScreenId, int]:
        """Return the version of those screens that are paired still."""
        with self._app.app_context():
            return screens.list_versions(screen_ids)

    def note_seen(self, screen_ids: Collection[ScreenId]) -> None:
        """Write down that screens are there."""
        with self._app.app_context():
            try:
                service.note_seen(screen_ids, now=clock.now())
            except DBAPIError:
                # A database that only reads for a while still lights the screens.
                log.warning("screens.not_noted", screens=len(screen_ids))


def add_hub(app: Flask) -> None:
    """Give *app* a hub; it starts no thread before somebody watches."""
    app.extensions[EXTENSION] = Hub(Service(app))


@blueprint.get("/streams/screen")
def watch_screen() -> ResponseReturnValue:
    """Send what the asking screen shows, now and whenever it changes."""
    screen = _get_screen()
    shown = slides.list_slides(screen, locale=pages.read_locale())
    watch = Watch(
        holder=_hold_for(screen),
        sources=_list_sources(shown),
        screen_id=screen.id,
        version=screen.version,
        write_change=_write_screen,
        mailbox=_build_mailbox(),
    )
    return _stream(watch, version=screen.version)


@blueprint.get("/streams/boards/<label>")
def watch_board(label: str) -> ResponseReturnValue:
    """Send a board now and whenever it changes."""
    slide, screen = boards.read_slide(label)
    sources = _list_sources([slide])
    if screen is not None:
        watch = Watch(
            holder=_hold_for(screen),
            sources=sources,
            screen_id=screen.id,
            version=screen.version,
            mailbox=_build_mailbox(),
        )
    else:
        watch = Watch(
            holder=Holder(
                key=sessions.require_staff().principal, most=STREAMS_OF_STAFF, gives_way=True
            ),
            sources=sources,
            ends_at=time.monotonic() + STAFF_SECONDS,
            mailbox=_build_mailbox(),
        )
    return _stream(watch, version=boards.VERSION)


def _get_screen() -> Screen:
    # After a restart they all come: that they are here is written down for all at once.
    token = sessions.read_cookie(Cookie.SCREEN)
    screen = screens.find_screen(token) if token else None
    if screen is None:
        raise ScreenNotPairedError
    return screen


def _hold_for(screen: Screen) -> Holder:
    return Holder(key=f"screen:{screen.id.hex}", most=STREAMS_OF_SCREEN, gives_way=True)


def _list_sources(shown: Sequence[Slide]) -> tuple[Source, ...]:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return tuple(
        Source(key=slide.key, path=slide.node.path, make=partial(_make, app, slide))
        for slide in shown
    )


def _make(app: Flask, slide: Slide) -> Snapshot:
    # The session lives as long as this context, not as long as the stream.
    with app.app_context():
        return slides.make(slide, now=clock.now())


def _build_mailbox() -> Mailbox:
    return Mailbox(Line(request.environ.get("gunicorn.socket")))


def _stream(watch: Watch, *, version: int) -> Response:
    settings: Settings = current_app.extensions["settings"]
    hub: Hub = current_app.extensions[EXTENSION]
    if not hub.join(watch, most=settings.streams_max):
        return _allow_origin(_refuse())
    response = Response(_events(watch.mailbox, version=version), mimetype="text/event-stream")
    response.call_on_close(lambda: hub.leave(watch))
    response.headers["Cache-Control"] = "no-store"
    # nginx would keep the events until there are enough of them.
    response.headers["X-Accel-Buffering"] = "no"
    return _allow_origin(response)


def _events(mailbox: Mailbox, *, version: int) -> Iterator[bytes]:
    retry = random.randint(*RETRY_MILLISECONDS)  # noqa: S311 - spreads load, keeps no secret
    yield f"retry: {retry}\n".encode() + _write_screen(version)
    beat_at = time.monotonic() + HEARTBEAT_SECONDS
    while (events := mailbox.take(timeout=max(beat_at - time.monotonic(), 0.0))) is not None:
        if mailbox.line.is_gone():
            return
        if not events or time.monotonic() >= beat_at:
            beat_at = time.monotonic() + HEARTBEAT_SECONDS
            events += _write_screen(version, event="beat")
        yield events


def _write_screen(version: int, *, event: str = "screen") -> bytes:
    return f"event: {event}\ndata: {json.dumps(pages.describe(version=version))}\n\n".encode()


def _refuse() -> Response:
    response = jsonify(code="streams-full")
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    seconds = random.randint(*FULL_RETRY_SECONDS)  # noqa: S311 - spreads load, keeps no secret
    response.headers["Retry-After"] = str(seconds)
    return response


def _allow_origin(response: Response) -> Response:
    # Pages are served on another port of the same host, or at the public address.
    origin = request.headers.get("Origin", "")
    settings: Settings = current_app.extensions["settings"]
    with suppress(ValueError):
        own = urlsplit(f"//{request.host}").hostname
        is_same_host = bool(origin) and urlsplit(origin).hostname == own
        if is_same_host or (settings.public_url and origin == settings.public_url):
            response.headers["Access-Control-Allow-Origin"] = origin
            # A screen is known by its cookie, which has no port.
            response.headers["Access-Control-Allow-Credentials"] = "true"
    response.headers["Vary"] = "Origin"
    return response
