"""The HTTP status of every category of failure, and failures of the database by category."""

import sqlite3
from collections.abc import Mapping
from http import HTTPStatus

import sqlalchemy.exc as sa_exc

from rewards.core.errors import (
    ConflictError,
    DatabaseBusyError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
    RewardsError,
    ThrottledError,
    UnauthenticatedError,
    UnavailableError,
)

STATUS_BY_CATEGORY: Mapping[type[RewardsError], HTTPStatus] = {
    InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    GoneError: HTTPStatus.GONE,
    ThrottledError: HTTPStatus.TOO_MANY_REQUESTS,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}

RETRY_SECONDS = 5
NOT_PERMITTED = "42501"


def status_of(error: RewardsError) -> HTTPStatus:
    """Return the status of the error's category."""
    return next(
        status for category, status in STATUS_BY_CATEGORY.items() if isinstance(error, category)
    )


def retry_seconds_of(error: RewardsError) -> int | None:
    """Return after how many seconds trying again may help, None if it never will by itself."""
    if isinstance(error, ThrottledError | UnavailableError):
        seconds = error.members.get("retry_after_seconds", RETRY_SECONDS)
        return int(str(seconds))
    return None


def refusal_of(error: Exception) -> RewardsError | None:
    """Return the refusal that *error* comes to, or None if it is a bug.

    A database that is full of work, locked, restarting or gone is foreseen:
    the unit of work was rolled back, and trying again is safe.
    """
    if isinstance(error, RewardsError):
        return error
    if isinstance(error, sa_exc.TimeoutError) or _is_database_trouble(error):
        return DatabaseBusyError()
    return None


def lacks_right(error: Exception) -> bool:
    """Tell whether the database refused *error*'s statement to the role of the application.

    Whoever took the right can give it back, so it is an outage and no bug.
    """
    return getattr(getattr(error, "orig", None), "sqlstate", "") == NOT_PERMITTED


def _is_database_trouble(error: Exception) -> bool:
    if not isinstance(error, sa_exc.DBAPIError):
        return False
    if error.connection_invalidated or lacks_right(error):
        return True
    if not isinstance(error, sa_exc.OperationalError):
        return False
    # SQLite says OperationalError for a wrong statement too; that is a bug.
    if isinstance(error.orig, sqlite3.OperationalError):
        return getattr(error.orig, "sqlite_errorname", "") != "SQLITE_ERROR"
    return True
