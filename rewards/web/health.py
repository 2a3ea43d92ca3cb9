"""Whether this process lives, and whether it can do its work."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import redis
import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from rewards.core import redis_client
from rewards.core.db import reading
from rewards.core.redis_client import open_client
from rewards.core.settings import Settings
from rewards.processes.redis_server import ONCE

REDIS_SECONDS_MAX = 0.5

log = structlog.get_logger(__name__)


def register(app: Flask) -> None:
    """Add /healthz and /readyz to *app*."""
    settings: Settings = app.extensions["settings"]
    ping: Callable[[], object] | None = None
    if settings.redis_url is not None:
        client = open_client(settings.redis_url, seconds=REDIS_SECONDS_MAX, retry=ONCE)
        ping = partial(redis_client.ping, client)

    def ready() -> tuple[dict[str, Any], HTTPStatus]:
        # Redis is told but not needed: without it boards come from the database.
        is_ready = _does_database_answer()
        body = {
            "status": "ok" if is_ready else "unavailable",
            "database": "up" if is_ready else "down",
            "redis": _state_of(ping),
        }
        return body, HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE

    app.add_url_rule("/healthz", "healthz", _live)
    app.add_url_rule("/readyz", "readyz", ready)


def _live() -> dict[str, str]:
    return {"status": "ok"}


def _does_database_answer() -> bool:
    try:
        with reading() as connection:
            connection.execute(sa.text("SELECT 1"))
    except SQLAlchemyError as error:
        log.warning("database.down", error_type=type(error).__name__)
        return False
    return True


def _state_of(ping: Callable[[], object] | None) -> str:
    if ping is None:
        return "off"
    try:
        ping()
    except redis.RedisError:
        return "down"
    return "up"
