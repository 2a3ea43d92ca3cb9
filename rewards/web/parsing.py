"""What a request carries besides its fields: a JSON body, and an Idempotency-Key."""

import re
import unicodedata
from datetime import datetime
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from rewards.access.types import Actor
from rewards.core import idempotency
from rewards.core.errors import InvalidError
from rewards.core.idempotency import KEY_LENGTH_MAX, KeyedRequest

KEY_HEADER = "Idempotency-Key"
HIT_HEADER = "Idempotency-Hit"
WHOLE_DIGITS_MAX = 9
_POINTS = re.compile(r"[0-9]{1,9}")


class InvalidIdempotencyKeyError(InvalidError):
    code = "invalid-idempotency-key"
    title = "The Idempotency-Key is not 1 to 128 printable ASCII characters."


def json_body() -> Any:
    """Return the JSON of the request.

    :raises werkzeug.exceptions.UnsupportedMediaType: if it is not said to be JSON.
    :raises werkzeug.exceptions.BadRequest: if it cannot be read.
    """
    try:
        return request.get_json()
    except RecursionError as error:
        raise BadRequest("The JSON is nested too deeply.") from error


def keyed_request(*, actor: Actor, body: Any, now: datetime) -> KeyedRequest | None:
    """Return the key under which *actor* asks for *body*, or None if the request has no key.

    The key counts for one route with the identifiers in its path. *body* must
    be JSON-plain.

    :raises InvalidIdempotencyKeyError: if the key is empty, too long or not printable.
    """
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    if not is_key(key):
        raise InvalidIdempotencyKeyError
    return KeyedRequest(
        principal=actor.principal,
        route=_route(),
        key=key,
        fingerprint=idempotency.fingerprint(body),
        received_at=now,
    )


def is_key(text: str) -> bool:
    """Tell whether *text* can be a key: 1 to 128 printable ASCII characters."""
    return 0 < len(text) <= KEY_LENGTH_MAX and text.isascii() and text.isprintable()


def find_whole(text: str) -> int | None:
    """Return the whole number that somebody typed, None if it is none.

    Full-width digits, as an input method writes them, are accepted.
    """
    digits = unicodedata.normalize("NFKC", text).strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= WHOLE_DIGITS_MAX
    return int(digits) if is_number else None


def read_points(text: str) -> int | None:
    """Return the points that a hidden field of a form carries, or None if it is left out.

    :raises werkzeug.exceptions.BadRequest: if they are none.
    """
    if not text:
        return None
    if not _POINTS.fullmatch(text):
        raise BadRequest
    return int(text)


def _route() -> str:
    parts = [str(request.endpoint), *(str(value) for value in (request.view_args or {}).values())]
    return " ".join(parts)
