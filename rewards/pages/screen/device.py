"""A television: it shows a code until staff pair it, and from then on what they chose for it."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, redirect, render_template
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.screens import queries as screens
from rewards.screens import service
from rewards.screens.errors import TooManyPairingsError
from rewards.screens.types import Screen
from rewards.web import addresses, devices, formats, qr, sessions, throttles
from rewards.web.sessions import Cookie
from rewards.web.throttles import Misses

from . import pages, slides

blueprint = Blueprint("screen_device", __name__)

# One building may have many televisions, but not this many at a time.
STARTS_MAX, STARTS_SPAN = 30, timedelta(minutes=10)

_starts = Misses(misses_max=STARTS_MAX, span=STARTS_SPAN)


@blueprint.get("/screen")
def show() -> ResponseReturnValue:
    """Show what staff chose for this screen, or the code by which they pair it."""
    # A screen that just heard that it was disconnected comes here: nothing remembered counts.
    screen = devices.find_screen(is_fresh=True)
    return _show_code() if screen is None else _show_slides(screen)


@blueprint.get("/screen/data.json")
def renew() -> ResponseReturnValue:
    """Return what changes on the page, for screens without a stream."""
    screen = devices.get_screen(is_fresh=True)
    shown = slides.list_slides(screen, locale=pages.read_locale())
    return pages.answer(shown, version=screen.version)


@blueprint.get("/screen/paired")
def ask() -> ResponseReturnValue:
    """Tell a screen without a stream, which asks every few seconds, whether it is paired still."""
    is_paired = devices.find_screen(is_fresh=True) is not None
    status = HTTPStatus.NO_CONTENT if is_paired else HTTPStatus.UNAUTHORIZED
    return Response(status=status, headers={"Cache-Control": "no-store"})


@blueprint.post("/screen/pairing")
def start() -> ResponseReturnValue:
    """Give this screen a code to show."""
    now = clock.now()
    visitor = throttles.visitor()
    wait = _starts.wait_seconds(visitor, now=now)
    if wait:
        raise TooManyPairingsError(retry_after_seconds=wait)
    token = sessions.read_cookie(Cookie.SCREEN)
    response: Response = redirect("/screen", code=303)  # type: ignore[assignment]
    started = service.start_pairing(token=token, visitor=visitor, now=now)
    if started is not None and started.token != token:
        _starts.add(visitor, now=now)
        sessions.set_cookie(response, Cookie.SCREEN, started.token)
    return response


@blueprint.get("/screen/pairing.json")
def check() -> ResponseReturnValue:
    """Tell whether this screen was paired meanwhile."""
    return jsonify(is_paired=devices.find_screen() is not None)


@blueprint.get("/S/<code>")
def lead(code: str) -> ResponseReturnValue:
    """Lead from the symbol beside a pairing code to the form in the console."""
    return redirect(f"/console/screens?code={code}" if code.isdecimal() else "/console/screens")


def _show_slides(screen: Screen) -> Response:
    page = pages.render(
        slides.list_slides(screen, locale=pages.read_locale()),
        title=screen.name,
        version=screen.version,
        json_address="/screen/data.json",
        stream_address="/streams/screen",
    )
    response = Response(page)
    # Browsers keep no cookie for ever; a screen that is looked at keeps its own.
    sessions.set_cookie(response, Cookie.SCREEN, sessions.read_cookie(Cookie.SCREEN))
    return response


def _show_code() -> str:
    token = sessions.read_cookie(Cookie.SCREEN)
    now = clock.now()
    pairing = screens.find_pairing(token, now=now) if token else None
    if pairing is None:
        return render_template("screen/pair.html", code="", left=0, symbol="", until=None)
    link = addresses.page_link(f"/S/{pairing.code}")
    return render_template(
        "screen/pair.html",
        code=formats.group3(pairing.code),
        left=int((pairing.expires_at - now).total_seconds()),
        until=pairing.expires_at,
        symbol=qr.qr_svg(link, pairing.code),
    )
