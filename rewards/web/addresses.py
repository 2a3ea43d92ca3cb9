"""The address that codes carry."""

from flask import current_app, request

from rewards.core.settings import Settings


def code_link(token: str) -> str:
    """Return the link of a code, in capitals so that its symbol stays small."""
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.public_url or request.host_url}".rstrip("/").upper() + f"/C/{token}"
