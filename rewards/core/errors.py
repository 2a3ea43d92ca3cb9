"""Every failure the package raises on purpose, by category.

A feature subclasses one category in its own `errors.py`. Nothing here knows of
HTTP: `rewards.web.statuses` gives each category its status, once.
"""

from typing import ClassVar


class RewardsError(Exception):
    """A failure that was foreseen. Anything else that escapes is a bug."""

    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str = "", **members: object) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.members = members


class InvalidError(RewardsError):
    """The request can never succeed as it stands."""


class UnauthenticatedError(RewardsError):
    """Nobody is signed in, or the credentials are not good."""


class ForbiddenError(RewardsError):
    """The actor is known and may not do this."""


class NotFoundError(RewardsError):
    """The thing does not exist, or the actor may not know that it does."""


class ConflictError(RewardsError):
    """The request was sound, but the state of the world forbids it now."""


class GoneError(RewardsError):
    """It was good once: an expired code, a closed window."""


class ThrottledError(RewardsError):
    """Too many tries; `retry_after_seconds` says how long to wait."""


class UnavailableError(RewardsError):
    """Something the service depends on is down; trying later may succeed."""


class IdempotencyKeyReusedError(InvalidError):
    code = "idempotency-key-reused"
    title = "This Idempotency-Key was already used with another request."


class InvalidCursorError(InvalidError):
    code = "invalid-cursor"
    title = "The cursor is not one that this list gave out."


class DatabaseBusyError(UnavailableError):
    code = "database-busy"
    title = "The database did not answer in time; nothing was changed."
