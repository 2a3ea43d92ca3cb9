"""Refusals of access."""

from rewards.core.errors import ForbiddenError


class NotAllowedError(ForbiddenError):
    code = "not-allowed"
    title = "This account may not do that here."
