"""Every failure of the pages as a page: what happened, why, and what to do next."""

from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote, urlsplit

import structlog
from flask import Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from rewards.core.errors import RewardsError
from rewards.pages.console import frame as console
from rewards.pages.phone import frame as phone
from rewards.web import requests, sentences
from rewards.web.sentences import Sentence
from rewards.web.sessions import CONSOLE_PREFIX, NotSignedInError
from rewards.web.statuses import RETRY_SECONDS, retry_seconds_of, status_of

log = structlog.get_logger(__name__)

SCREEN_PREFIXES = ("/screen", "/streams")
REFERENCE_LENGTH = 6


def answer_failure(failure: RewardsError | HTTPException) -> ResponseReturnValue:
    """Return the page that *failure* is to whoever asked for a page."""
    if isinstance(failure, NotSignedInError) and not _wants_json():
        return _ask_to_sign_in()
    if isinstance(failure, RewardsError):
        return _answer_refusal(failure)
    return _answer_http(failure)


def reference() -> str:
    """Return the few characters by which the log finds this request."""
    return requests.request_id().hex[:REFERENCE_LENGTH].upper()


def _answer_refusal(refusal: RewardsError) -> Response:
    status = status_of(refusal)
    log.info("page.refused", code=refusal.code, endpoint=request.endpoint)
    is_staff = request.path.startswith(CONSOLE_PREFIX)
    sentence = sentences.explain(refusal, to_staff=is_staff)
    response = _answer(status, sentence, code=refusal.code, refusal=refusal)
    seconds = retry_seconds_of(refusal)
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def _answer_http(error: HTTPException) -> Response:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        # A redirect is an HTTPException as well.
        return cast(Response, Response.force_type(error.get_response(), request.environ))
    status = HTTPStatus(error.code)
    code = "form-outdated" if isinstance(error, CSRFError) else status.name.lower()
    log.info("page.failed", code=code, endpoint=request.endpoint, reference=reference())
    response = _answer(status, _explain(status), code=code)
    # The headers that belong to a status: Allow, Retry-After.
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers.setdefault("Retry-After", str(RETRY_SECONDS))
    return response


def _explain(status: HTTPStatus) -> Sentence:
    if status == HTTPStatus.NOT_FOUND and request.path.startswith(CONSOLE_PREFIX):
        # Residents come by printed codes; staff by links that have gone old.
        steps = (_("看看网址，或从左边重新打开"),)
        return Sentence(what=_("没有这个页面"), why="", next_steps=steps, call=False)
    return sentences.explain_status(status)


def _answer(
    status: HTTPStatus, sentence: Sentence, *, code: str, refusal: RewardsError | None = None
) -> Response:
    if _wants_json():
        response = jsonify(code=code)
    else:
        response = make_response(_render(status, sentence, refusal))
    response.status_code = status.value
    return response


def _render(status: HTTPStatus, sentence: Sentence, refusal: RewardsError | None) -> str:
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    values: dict[str, Any] = {
        "sentence": sentence,
        "reference": reference() if is_ours else "",
    }
    if request.path.startswith(CONSOLE_PREFIX):
        return console.show_failure(is_ours=is_ours, refusal=refusal, **values)
    if request.path.startswith(SCREEN_PREFIXES):
        # Nobody stands at a television to try again.
        is_early = status is HTTPStatus.TOO_MANY_REQUESTS
        return render_template("errors/screen.html", is_early=is_early, **values)
    if is_ours:
        # Whom to call is in the database, which may be what failed.
        return render_template("errors/phone.html", **values)
    return phone.show("refused.html", me=phone.find_me(), occasions=[], sentence=sentence)


def _ask_to_sign_in() -> ResponseReturnValue:
    endpoint = "/console/sign-in"
    # Of the screens only those for staff to look at ask anybody to sign in.
    if not request.path.startswith((CONSOLE_PREFIX, *SCREEN_PREFIXES)):
        endpoint = "/sign-in"
    is_get = request.method == "GET"
    wanted = request.full_path.rstrip("?") if is_get else _page_before()
    query = f"?next={quote(wanted)}" if wanted else ""
    return redirect(endpoint + query, code=302 if is_get else 303)


def _page_before() -> str:
    # What was sent is lost; the page it was sent from is not.
    before = urlsplit(request.referrer or "")
    return before.path if before.netloc == request.host else ""


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
