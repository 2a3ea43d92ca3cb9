"""Screens that are paired, and the browsers they are."""

from rewards.pages.screen import pages, today
from rewards.pages.screen.kept import Kept
from rewards.screens import queries, rules, service
from rewards.screens.types import Programme
from rewards.web.sessions import Cookie
from tests.factories.people import SYSTEM


def keep_nothing(monkeypatch):
    """Have every request see the world as it is, not as it was a moment ago."""
    monkeypatch.setattr(pages, "_kept", Kept(seconds=0))
    monkeypatch.setattr(today, "_facts", Kept(seconds=0))
    monkeypatch.setattr(today, "_sums", Kept(seconds=0))
    monkeypatch.setattr(queries, "KEPT_SECONDS", 0)


def build_screen(node, now, *, name="大厅", slides=rules.PROGRAMMES[Programme.ROTATION]):
    """Return the token of a new screen at *node*, and the screen."""
    started = service.start_pairing(token="", now=now)
    screen = service.pair_screen(
        actor=SYSTEM,
        code=started.pairing.code,
        node_id=node.id,
        name=name,
        slides=slides,
        now=now,
    )
    queries.forget()
    return started.token, screen


def pair_screen(app, node, now, **details):
    """Return the browser of a new screen at *node*."""
    token, screen = build_screen(node, now, **details)
    browser = app.test_client()
    browser.set_cookie(Cookie.SCREEN, token)
    browser.screen = screen
    return browser
