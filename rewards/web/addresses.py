"""Addresses of our own that go out into the world: in codes, on walls."""

from flask import current_app, request

from rewards.core.settings import Settings


def code_link(token: str) -> str:
    """Return the link of a code, in capitals so that its symbol stays small."""
    return _base().upper() + f"/C/{token}"


def page_link(path: str) -> str:
    """Return the link of a page of ours."""
    return _base() + path


def _base() -> str:
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.public_url or request.host_url}".rstrip("/")
