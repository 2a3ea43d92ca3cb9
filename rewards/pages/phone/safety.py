"""Forms of the phone that do something once, however often they are sent."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request

from rewards.access.types import ParticipantActor
from rewards.core import idempotency
from rewards.core.idempotency import KeyedRequest
from rewards.web import parsing


def new_key() -> str:
    """Return what tells one form from all others: its field `once`."""
    return secrets.token_urlsafe(16)


def read_request(
    actor: ParticipantActor, *, route: str, body: Mapping[str, Any], now: datetime
) -> KeyedRequest:
    """Return the form that was sent, which asks for *body*, as a request that is answered once."""
    once = request.form.get("once", "")
    return KeyedRequest(
        principal=actor.principal,
        route=route,
        # Without a key of ours nothing tells this form from another one.
        key=once if parsing.is_key(once) else new_key(),
        fingerprint=idempotency.fingerprint(body),
        received_at=now,
    )
