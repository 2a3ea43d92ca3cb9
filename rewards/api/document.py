"""The OpenAPI document: what is common to every call."""

from http import HTTPStatus
from typing import Any

from flask import Flask
from flask_smorest import Api

from rewards.core.idempotency import KEY_LENGTH_MAX
from rewards.web import parsing

from .problems import CONTENT_TYPE
from .schemas.common import Problem

CONFIG = {
    "API_TITLE": "Rewards",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
}
DESCRIPTION = """\
Check-in by QR code, points by rules, leaderboards, and redemption at an offline space.

Every call needs a bearer token, printed once by `flask tokens issue`. Times are RFC 3339.
Lists answer `{"items": [...], "next": cursor}`; give `next` back as `cursor` for the rest.

A refusal is `application/problem+json` (RFC 9457). Its `type` is the address of an
explanation, `detail` says what happened and why, `next_step` what the person can do now.

Calls that move points, stock or state accept an `Idempotency-Key`. The same key with the
same request gets the first answer again, with `Idempotency-Hit: true`; with another request
it is refused.
"""
REFUSALS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.GONE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
IDEMPOTENCY_KEY = {
    "name": parsing.KEY_HEADER,
    "description": "A name that the client makes up for this one request, so that sending it "
    "again changes nothing more.",
    "required": False,
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": KEY_LENGTH_MAX,
        "pattern": "^[ -~]+$",
    },
}


class DocumentedApi(Api):  # type: ignore[misc]
    """flask-smorest with our refusals in place of its own."""

    # A call names its refusals; there is no other kind of answer.
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        # Failures are answered by `problems`, which keeps Allow on a 405.
        pass

    def _register_doc_blueprint(self) -> None:
        # The document and its page are served by `docs`.
        pass

    def _register_responses(self) -> None:
        for status in REFUSALS:
            response = {
                "description": f"{status.phrase}: a problem",
                "content": {CONTENT_TYPE: {"schema": Problem}},
                **_headers(status),
            }
            self.spec.components.response(status.name, response, lazy=True)


def build_api(app: Flask) -> DocumentedApi:
    """Return the API of *app*, which has no calls yet."""
    api = DocumentedApi(
        app,
        spec_kwargs={
            "info": {"description": DESCRIPTION},
            "security": [{"bearer": []}],
        },
    )
    components = api.spec.components
    components.security_scheme(
        "bearer",
        {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of a participant or of a staff member.",
        },
    )
    components.parameter("IdempotencyKey", "header", IDEMPOTENCY_KEY, lazy=True)
    return api


def _headers(status: HTTPStatus) -> dict[str, Any]:
    if status not in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return {}
    return {
        "headers": {
            "Retry-After": {
                "description": "Seconds to wait.",
                "schema": {"type": "integer", "minimum": 0},
            }
        }
    }
