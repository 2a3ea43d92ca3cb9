"""Every failure of the API, as RFC 9457 problem details."""

from http import HTTPStatus
from typing import Any, cast

import structlog
from flask import Response, jsonify, request
from werkzeug.exceptions import HTTPException

from rewards.core.errors import RewardsError
from rewards.web import requests, sentences
from rewards.web.statuses import RETRY_SECONDS, retry_seconds_of, status_of

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"


def answer_failure(failure: RewardsError | HTTPException) -> Response:
    """Return the problem that *failure* is to a client of the API."""
    if isinstance(failure, RewardsError):
        return _answer_refusal(failure)
    return _answer_http(failure)


def _answer_refusal(refusal: RewardsError) -> Response:
    status = status_of(refusal)
    log.info("request.refused", code=refusal.code, endpoint=request.endpoint)
    sentence = sentences.explain(refusal)
    response = _problem(
        status,
        type=f"/problems/{refusal.code}",
        title=refusal.title,
        detail=sentence.detail,
        next_step=sentence.next_step,
        **refusal.members,
    )
    seconds = retry_seconds_of(refusal)
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _answer_http(error: HTTPException) -> Response:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        # A redirect is an HTTPException as well.
        return cast(Response, Response.force_type(error.get_response(), request.environ))
    status = HTTPStatus(error.code)
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    response = _problem(status, detail="" if is_ours else error.description or "")
    # The headers that belong to a status: Allow, Retry-After, WWW-Authenticate.
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers.setdefault("Retry-After", str(RETRY_SECONDS))
    return response


def _problem(status: HTTPStatus, **members: Any) -> Response:
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "instance": f"urn:uuid:{requests.request_id()}",
    }
    body |= {name: value for name, value in members.items() if value != ""}
    response = jsonify(body)
    response.status_code = status.value
    response.content_type = CONTENT_TYPE
    return response
