"""Which browser is asking: a long random cookie, of which only a keyed hash is ever kept."""

from datetime import timedelta

from flask import current_app, request
from werkzeug.wrappers import Response

from rewards.core.ids import new_label
from rewards.core.secrecy import vault
from rewards.core.settings import Settings

COOKIE = "browser"
COOKIE_LIFE = timedelta(days=400)
TOKEN_LENGTH = 26
ID_LENGTH = 16


def find_id() -> str | None:
    """Return what stands for the browser that is asking, None if it keeps no cookie of ours."""
    token = request.cookies.get(COOKIE, "")
    return _hash(token) if len(token) == TOKEN_LENGTH else None


def keep(response: Response) -> str:
    """Have the browser that *response* goes to known again; return what stands for it."""
    known = find_id()
    if known is not None:
        return known
    # Several answers of one request speak of the same browser.
    token = request.environ.setdefault("rewards.browser", new_label(TOKEN_LENGTH))
    settings: Settings = current_app.extensions["settings"]
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_LIFE,
        secure=settings.secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return _hash(token)


def _hash(token: str) -> str:
    return vault().lookup(f"browser:{token}")[:ID_LENGTH]
