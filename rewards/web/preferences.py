"""What a visitor chose for reading: the language and the size of the text.

Both are kept in cookies that name no one. A link such as `?size=large` sets
one and leads back to the same page, so that it works without scripts. A page that
answers a form has no such address: there the button sends a form (`switch_size`).
"""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import flask_babel
from flask import (
    Flask,
    Response,
    after_this_request,
    current_app,
    has_request_context,
    redirect,
    request,
)
from flask_babel import Babel
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import HTTPException

from rewards.core import clock
from rewards.core.settings import Settings
from rewards.web.sessions import is_api_request

LANGUAGE = "lang"
SIZE = "size"
KEPT = timedelta(days=365)
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
TAGS = {"zh": "zh-CN", "en": "en"}
SIZES = ("normal", "large", "xlarge")
CHOICES: dict[str, tuple[str, ...]] = {LANGUAGE: tuple(LOCALES), SIZE: SIZES}
SIZE_LABELS = {"normal": _("标准"), "large": _("大字"), "xlarge": _("特大")}


def register(app: Flask) -> None:
    """Have the answers of *app* follow what its visitors chose."""
    Babel(
        app,
        default_locale=LOCALES["zh"],
        default_timezone=str(clock.zone()),
        default_translation_directories="translations",
        locale_selector=_select_locale,
        timezone_selector=lambda: str(clock.zone()),
    )
    app.before_request(_keep_choice)
    app.context_processor(_reading)
    app.add_template_global(switch_url)


def describe() -> tuple[str, str]:
    """Return the language and the size of the text that the visitor reads in."""
    return _language(), _size()


def switch_url(**choices: str) -> str:
    """Return the address of this page with *choices* (`lang`, `size`) to be set on the way."""
    kept = [(name, value) for name, value in _parameters() if name not in choices]
    return _address([*kept, *choices.items()])


def switch_size() -> bool:
    """Tell whether a form was sent to read its answer in another size, which is kept then."""
    chosen = _sent_size()
    if chosen is None:
        return False

    def keep(response: Response) -> Response:
        _keep(response, SIZE, chosen)
        return response

    after_this_request(keep)
    return True


def _select_locale() -> str:
    return LOCALES[_language()]


def _language() -> str:
    if not has_request_context():
        return "zh"
    chosen = request.cookies.get(LANGUAGE)
    if chosen in LOCALES:
        return chosen
    # Best first: English must stand before any Chinese, not merely somewhere.
    for tag, _quality in request.accept_languages:
        language = tag.lower().partition("-")[0]
        if language in LOCALES:
            return language
    return "zh"


def _sent_size() -> str | None:
    if request.method != "POST" or is_api_request():
        return None
    try:
        chosen = request.form.get(SIZE)
    except HTTPException:
        # A form that is too large to be read is answered in the size of the browser.
        return None
    return chosen if chosen in SIZES else None


def _size() -> str:
    chosen = _sent_size() or request.cookies.get(SIZE)
    return chosen if chosen in SIZES else "normal"


def _keep_choice() -> Response | None:
    if request.method != "GET" or is_api_request():
        return None
    chosen = {
        name: value
        for name, values in CHOICES.items()
        if (value := request.args.get(name)) in values
    }
    if not chosen:
        return None
    kept = [(name, value) for name, value in _parameters() if name not in chosen]
    response = current_app.make_response(redirect(_address(kept)))
    for name, value in chosen.items():
        _keep(response, name, value)
    return response


def _keep(response: Response, name: str, value: str) -> None:
    settings: Settings = current_app.extensions["settings"]
    response.set_cookie(
        name,
        value,
        max_age=KEPT,
        secure=settings.secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _reading() -> dict[str, Any]:
    if not has_request_context():
        return {"html_lang": TAGS["zh"], "text_size": None}
    language = flask_babel.get_locale().language
    size = _size()
    next_size = SIZES[(SIZES.index(size) + 1) % len(SIZES)]
    return {
        "html_lang": TAGS.get(language, TAGS["zh"]),
        "text_size": None if size == "normal" else size,
        "next_size": next_size,
        "next_size_label": str(SIZE_LABELS[next_size]),
        "next_lang": "zh" if language == "en" else "en",
    }


def _parameters() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _address(parameters: list[tuple[str, str]]) -> str:
    # One slash in front: with two, the rest would be the name of another host.
    path = quote(f"/{(request.root_path + request.path).lstrip('/')}")
    return f"{path}?{urlencode(parameters)}" if parameters else path
