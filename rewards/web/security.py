"""What every answer says to the browser about itself, and forms that only our pages can send."""

import re
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from rewards.core.settings import Settings
from rewards.web import answers, zones
from rewards.web.sessions import is_api_path, is_api_request

HSTS_SECONDS = 365 * 24 * 60 * 60
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CAMERA_POLICY = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
_HEADERS = tuple((name, name.lower(), value) for name, value in HEADERS.items())
_WASM = "'wasm-unsafe-eval'"
# Which version was the first to know it; of WeChat on an iPhone only the system tells.
_WASM_SINCE = (
    (re.compile(r"Chrom(?:e|ium)/(\d+)"), 97),
    (re.compile(r"(?:iPhone|CPU) OS (\d+)_"), 16),
    (re.compile(r"Version/(\d+)[\d.]* (?:Mobile/\S+ )?Safari"), 16),
)
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
    app.session_interface = _Sessions()
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


def allow_camera(response: Response) -> Response:
    """Let the page that *response* is look through the camera, and read the codes it sees.

    The reader is compiled code that we serve ourselves; of all pages only those with a scanner
    may run such. A browser that does not know the word for that yet needs the one it knows.
    """
    word = "'unsafe-eval'" if _is_before_wasm_word(request.user_agent.string) else _WASM
    policy = _policy(streams_origin(), scripts=f"'self' {word}")
    response.headers["Content-Security-Policy"] = policy
    response.headers["Permissions-Policy"] = CAMERA_POLICY
    return response


def _is_before_wasm_word(user_agent: str) -> bool:
    for pattern, first in _WASM_SINCE:
        if found := pattern.search(user_agent):
            return int(found[1]) < first
    return False


class _Sessions(SecureCookieSessionInterface):
    """The sessions of forms; the API has none, and need not look for one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a request, or None."""
        return None if is_api_path(request.path) else super().open_session(app, request)


def _check_form() -> None:
    if is_api_request() or not current_app.config["WTF_CSRF_ENABLED"]:
        return
    csrf.protect(apply_exemptions=True)


def _add_headers(response: Response) -> Response:
    settings: Settings = current_app.extensions["settings"]
    headers = response.headers
    given = {name.lower() for name in headers.keys()}  # noqa: SIM118 -- pairs, not names
    for name, lower, value in _HEADERS:
        if lower not in given:
            headers.add(name, value)
    if "content-security-policy" not in given:
        headers.add("Content-Security-Policy", _policy(streams_origin(), scripts=_own_scripts()))
    if settings.secure_cookies:
        headers["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}; includeSubDomains"
    if "cache-control" not in given and response.status_code != HTTPStatus.NOT_MODIFIED:
        headers.add("Cache-Control", "no-store")
    return response


def _own_scripts() -> str:
    lines = ((zones.has_field(), zones.DIGEST), (answers.has_script(), answers.DIGEST))
    return " ".join(("'self'", *(digest for is_there, digest in lines if is_there)))


@lru_cache(maxsize=256)
def _policy(streams: str | None, *, scripts: str) -> str:
    connect = f"'self' {streams}" if streams else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src {connect}",
            "manifest-src 'self'",
            # Before Safari 15.5 a service worker was a child, and else fell under the default.
            "child-src 'self'",
            "worker-src 'self'",
            "frame-src 'none'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
