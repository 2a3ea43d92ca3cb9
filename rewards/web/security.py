"""What every answer says to the browser about itself, and forms that only our pages can send."""

import re
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFProtect

from rewards.core.settings import Settings
from rewards.web.sessions import is_api_request

HSTS_SECONDS = 365 * 24 * 60 * 60
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A Host header is the visitor's word; nothing but a name may get into a policy.
_HOST_NAME = re.compile(r"[A-Za-z0-9.-]+")

csrf = CSRFProtect()


def register(app: Flask) -> None:
    """Protect the answers and the forms of *app*."""
    settings: Settings = app.extensions["settings"]
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if settings.secure_cookies else "session",
        # The API knows no cookies, so no other site's form can act through it.
        WTF_CSRF_CHECK_DEFAULT=False,
        # People leave a form open over lunch; it counts as long as their session does.
        WTF_CSRF_TIME_LIMIT=None,
    )
    csrf.init_app(app)
    app.before_request(_check_form)
    app.after_request(_add_headers)


def streams_origin() -> str | None:
    """Return where the live updates of the page are served, None if by its own address."""
    settings: Settings = current_app.extensions["settings"]
    url = settings.streams_url
    if url is None:
        return None
    if not url.startswith(":"):
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}"
    host = urlsplit(f"//{request.host}").hostname or ""
    return f"{request.scheme}://{host}{url}" if _HOST_NAME.fullmatch(host) else None


def _check_form() -> None:
    if is_api_request() or not current_app.config["WTF_CSRF_ENABLED"]:
        return
    csrf.protect(apply_exemptions=True)


def _add_headers(response: Response) -> Response:
    settings: Settings = current_app.extensions["settings"]
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _policy())
    if settings.secure_cookies:
        response.headers["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}; includeSubDomains"
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _policy() -> str:
    streams = streams_origin()
    connect = f"'self' {streams}" if streams else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src {connect}",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
