"""Addresses of our own that go out into the world: in codes, on walls."""

from urllib.parse import urlsplit

from flask import current_app, request

from rewards.core.settings import Settings


def code_link(token: str, *, origin: str | None = None) -> str:
    """Return the link of a code, in capitals so that its symbol stays small.

    *origin* is where our pages are, for what is drawn when nobody is asking.
    """
    return (origin or _base()).upper() + f"/C/{token}"


def page_link(path: str) -> str:
    """Return the link of a page of ours."""
    return _base() + path


def page_origin() -> str:
    """Return where the page is that asks, which for live updates may be another port."""
    settings: Settings = current_app.extensions["settings"]
    asking = request.headers.get("Origin", "")
    try:
        is_ours = urlsplit(asking).hostname == urlsplit(f"//{request.host}").hostname
    except ValueError:
        is_ours = False
    return asking if asking and is_ours and not settings.public_url else _base()


def local_path(wanted: str) -> str:
    """Return *wanted* if it is a page of ours, else the first one: never another site's."""
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else "/"


def _base() -> str:
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.public_url or request.host_url}".rstrip("/")
