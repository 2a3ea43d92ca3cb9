"""Addresses of check-in displays: signed, for one occasion, until it is over."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from rewards.activities import queries as activities
from rewards.activities.errors import OccasionNotFoundError
from rewards.activities.types import Occasion, OccasionId
from rewards.checkins.errors import CheckInClosedError
from rewards.core.settings import Settings

SALT = "occasion-screen"
# People check out for an hour after the end.
KEPT_AFTER = timedelta(hours=1)


def build_token(occasion: Occasion) -> str:
    """Return what opens the check-in display of *occasion* and no other."""
    return str(_serializer().dumps(occasion.id.hex))


def get_occasion(token: str, *, now: datetime) -> Occasion:
    """Return the occasion whose display *token* opens.

    :raises OccasionNotFoundError: if the token is not one of ours.
    :raises CheckInClosedError: if the occasion ended more than an hour ago.
    """
    try:
        occasion_id = UUID(hex=_serializer().loads(token))
    except (BadData, AttributeError, TypeError, ValueError):
        raise OccasionNotFoundError from None
    occasion = activities.get_occasion(OccasionId(occasion_id))
    if now > occasion.ends_at + KEPT_AFTER:
        raise CheckInClosedError(closed_at=occasion.closes_at.isoformat())
    return occasion


def _serializer() -> URLSafeSerializer:
    settings: Settings = current_app.extensions["settings"]
    return URLSafeSerializer(settings.secret_key, salt=SALT)
