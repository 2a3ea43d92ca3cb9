"""What a browser sends back to us, taken only if it can do no harm."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from flask import request
from werkzeug.exceptions import BadRequest, NotFound

from rewards.core import idempotency, unit
from rewards.core.idempotency import Answer, KeyedRequest
from rewards.web import parsing

from .frame import Post

HOME = "/console"
KEY_FIELD = "key"
KEY_BYTES = 16

# A path of the console: no scheme, no host, nothing that a browser reads as a slash.
_OURS = re.compile(r"/console(?:[/?][\w\-./~%?&=+,:@]*)?")

_KEY = re.compile(r"[\w-]{16,64}", re.ASCII)

R = TypeVar("R")


def next_page(wanted: str | None) -> str:
    """Return *wanted* if it is a page of the console to go on with, else the first one."""
    text = wanted or ""
    if _OURS.fullmatch(text) and "//" not in text and not text.startswith("/console/sign"):
        return text
    return HOME


def new_key() -> str:
    """Return a key for the hidden field of a form that must count once."""
    return secrets.token_urlsafe(KEY_BYTES)


def keep_key() -> str:
    """Return the key in the address of the page, or a new one.

    Whoever goes back to a page with choices in its address sends the same form
    again, and it counts once.
    """
    key = request.args.get(KEY_FIELD, "")
    return key if _KEY.fullmatch(key) else new_key()


def require_key() -> None:
    """Check that the form can be told from another one like it.

    :raises werkzeug.exceptions.BadRequest: if its key is missing, or none that we gave out.
    """
    if not parsing.is_key(request.form.get(KEY_FIELD, "")):
        raise BadRequest


def run_once(
    function: Callable[..., R],
    *,
    post: Post,
    route: str,
    render: Callable[[R], dict[str, Any]],
    asked: Mapping[str, object] | None = None,
    **arguments: Any,
) -> Answer:
    """Run the use case *function* once for the key that the form came with.

    A form sent twice, by a double click or a lost answer, gets the first answer.
    *asked* is what the form says, where the *arguments* are other ones the second time.

    :raises werkzeug.exceptions.BadRequest: if the key is none that we gave out.
    """
    key = request.form.get(KEY_FIELD, "")
    keyed = None
    if key:
        require_key()
        said = {name: str(value) for name, value in (asked or arguments).items()}
        keyed = KeyedRequest(
            principal=post.actor.principal,
            route=route,
            key=key,
            fingerprint=idempotency.fingerprint(said),
            received_at=post.now,
        )
    return unit.answer_once(
        function,
        request=keyed,
        render=lambda result: (200, render(result)),
        actor=post.actor,
        now=post.now,
        **arguments,
    )


def read_id(text: str) -> UUID:
    """Return the id that a form or an address carries.

    :raises werkzeug.exceptions.NotFound: if it is none.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def read_verified() -> frozenset[str]:
    """Return what the form says that staff made sure of."""
    return frozenset({"qualification"}) if request.form.get("qualified") == "yes" else frozenset()
