"""The page that holds the slides of a screen, and the same slides as data."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import flask_babel
import structlog
from flask import Response, render_template, request

from rewards.core import clock
from rewards.pages import assets
from rewards.web import addresses, preferences, qr, security

from . import slides
from .kept import Kept
from .shown import Slide, Snapshot

# A script of another origin tells in which language its page is.
LANGUAGE = "in"
# What the page is made of: when any of it changes, screens load the page anew.
PARTS = ("screen.js", "transport.js", "screen.css", "components.css", "tokens.css")
TEMPLATES = Path(__file__).parents[1] / "templates" / "screen"

KEPT_SECONDS = 2.0

log = structlog.get_logger(__name__)

_kept: Kept[Snapshot] = Kept(seconds=KEPT_SECONDS)


@cache
def build() -> str:
    """Return what names this edition of the page."""
    sources = [assets.STATIC / name for name in PARTS] + sorted(TEMPLATES.glob("*.html"))
    return hashlib.sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()[:12]


def read_locale() -> str:
    """Return the language of the slides: that of the page that asks, else the visitor's."""
    locale = request.args.get(LANGUAGE, "")
    return locale if locale in preferences.LOCALES.values() else str(flask_babel.get_locale())


def render(
    shown: Sequence[Slide], *, title: str, version: int, json_address: str, stream_address: str
) -> str:
    """Return the page with *shown* as they look now, which goes on by itself."""
    now = clock.now()
    # What comes later is in the language of what is shown now, or it would find no place there.
    query = f"{LANGUAGE}={read_locale()}"
    streams = security.streams_origin() or ""
    return render_template(
        "screen/show.html",
        title=title,
        slides=_take(shown, now),
        is_closed=version < 0,
        version=version,
        moment=now,
        json_address=_with(json_address, query),
        stream_address=_with(f"{streams}{stream_address}", query) if stream_address else "",
        build=build(),
        join=qr.qr_svg(addresses.page_link("/board"), flask_babel.gettext("扫码看自己的名次")),
    )


def answer(shown: Sequence[Slide], *, version: int) -> Response:
    """Return *shown* as data, for screens without a stream."""
    now = clock.now()
    snapshots = _take(shown, now)
    # Put together by hand: each slide was made into JSON once for all screens.
    listed = ",".join(snapshot.body for snapshot in snapshots)
    head = f'"build":"{build()}","version":{version},"slides":[{listed}]'
    response = Response(f'{{"now":{int(now.timestamp())},{head}}}', mimetype="application/json")
    response.set_etag(hashlib.sha256(head.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def describe(*, version: int) -> dict[str, Any]:
    """Return what a stream says first, and whenever the screen itself changed."""
    return {
        "now": int(clock.now().timestamp()),
        "build": build(),
        "version": version,
    }


def _take(shown: Sequence[Slide], now: datetime) -> list[Snapshot]:
    made = [_make(slide, now) for slide in shown]
    return [snapshot for snapshot in made if snapshot is not None]


def _make(slide: Slide, now: datetime) -> Snapshot | None:
    try:
        return _kept.get(slide.key, partial(slides.make, slide, now=now))
    except Exception:
        # The other slides are shown; where this one was shown before, it says how old it is.
        log.exception("slide.not_made", key=slide.key)
        return None


def _with(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}"
